package slipway.notification;

import java.io.IOException;
import java.net.URLEncoder;
import java.nio.charset.StandardCharsets;
import java.util.LinkedHashMap;
import java.util.Locale;
import java.util.Map;
import java.util.function.UnaryOperator;
import org.apache.avro.specific.SpecificRecord;
import slipway.events.Meta;
import slipway.events.release.ReleaseDeployed;
import tools.jackson.databind.json.JsonMapper;

/// Facts as [CDEvents](https://cdevents.dev) 0.4 in CloudEvents, binary mode: what the specification has a word for in that word, all else as a custom
/// event (`dev.cdeventsx.slipway-…`).
final class CdEventWords implements Systems.Words {

    private static final String SPECIFICATION = "0.4.1";
    private static final String SOURCE = "/slipway";
    private static final JsonMapper JSON = new JsonMapper();

    private final UnaryOperator<String> services;

    /// @param services of changes, as far as they are known; empty: it is not
    CdEventWords(UnaryOperator<String> services) {
        this.services = services;
    }

    /// @param subject its kind
    private record Event(String type, String subject, String id, Map<String, Object> content) {}

    /// @param attributes of CloudEvents, by their names
    record Told(Map<String, String> attributes, String data) {

        String subject() {
            return attributes.getOrDefault("subject", "");
        }

        /// As the binding of a protocol writes them.
        Map<String, String> headers(String prefix) {
            Map<String, String> headers = new LinkedHashMap<>(Map.of("content-type", "application/json"));
            attributes.forEach((name, value) -> headers.put(prefix + name, value));
            return headers;
        }
    }

    Told told(Message message) {
        SpecificRecord fact = message.facts().getLast();
        Meta meta = Message.meta(fact);
        Event event = event(fact, meta, message);
        Map<String, String> attributes = new LinkedHashMap<>();
        attributes.put("specversion", "1.0");
        attributes.put("id", meta.getEventId());
        attributes.put("source", SOURCE);
        attributes.put("type", event.type());
        attributes.put("time", meta.getOccurredAt().toString());
        attributes.put("subject", event.id());
        return new Told(attributes, JSON.writeValueAsString(data(event, meta)));
    }

    @Override
    public Systems.Post of(Message message, Endpoint endpoint) throws IOException {
        Told told = told(message);
        return new Systems.Post(endpoint.address(), told.headers("ce-"), told.data());
    }

    private static Map<String, Object> data(Event event, Meta meta) {
        return Map.of(
                "context", Map.of(
                        "version", SPECIFICATION,
                        "id", meta.getEventId(),
                        "source", SOURCE,
                        "type", event.type(),
                        "timestamp", meta.getOccurredAt().toString()),
                "subject", Map.of(
                        "id", event.id(), "source", SOURCE, "type", event.subject(), "content", event.content()));
    }

    private Event event(SpecificRecord fact, Meta meta, Message message) {
        return switch (fact) {
            case ReleaseDeployed deployed -> {
                String known = services.apply(message.changeId());
                String service = known.isEmpty() ? meta.getAggregateId() : known;
                yield new Event(
                        "dev.cdevents.service.deployed.0.2.0",
                        "service",
                        service,
                        Map.of(
                                "environment", Map.of("id", deployed.getEnvironment()),
                                "artifactId", artifact(service, deployed.getDigest())));
            }
            default -> {
                String kind = "slipway-" + fact.getSchema().getNamespace().replaceFirst(".*\\.", "");
                yield new Event(
                        "dev.cdeventsx.%s.%s.0.1.0".formatted(kind, fact.getSchema().getName().toLowerCase(Locale.ROOT)),
                        kind,
                        meta.getAggregateId(),
                        Map.of("change", message.changeId(), "summary", message.parts().getLast().subject(), "text", message.lines()));
            }
        };
    }

    /// A [package URL](https://github.com/package-url/purl-spec); of several components, the checksum of each.
    private static String artifact(String service, String digest) {
        String name = URLEncoder.encode(service, StandardCharsets.UTF_8).replace("+", "%20");
        return "pkg:generic/" + name + "?checksum=" + digest.replaceAll("[^,=]+=", "");
    }
}
