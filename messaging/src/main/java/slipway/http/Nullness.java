package slipway.http;

import io.swagger.v3.core.converter.AnnotatedType;
import io.swagger.v3.core.converter.ModelConverter;
import io.swagger.v3.core.converter.ModelConverterContext;
import io.swagger.v3.core.util.Json;
import io.swagger.v3.oas.models.Components;
import io.swagger.v3.oas.models.media.JsonSchema;
import io.swagger.v3.oas.models.media.Schema;
import java.lang.reflect.RecordComponent;
import java.util.Iterator;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/// What a record says of null, in the words of OpenAPI 3.1: a component that is `@Nullable` may be null, every other is there. By itself
/// springdoc sees annotations of declarations only, and those of JSpecify are annotations of types.
final class Nullness implements ModelConverter {

    private static final String NULL = "null";

    @Override
    public @Nullable Schema<?> resolve(AnnotatedType type, ModelConverterContext context, Iterator<ModelConverter> chain) {
        if (!chain.hasNext()) {
            return null;
        }
        Schema<?> schema = chain.next().resolve(type, context, chain);
        Class<?> shown = Json.mapper().constructType(type.getType()).getRawClass();
        if (schema != null && shown.isRecord()) {
            Schema<?> described = schema.get$ref() == null
                    ? schema
                    : context.getDefinedModels().get(schema.get$ref().substring(Components.COMPONENTS_SCHEMAS_REF.length()));
            if (described != null && described.getProperties() != null) {
                for (RecordComponent component : shown.getRecordComponents()) {
                    say(described, component);
                }
            }
        }
        return schema;
    }

    private static void say(Schema<?> described, RecordComponent component) {
        @SuppressWarnings("rawtypes")
        Map<String, Schema> properties = described.getProperties();
        if (component.getAnnotatedType().isAnnotationPresent(Nullable.class)) {
            properties.computeIfPresent(component.getName(), (_, property) -> orNull(property));
        } else if (properties.containsKey(component.getName())
                && (described.getRequired() == null || !described.getRequired().contains(component.getName()))) {
            described.addRequiredItem(component.getName());
        }
    }

    /// The same again changes nothing: a record is asked for wherever it is shown.
    private static Schema<?> orNull(Schema<?> property) {
        if (property.getAnyOf() != null) {
            return property;
        }
        if (property.get$ref() != null || property.getEnum() != null) {
            return new JsonSchema().addAnyOfItem(property).addAnyOfItem(new JsonSchema().typesItem(NULL));
        }
        if (property.getTypes() == null) {
            if (property.getType() == null) {
                // Whatever JSON: null is some.
                return property;
            }
            property.addType(property.getType());
        }
        property.addType(NULL);
        return property;
    }
}
