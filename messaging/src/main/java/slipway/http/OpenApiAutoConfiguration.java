package slipway.http;

import io.swagger.v3.oas.annotations.media.Schema;
import io.swagger.v3.oas.models.media.ObjectSchema;
import io.swagger.v3.oas.models.media.StringSchema;
import org.springdoc.core.customizers.OpenApiCustomizer;
import org.springdoc.core.customizers.ParameterCustomizer;
import org.springdoc.core.utils.SpringDocUtils;
import org.springframework.boot.autoconfigure.AutoConfiguration;
import org.springframework.boot.autoconfigure.condition.ConditionalOnClass;
import org.springframework.context.annotation.Bean;
import org.springframework.security.oauth2.jwt.Jwt;
import tools.jackson.databind.JsonNode;

/// What springdoc has to know of all services, to say in `/v3/api-docs` what is true: the rest it reads from their methods and records.
@AutoConfiguration
@ConditionalOnClass(OpenApiCustomizer.class)
public class OpenApiAutoConfiguration {

    static {
        // springdoc keeps these for all services of a JVM.
        SpringDocUtils.getConfig()
                // Whoever asks is known by the token: no parameter, of which a client would make an address that tells it.
                .addRequestWrapperToIgnore(Jwt.class)
                .replaceWithClass(JsonNode.class, Json.class)
                .replaceWithSchema(Form.class, new ObjectSchema())
                .replaceWithSchema(Form.Bulk.class, new ObjectSchema())
                .replaceWithSchema(Document.class, new StringSchema());
    }

    /// In the place of a tree, whose own properties are no matter of what it holds.
    @Schema(name = "Json", description = "Any JSON.")
    static final class Json {}

    @Bean
    Nullness nullness() {
        return new Nullness();
    }

    /// A parameter that is not given is left out: in an address there is no null.
    @Bean
    ParameterCustomizer leftOut() {
        return (parameter, _) -> {
            if (parameter != null) {
                SpringDocUtils.fixNullablePathParameter(parameter);
            }
            return parameter;
        };
    }
}
