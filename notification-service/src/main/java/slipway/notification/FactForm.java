package slipway.notification;

import java.time.DateTimeException;
import java.time.Instant;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.apache.avro.Schema;
import org.apache.avro.specific.SpecificData;
import org.apache.avro.specific.SpecificRecord;
import org.jspecify.annotations.Nullable;
import slipway.events.Actor;
import slipway.events.ActorKind;
import slipway.events.Meta;
import slipway.http.Form;
import slipway.http.Refusal;
import tools.jackson.databind.JsonNode;

/// A fact as a person writes it, or as the ledger shows it. Fields that are not written are empty; those that no such fact has, and values
/// that do not fit, are faults.
final class FactForm {

    private final List<String> faults = new ArrayList<>();

    private FactForm() {}

    /// @throws Refusal 422 naming every fault
    static SpecificRecord read(Form form, Instant now) {
        String type = form.text("type");
        String changeId = form.text("changeId");
        String aggregate = form.has("aggregate") ? form.text("aggregate") : changeId;
        String eventId = form.has("eventId") ? form.text("eventId") : "none";
        JsonNode payload = form.written("payload");
        Instant at = form.has("at") ? form.time("at", now) : now;
        long sequence = form.has("sequence") ? form.number("sequence") : 1;
        Actor actor = new Actor(
                form.has("actor") ? form.text("actor") : "nobody",
                form.has("actorKind") ? form.word("actorKind", ActorKind.class, ActorKind.UNKNOWN) : ActorKind.HUMAN,
                form.optionalText("onBehalfOf"));
        FactForm reading = new FactForm();
        Optional<SpecificRecord> fact = FactTypes.find(type)
                .map(each -> reading.record(SpecificData.get().getSchema(each), payload, "payload."));
        if (fact.isEmpty()) {
            String about = payload.path("factId").asString("");
            form.fault(
                    "type",
                    "'" + type + "': " + FactTypes.fault(type) + (about.isEmpty() ? "" : "; the fact that it tells of is " + about));
        }
        List<String> faults = form.faultsWith(reading.faults);
        if (!faults.isEmpty()) {
            throw Refusal.unacceptable(faults);
        }
        SpecificRecord read = fact.orElseThrow();
        read.put(
                read.getSchema().getField("meta").pos(),
                new Meta(eventId, aggregate, sequence, at, at, actor, changeId, null, null, null));
        return read;
    }

    private SpecificRecord record(Schema schema, JsonNode node, String path) {
        SpecificRecord record = (SpecificRecord) SpecificData.newInstance(SpecificData.get().getClass(schema), schema);
        if (!node.isMissingNode() && !node.isNull() && !node.isObject()) {
            misfit(path.substring(0, path.length() - 1), "fields with values");
        }
        for (String name : node.propertyNames()) {
            if (schema.getField(name) == null || name.equals("meta")) {
                faults.add(path + name + ": there is no such field");
            }
        }
        for (Schema.Field field : schema.getFields()) {
            if (!field.name().equals("meta")) {
                record.put(field.pos(), value(field.schema(), node.path(field.name()), path + field.name()));
            }
        }
        return record;
    }

    private @Nullable Object value(Schema schema, JsonNode node, String path) {
        boolean absent = node.isMissingNode() || node.isNull();
        return switch (schema.getType()) {
            case UNION -> absent ? null : value(present(schema), node, path);
            case RECORD -> record(schema, node, path + ".");
            case ENUM -> constant(schema, node, path, absent);
            case ARRAY -> {
                List<@Nullable Object> list = new ArrayList<>();
                if (!absent && !node.isArray()) {
                    misfit(path, "a list");
                }
                for (int i = 0; i < (node.isArray() ? node.size() : 0); i++) {
                    list.add(value(schema.getElementType(), node.get(i), path + "[" + i + "]"));
                }
                yield list;
            }
            case MAP -> {
                Map<String, @Nullable Object> map = new LinkedHashMap<>();
                if (!absent && !node.isObject()) {
                    misfit(path, "fields with values");
                }
                node.properties().forEach(each ->
                        map.put(each.getKey(), value(schema.getValueType(), each.getValue(), path + "." + each.getKey())));
                yield map;
            }
            case STRING -> absent || node.isString() ? node.asString("") : misfit(path, "text", "");
            case BOOLEAN -> absent || node.isBoolean() ? node.asBoolean(false) : misfit(path, "true or false", false);
            case INT -> absent || node.canConvertToInt() ? node.asInt(0) : misfit(path, "a whole number", 0);
            case LONG ->
                schema.getLogicalType() != null
                        ? time(node, path, absent)
                        : absent || node.canConvertToLong() ? (Object) node.asLong(0) : misfit(path, "a whole number", 0L);
            case DOUBLE -> absent || node.isNumber() ? node.asDouble(0) : misfit(path, "a number", 0.0);
            case FLOAT, BYTES, FIXED, NULL -> throw new IllegalStateException("no fact has " + schema + " at " + path);
        };
    }

    private Object constant(Schema schema, JsonNode node, String path, boolean absent) {
        String name = absent ? schema.getEnumSymbols().getLast() : node.asString("");
        if (!schema.getEnumSymbols().contains(name)) {
            misfit(path, "one of " + schema.getEnumSymbols());
            name = schema.getEnumSymbols().getLast();
        }
        return SpecificData.get().createEnum(name, schema);
    }

    private Instant time(JsonNode node, String path, boolean absent) {
        try {
            return absent ? Instant.EPOCH : Instant.parse(node.asString(""));
        } catch (DateTimeException _) {
            return misfit(path, "a time such as 2026-03-02T10:00:00Z", Instant.EPOCH);
        }
    }

    private <T> T misfit(String path, String wanted, T instead) {
        misfit(path, wanted);
        return instead;
    }

    private void misfit(String path, String wanted) {
        faults.add(path + ": must be " + wanted);
    }

    private static Schema present(Schema schema) {
        return schema.getTypes().stream()
                .filter(each -> each.getType() != Schema.Type.NULL)
                .findFirst()
                .orElseThrow();
    }
}
