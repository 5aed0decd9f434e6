package slipway.notification.template;

import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.apache.avro.Schema;
import org.apache.avro.specific.SpecificData;
import org.apache.avro.specific.SpecificRecord;
import org.jspecify.annotations.Nullable;
import slipway.wire.Trust;

/// Facts as they may come, made of their schema: what a template makes of them it makes of those that do come.
public final class SampleFacts {

    public static final Instant AT = Instant.parse("2026-03-01T10:15:30.123Z");

    static {
        Trust.theContract();
    }

    private SampleFacts() {}

    /// One with all that it can have, one with as little as it can have, and between them those that have, or lack, one field more; and each word of its
    /// enums.
    public static List<SpecificRecord> of(Schema schema) {
        SpecificRecord full = full(schema);
        SpecificRecord bare = bare(schema);
        List<SpecificRecord> samples = new ArrayList<>(List.of(full, bare));
        for (Schema.Field field : schema.getFields()) {
            samples.add(with(full, field, bare.get(field.pos())));
            samples.add(with(bare, field, full.get(field.pos())));
            if (field.schema().getType() == Schema.Type.ENUM) {
                for (String word : field.schema().getEnumSymbols()) {
                    samples.add(with(full, field, SpecificData.get().createEnum(word, field.schema())));
                }
            }
        }
        return samples;
    }

    /// Texts are their field's name, numbers 1, lists of one.
    public static SpecificRecord full(Schema schema) {
        return (SpecificRecord) value(schema, schema.getName(), true);
    }

    private static SpecificRecord bare(Schema schema) {
        return (SpecificRecord) value(schema, schema.getName(), false);
    }

    /// One that has the same but for a field.
    private static SpecificRecord with(SpecificRecord fact, Schema.Field other, @Nullable Object value) {
        SpecificRecord copy = empty(fact.getSchema());
        fact.getSchema().getFields().forEach(field -> copy.put(field.pos(), fact.get(field.pos())));
        copy.put(other.pos(), value);
        return copy;
    }

    private static SpecificRecord empty(Schema schema) {
        return (SpecificRecord) SpecificData.newInstance(SpecificData.get().getClass(schema), schema);
    }

    private static @Nullable Object value(Schema schema, String name, boolean full) {
        return switch (schema.getType()) {
            case RECORD -> {
                SpecificRecord record = empty(schema);
                schema.getFields().forEach(field -> record.put(field.pos(), value(field.schema(), field.name(), full)));
                yield record;
            }
            case ENUM -> SpecificData.get().createEnum(schema.getEnumSymbols().getFirst(), schema);
            case ARRAY -> full ? List.of(value(schema.getElementType(), name, true)) : List.of();
            case MAP -> full ? Map.of(name, value(schema.getValueType(), name, true)) : Map.of();
            case UNION -> full || !schema.isNullable() ? value(schema.getTypes().getLast(), name, full) : null;
            case STRING -> name;
            case INT -> full ? 1 : 0;
            case LONG -> schema.getLogicalType() != null ? AT : (Object) (full ? 1L : 0L);
            case DOUBLE -> full ? 1.5 : 0.0;
            case BOOLEAN -> full;
            case FLOAT, BYTES, FIXED, NULL -> throw new IllegalStateException("no fact has " + schema + " at " + name);
        };
    }
}
