package slipway.wire;

import java.lang.reflect.Constructor;
import java.lang.reflect.InvocationTargetException;
import java.lang.reflect.RecordComponent;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.stream.Stream;
import org.apache.avro.Schema;
import org.apache.avro.specific.SpecificData;
import org.apache.avro.specific.SpecificRecord;
import org.jspecify.annotations.Nullable;
import slipway.events.Meta;

/// Domain facts to Avro and back, by name: the record `ChangeEvent.ChangeApproved` is the schema
/// `slipway.events.change.ChangeApproved` without its `meta`, component by field. Whatever does not agree (a fact without a
/// schema, a component without a field, a field without a component, an enum constant that the contract does not know) is
/// found when the mapping is made, so at the start of a service and in its first test, never at the first such fact.
///
/// Enums and nested records agree by name too; times are `Instant`s in whole milliseconds; `null` is a union with null.
///
/// @param <E> the sealed interface of a service's facts
public final class Mapping<E> {

    private static final String META = "meta";

    static {
        Trust.theContract();
    }

    private final Map<Class<?>, Schema> schemas = new LinkedHashMap<>();
    private final Map<String, Class<? extends Record>> records = new LinkedHashMap<>();

    private Mapping(Class<E> facts, String avroPackage) {
        List<String> faults = new ArrayList<>();
        for (Class<? extends Record> fact : leaves(facts).toList()) {
            String name = avroPackage + "." + fact.getSimpleName();
            try {
                Class<?> generated = Class.forName(name);
                Schema schema = SpecificData.get().getSchema(generated);
                schemas.put(fact, schema);
                records.put(schema.getFullName(), fact);
                compare(schema, fact, Set.of(META), faults, new LinkedHashSet<>());
            } catch (ClassNotFoundException e) {
                faults.add(name + " has no schema");
            }
        }
        if (!faults.isEmpty()) {
            throw new IllegalStateException("facts and contract disagree: " + String.join("; ", faults));
        }
    }

    /// @param facts the sealed interface whose permitted records are the facts
    /// @param avroPackage the namespace of their schemas
    /// @throws IllegalStateException naming every disagreement
    public static <E> Mapping<E> of(Class<E> facts, String avroPackage) {
        return new Mapping<>(facts, avroPackage);
    }

    /// The schemas of all facts.
    public List<Schema> schemas() {
        return List.copyOf(schemas.values());
    }

    /// The full name of the schema of such facts.
    public String type(Class<? extends E> fact) {
        return schemas.get(fact).getFullName();
    }

    public SpecificRecord toAvro(E fact, Meta meta) {
        Schema schema = schemas.get(fact.getClass());
        SpecificRecord avro = write((Record) fact, schema, Set.of(META));
        avro.put(schema.getField(META).pos(), meta);
        return avro;
    }

    @SuppressWarnings("unchecked")
    public E toDomain(SpecificRecord avro) {
        Class<? extends Record> fact = records.get(avro.getSchema().getFullName());
        if (fact == null) {
            throw new IllegalArgumentException(avro.getSchema().getFullName() + " is not one of this service's facts");
        }
        return (E) read(avro, fact);
    }

    @SuppressWarnings("unchecked")
    private static Stream<Class<? extends Record>> leaves(Class<?> type) {
        return type.isSealed()
                ? Arrays.stream(type.getPermittedSubclasses()).flatMap(Mapping::leaves)
                : Stream.of((Class<? extends Record>) type);
    }

    private static SpecificRecord write(Record domain, Schema schema, Set<String> except) {
        SpecificRecord avro = (SpecificRecord) SpecificData.newInstance(SpecificData.get().getClass(schema), schema);
        for (RecordComponent component : domain.getClass().getRecordComponents()) {
            Schema.Field field = schema.getField(component.getName());
            avro.put(field.pos(), toAvro(value(component, domain), present(field.schema())));
        }
        return avro;
    }

    private static @Nullable Object toAvro(@Nullable Object value, Schema schema) {
        return switch (value) {
            case null -> null;
            case Enum<?> constant -> enumOf(SpecificData.get().getClass(schema), constant.name());
            case Record nested -> write(nested, schema, Set.of());
            case List<?> list ->
                list.stream().map(each -> toAvro(each, schema.getElementType())).toList();
            default -> value;
        };
    }

    private static <T extends Record> T read(SpecificRecord avro, Class<T> type) {
        RecordComponent[] components = type.getRecordComponents();
        Object[] values = new Object[components.length];
        for (int i = 0; i < components.length; i++) {
            Object value = avro.get(avro.getSchema().getField(components[i].getName()).pos());
            values[i] = toDomain(value, components[i].getType(), components[i].getGenericType());
        }
        try {
            Class<?>[] types = Arrays.stream(components).map(RecordComponent::getType).toArray(Class<?>[]::new);
            Constructor<T> constructor = type.getDeclaredConstructor(types);
            constructor.setAccessible(true);
            return constructor.newInstance(values);
        } catch (InvocationTargetException e) {
            throw new IllegalArgumentException(type.getSimpleName() + " refuses its fact", e.getCause());
        } catch (ReflectiveOperationException e) {
            throw new IllegalStateException(type + " cannot be made", e);
        }
    }

    private static @Nullable Object toDomain(@Nullable Object value, Class<?> type, java.lang.reflect.Type generic) {
        return switch (value) {
            case null -> null;
            case Enum<?> constant -> enumOf(type, constant.name());
            case SpecificRecord nested -> read(nested, type.asSubclass(Record.class));
            case List<?> list ->
                list.stream()
                        .map(each -> toDomain(each, elementOf(generic), elementOf(generic)))
                        .toList();
            default -> value;
        };
    }

    private static void compare(
            Schema schema, Class<?> type, Set<String> except, List<String> faults, Set<Class<?>> seen) {
        if (!seen.add(type)) {
            return;
        }
        Set<String> fields = new LinkedHashSet<>();
        schema.getFields().forEach(field -> fields.add(field.name()));
        fields.removeAll(except);
        for (RecordComponent component : type.getRecordComponents()) {
            String where = type.getSimpleName() + "." + component.getName();
            if (!fields.remove(component.getName())) {
                faults.add(where + " has no field in " + schema.getFullName());
                continue;
            }
            Schema field = present(schema.getField(component.getName()).schema());
            compareValue(field, component.getType(), component.getGenericType(), where, faults, seen);
        }
        fields.forEach(field -> faults.add(schema.getFullName() + "." + field + " has no component in " + type.getSimpleName()));
    }

    private static void compareValue(
            Schema field,
            Class<?> type,
            java.lang.reflect.Type generic,
            String where,
            List<String> faults,
            Set<Class<?>> seen) {
        boolean agrees =
                switch (field.getType()) {
                    case RECORD -> {
                        if (type.isRecord()) {
                            compare(field, type, Set.of(), faults, seen);
                        }
                        yield type.isRecord();
                    }
                    case ENUM -> {
                        if (type.isEnum()) {
                            List<String> ours = Arrays.stream(type.getEnumConstants()).map(Object::toString).toList();
                            if (!Set.copyOf(ours).equals(Set.copyOf(field.getEnumSymbols()))) {
                                faults.add(where + ": " + ours + " against " + field.getEnumSymbols());
                            }
                        }
                        yield type.isEnum();
                    }
                    case ARRAY -> {
                        if (type == List.class) {
                            Class<?> element = elementOf(generic);
                            compareValue(field.getElementType(), element, element, where + "[]", faults, seen);
                        }
                        yield type == List.class;
                    }
                    case MAP -> type == Map.class;
                    case STRING -> type == String.class;
                    case INT -> type == int.class || type == Integer.class;
                    case LONG ->
                        field.getLogicalType() == null
                                ? type == long.class || type == Long.class
                                : type == java.time.Instant.class;
                    case BOOLEAN -> type == boolean.class || type == Boolean.class;
                    case DOUBLE -> type == double.class || type == Double.class;
                    case UNION, FIXED, BYTES, FLOAT, NULL -> false;
                };
        if (!agrees) {
            faults.add(where + ": " + type.getSimpleName() + " against " + field);
        }
    }

    /// The schema of a value that is there: a union with null without its null.
    private static Schema present(Schema schema) {
        return schema.isUnion()
                ? schema.getTypes().stream()
                        .filter(each -> each.getType() != Schema.Type.NULL)
                        .findFirst()
                        .orElseThrow()
                : schema;
    }

    private static Class<?> elementOf(java.lang.reflect.Type generic) {
        java.lang.reflect.Type element =
                ((java.lang.reflect.ParameterizedType) generic).getActualTypeArguments()[0];
        return (Class<?>) element;
    }

    @SuppressWarnings({"unchecked", "rawtypes"})
    private static Enum<?> enumOf(Class<?> type, String name) {
        return Enum.valueOf((Class<? extends Enum>) type, name);
    }

    private static @Nullable Object value(RecordComponent component, Record record) {
        try {
            var accessor = component.getAccessor();
            accessor.setAccessible(true);
            return accessor.invoke(record);
        } catch (ReflectiveOperationException e) {
            throw new IllegalStateException(component + " cannot be read", e);
        }
    }
}
