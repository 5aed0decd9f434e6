package slipway.audit;

import com.sun.net.httpserver.HttpExchange;
import com.sun.net.httpserver.HttpServer;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.nio.charset.StandardCharsets;
import java.time.Instant;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.function.Function;
import org.apache.avro.specific.SpecificRecord;
import org.jspecify.annotations.Nullable;
import slipway.audit.domain.Digest;
import slipway.audit.domain.Entry;
import slipway.audit.history.Wire;
import slipway.events.Actor;
import slipway.events.ActorKind;
import slipway.events.Meta;
import slipway.events.Topics;
import slipway.events.Window;
import slipway.events.change.ChangeCancelled;
import slipway.events.change.RFCRefused;
import slipway.wire.AvroDeserializer;
import slipway.wire.AvroSerializer;
import tools.jackson.databind.json.JsonMapper;

/// A log of facts as their owners would have written it, with the schema registry that goes with it.
final class Log implements AutoCloseable {

    static final Instant AT = Instant.parse("2026-03-01T10:15:30.123Z");

    private final HttpServer registry;
    private final List<String> schemas = new ArrayList<>();
    private final AvroSerializer serializer = new AvroSerializer();
    private final Map<String, String> hashes = new HashMap<>();
    private long offset;

    /// @param place where it stands
    record Sent(Entry.Place place, byte[] wire, SpecificRecord fact) {}

    Log() throws IOException {
        registry = HttpServer.create(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), 0);
        registry.createContext("/", this::answer);
        registry.start();
        serializer.configure(configs(), false);
    }

    private void answer(HttpExchange exchange) throws IOException {
        JsonMapper json = new JsonMapper();
        String path = exchange.getRequestURI().getPath();
        Map<String, Object> answer;
        int status = 200;
        if (exchange.getRequestMethod().equals("POST")) {
            String schema = json.readTree(exchange.getRequestBody()).get("schema").asString();
            if (!schemas.contains(schema)) {
                schemas.add(schema);
            }
            answer = Map.of("id", schemas.indexOf(schema) + 1);
        } else {
            int id = Integer.parseInt(path.substring(path.lastIndexOf('/') + 1));
            status = id <= schemas.size() ? 200 : 404;
            answer = status == 200 ? Map.of("schema", schemas.get(id - 1)) : Map.of("error_code", 40403);
        }
        byte[] bytes = json.writeValueAsString(answer).getBytes(StandardCharsets.UTF_8);
        exchange.sendResponseHeaders(status, bytes.length);
        exchange.getResponseBody().write(bytes);
        exchange.close();
    }

    /// A record in the wire format that is no fact.
    byte[] stranger() {
        return Objects.requireNonNull(serializer.serialize(Topics.CHANGE, new Window(AT, AT)));
    }

    /// What the registry has under this id.
    String schema(int id) {
        return schemas.get(id - 1);
    }

    /// For facts of any topic.
    Wire wire() {
        return (topic, fact) -> Objects.requireNonNull(serializer.serialize(topic, fact));
    }

    Entries entries() {
        AvroDeserializer deserializer = new AvroDeserializer();
        deserializer.configure(configs(), false);
        return new Entries(deserializer);
    }

    private Map<String, Object> configs() {
        return Map.of("schema.registry.url", "http://127.0.0.1:" + registry.getAddress().getPort());
    }

    /// A change that ends where it begins.
    Sent refused(String changeId) {
        return send(changeId, 1, changeId, null, meta -> new RFCRefused(meta, "a new cable", "elsewhere", changeId, List.of("which cable?")));
    }

    /// The next fact of a change: cancelled, for some reason.
    Sent cancelled(String changeId, long sequence, String reason) {
        return send(changeId, sequence, meta -> new ChangeCancelled(meta, "dana", reason));
    }

    /// The same in another story, because of a fact.
    Sent cancelled(String changeId, long sequence, String correlationId, @Nullable String causationId) {
        return send(changeId, sequence, correlationId, causationId, meta -> new ChangeCancelled(meta, "dana", "why"));
    }

    Sent send(String aggregateId, long sequence, Function<Meta, SpecificRecord> fact) {
        return send(aggregateId, sequence, "CHG-1", null, fact);
    }

    private Sent send(
            String aggregateId,
            long sequence,
            String correlationId,
            @Nullable String causationId,
            Function<Meta, SpecificRecord> fact) {
        Actor actor = new Actor("change-service", ActorKind.SERVICE, "dana");
        Meta meta = new Meta(
                aggregateId + "#" + sequence,
                aggregateId,
                sequence,
                AT,
                AT.plusSeconds(sequence),
                actor,
                correlationId,
                causationId,
                null,
                hashes.get(aggregateId));
        SpecificRecord payload = fact.apply(meta);
        byte[] wire = Objects.requireNonNull(serializer.serialize(Topics.CHANGE, payload));
        hashes.put(aggregateId, Digest.hash(wire));
        return new Sent(new Entry.Place(Topics.CHANGE, 0, offset++), wire, payload);
    }

    @Override
    public void close() {
        registry.stop(0);
    }
}
