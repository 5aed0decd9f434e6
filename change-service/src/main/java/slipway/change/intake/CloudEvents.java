package slipway.change.intake;

import java.net.URI;
import java.net.URISyntaxException;
import java.net.URLDecoder;
import java.nio.charset.StandardCharsets;
import java.time.DateTimeException;
import java.time.OffsetDateTime;
import java.util.ArrayList;
import java.util.Base64;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.regex.Pattern;
import slipway.http.Refusal;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.node.ArrayNode;
import tools.jackson.databind.node.JsonNodeFactory;
import tools.jackson.databind.node.ObjectNode;

/// CloudEvents 1.0 over HTTP ([binding](https://github.com/cloudevents/spec/blob/v1.0.2/cloudevents/bindings/http-protocol-binding.md)): binary,
/// structured and batch, as one event in JSON.
final class CloudEvents {

    static final String STRUCTURED = "application/cloudevents+json";
    private static final String BATCH = "application/cloudevents-batch+json";
    private static final String ANY_FORMAT = "application/cloudevents";
    static final String ATTRIBUTE = "ce-";
    private static final int LARGEST_BATCH = 1000;
    private static final Pattern NAME = Pattern.compile("[a-z0-9]+");
    private static final Pattern JSON = Pattern.compile("[a-z]+/(?:.+\\+)?json");

    private CloudEvents() {}

    static boolean isBatch(Delivery delivery) {
        return mediaType(delivery).equals(BATCH);
    }

    /// Every event of a batch as it is written; what one of them lacks is its own matter.
    ///
    /// @throws Refusal when it is no batch
    static List<JsonNode> batch(Delivery delivery) {
        if (!(Reading.json(delivery.body()) instanceof ArrayNode events)) {
            throw Refusal.unacceptable(List.of("body: a batch is a list of events"));
        }
        List<String> faults = new ArrayList<>();
        if (events.size() > LARGEST_BATCH) {
            faults.add("body: has more than " + LARGEST_BATCH + " events");
        }
        for (int i = 0; i < events.size(); i++) {
            if (!events.get(i).isObject()) {
                faults.add("body[" + i + "]: is no event");
            }
        }
        if (!faults.isEmpty()) {
            throw Refusal.unacceptable(faults);
        }
        return events.valueStream().toList();
    }

    /// @throws Refusal with every fault
    static JsonNode event(Delivery delivery) {
        String type = mediaType(delivery);
        List<String> faults = new ArrayList<>();
        ObjectNode event;
        if (type.equals(STRUCTURED)) {
            if (!(Reading.json(delivery.body()) instanceof ObjectNode written)) {
                throw Refusal.unacceptable(List.of("body: an event has fields with values"));
            }
            event = written;
        } else if (type.startsWith(ANY_FORMAT)) {
            throw Refusal.unacceptable(List.of("content-type: " + type + " is not understood; " + STRUCTURED + " or " + BATCH));
        } else {
            event = binary(delivery, type, faults);
        }
        attributes(event, faults);
        if (faults.isEmpty()) {
            CdEvents.check(event, faults);
        }
        if (!faults.isEmpty()) {
            throw Refusal.unacceptable(faults);
        }
        return event;
    }

    private static String mediaType(Delivery delivery) {
        return delivery.headers().getOrDefault("content-type", "").split(";")[0].strip().toLowerCase(Locale.ROOT);
    }

    private static ObjectNode binary(Delivery delivery, String type, List<String> faults) {
        Map<String, String> headers = delivery.headers();
        ObjectNode event = JsonNodeFactory.instance.objectNode();
        if (!headers.containsKey("ce-specversion")) {
            throw Refusal.unacceptable(List.of("content-type, ce-specversion: is no event, neither structured nor binary"));
        }
        if (delivery.sender() == null) {
            throw Refusal.unacceptable(List.of(
                    "ce-id: attributes in headers are not covered by the signature, which is over the body; send it structured, or with a token"));
        }
        headers.forEach((name, value) -> {
            if (name.startsWith(ATTRIBUTE)) {
                try {
                    event.put(name.substring(ATTRIBUTE.length()), URLDecoder.decode(value.replace("+", "%2B"), StandardCharsets.UTF_8));
                } catch (IllegalArgumentException _) {
                    faults.add(name + ": is not encoded as the binding says");
                }
            }
        });
        if (!type.isEmpty()) {
            event.put("datacontenttype", type);
        }
        if (delivery.body().length > 0) {
            if (type.isEmpty() || JSON.matcher(type).matches()) {
                event.set("data", Reading.json(delivery.body()));
            } else {
                event.put("data_base64", Base64.getEncoder().encodeToString(delivery.body()));
            }
        }
        return event;
    }

    private static void attributes(ObjectNode event, List<String> faults) {
        if (!event.path("specversion").asString("").equals("1.0")) {
            faults.add("specversion: must be \"1.0\"");
        }
        for (String needed : List.of("id", "source", "type")) {
            if (!event.path(needed).isString() || event.path(needed).stringValue().isBlank()) {
                faults.add(needed + ": must be text that is not empty");
            }
        }
        uri(event, "source", faults);
        uri(event, "dataschema", faults);
        if (event.has("time")) {
            try {
                OffsetDateTime.parse(event.path("time").asString(""));
            } catch (DateTimeException _) {
                faults.add("time: must be as RFC 3339 says, 2026-03-02T10:00:00Z");
            }
        }
        for (String optional : List.of("subject", "datacontenttype")) {
            if (event.has(optional) && event.path(optional).asString("").isBlank()) {
                faults.add(optional + ": must be text that is not empty, when it is there");
            }
        }
        if (event.has("data") && event.has("data_base64")) {
            faults.add("data, data_base64: there can be only one of them");
        }
        event.forEachEntry((name, value) -> {
            boolean data = name.equals("data") || name.equals("data_base64");
            if (!data && !NAME.matcher(name).matches()) {
                faults.add(name + ": names of attributes have small letters and digits only");
            } else if (!data && (value.isContainer() || value.isFloatingPointNumber())) {
                faults.add(name + ": attributes are text, whole numbers, true or false");
            }
        });
    }

    private static void uri(ObjectNode event, String name, List<String> faults) {
        if (event.path(name).isString()) {
            try {
                new URI(event.path(name).stringValue());
            } catch (URISyntaxException _) {
                faults.add(name + ": is no URI");
            }
        } else if (event.has(name) && !name.equals("source")) {
            faults.add(name + ": is no URI");
        }
    }
}
