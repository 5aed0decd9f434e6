package slipway.audit;

import java.nio.ByteBuffer;
import java.time.Instant;
import java.util.Base64;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import org.apache.avro.Schema;
import org.apache.avro.generic.IndexedRecord;
import org.apache.kafka.common.errors.SerializationException;
import org.jspecify.annotations.Nullable;
import slipway.audit.domain.Digest;
import slipway.audit.domain.Entry;
import slipway.wire.AvroDeserializer;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;
import tools.jackson.databind.node.ArrayNode;
import tools.jackson.databind.node.JsonNodeFactory;
import tools.jackson.databind.node.ObjectNode;

/// Wire bytes to ledger entries.
///
/// Facts are read by the schema they were written with, never by this program's: so an entry says what its bytes say,
/// and stays the same when a later version of this program, with newer schemas, replays the log.
public final class Entries {

    private static final String META = "meta";
    private static final JsonNodeFactory NODES = JsonNodeFactory.instance;

    private final AvroDeserializer deserializer;
    private final JsonMapper json = new JsonMapper();

    /// @param deserializer gives generic records, by the writer's schema
    public Entries(AvroDeserializer deserializer) {
        this.deserializer = deserializer;
    }

    /// @throws slipway.wire.RegistryClient.Unavailable when the schema cannot be asked for now
    /// @throws SerializationException when the bytes are no fact
    public Entry read(Entry.Place place, byte @Nullable [] wire) {
        IndexedRecord fact = deserializer.deserialize(place.topic(), wire);
        if (fact == null || wire == null) {
            throw new SerializationException("a tombstone is no fact");
        }
        IndexedRecord meta = nested(fact, META);
        IndexedRecord actor = nested(meta, "actor");
        return new Entry(
                place,
                fact.getSchema().getName(),
                text(meta, "aggregateId"),
                number(meta, "sequence"),
                text(meta, "eventId"),
                text(meta, "correlationId"),
                textOrNull(meta, "causationId"),
                text(actor, "id"),
                text(actor, "kind"),
                textOrNull(actor, "onBehalfOf"),
                time(meta, "occurredAt"),
                time(meta, "recordedAt"),
                Digest.hash(wire),
                textOrNull(meta, "prevHash"),
                payload(fact));
    }

    private String payload(IndexedRecord fact) {
        ObjectNode payload = record(fact);
        payload.remove(META);
        return json.writeValueAsString(payload);
    }

    private static ObjectNode record(IndexedRecord record) {
        ObjectNode node = NODES.objectNode();
        for (Schema.Field field : record.getSchema().getFields()) {
            node.set(field.name(), value(field.schema(), record.get(field.pos())));
        }
        return node;
    }

    private static JsonNode value(Schema schema, @Nullable Object value) {
        return switch (value) {
            case null -> NODES.nullNode();
            case IndexedRecord nested -> record(nested);
            case List<?> list -> {
                ArrayNode array = NODES.arrayNode();
                Schema element = present(schema).getElementType();
                list.forEach(each -> array.add(value(element, each)));
                yield array;
            }
            case Map<?, ?> map -> {
                // Avro keeps no order among a map's keys; a canonical text has to.
                ObjectNode object = NODES.objectNode();
                Schema element = present(schema).getValueType();
                TreeMap<String, Object> sorted = new TreeMap<>();
                map.forEach((key, each) -> sorted.put(key.toString(), each));
                sorted.forEach((key, each) -> object.set(key, value(element, each)));
                yield object;
            }
            case Boolean truth -> NODES.booleanNode(truth);
            case Integer number -> NODES.numberNode(number);
            case Long number ->
                isTime(present(schema))
                        ? NODES.stringNode(Instant.ofEpochMilli(number).toString())
                        : NODES.numberNode(number);
            case Float number -> NODES.numberNode(number);
            case Double number -> NODES.numberNode(number);
            case ByteBuffer bytes -> {
                byte[] copy = new byte[bytes.remaining()];
                bytes.duplicate().get(copy);
                yield NODES.stringNode(Base64.getEncoder().encodeToString(copy));
            }
            default -> NODES.stringNode(value.toString());
        };
    }

    private static boolean isTime(Schema schema) {
        return schema.getLogicalType() != null
                && schema.getLogicalType().getName().equals("timestamp-millis");
    }

    private static Schema present(Schema schema) {
        return schema.isUnion()
                ? schema.getTypes().stream()
                        .filter(each -> each.getType() != Schema.Type.NULL)
                        .findFirst()
                        .orElseThrow()
                : schema;
    }

    private static IndexedRecord nested(IndexedRecord record, String name) {
        if (field(record, name) instanceof IndexedRecord nested) {
            return nested;
        }
        throw missing(record, name);
    }

    private static long number(IndexedRecord record, String name) {
        if (field(record, name) instanceof Number number) {
            return number.longValue();
        }
        throw missing(record, name);
    }

    private static Instant time(IndexedRecord record, String name) {
        return field(record, name) instanceof Instant instant ? instant : Instant.ofEpochMilli(number(record, name));
    }

    private static String text(IndexedRecord record, String name) {
        String text = textOrNull(record, name);
        if (text == null) {
            throw missing(record, name);
        }
        return text;
    }

    private static SerializationException missing(IndexedRecord record, String name) {
        return new SerializationException("no fact: " + record.getSchema().getFullName() + " has no proper " + name);
    }

    private static @Nullable String textOrNull(IndexedRecord record, String name) {
        Object value = field(record, name);
        return value == null ? null : value.toString();
    }

    /// Null, too, when the writer's schema had no such field yet.
    private static @Nullable Object field(IndexedRecord record, String name) {
        Schema.Field field = record.getSchema().getField(name);
        return field == null ? null : record.get(field.pos());
    }
}
