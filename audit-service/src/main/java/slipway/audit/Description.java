package slipway.audit;

import io.swagger.v3.oas.models.Components;
import io.swagger.v3.oas.models.OpenAPI;
import io.swagger.v3.oas.models.Operation;
import io.swagger.v3.oas.models.info.Info;
import io.swagger.v3.oas.models.media.ArraySchema;
import io.swagger.v3.oas.models.media.Content;
import io.swagger.v3.oas.models.media.IntegerSchema;
import io.swagger.v3.oas.models.media.MediaType;
import io.swagger.v3.oas.models.media.ObjectSchema;
import io.swagger.v3.oas.models.media.Schema;
import io.swagger.v3.oas.models.media.StringSchema;
import io.swagger.v3.oas.models.responses.ApiResponse;
import io.swagger.v3.oas.models.security.SecurityRequirement;
import io.swagger.v3.oas.models.security.SecurityScheme;
import java.util.LinkedHashMap;
import java.util.Map;
import org.springdoc.core.customizers.OpenApiCustomizer;
import org.springframework.context.annotation.Bean;
import org.springframework.context.annotation.Configuration;

/// The interface in the words of OpenAPI, as far as methods do not say it: every refusal is a problem, everybody shows a token.
@Configuration
class Description {

    private static final String PROBLEM = "Problem";
    private static final String TOKEN = "token";
    private static final Map<String, String> REFUSALS = new LinkedHashMap<>();

    static {
        REFUSALS.put("400", "Not readable: every fault is named.");
        REFUSALS.put("401", "No token, or one that is not good.");
        REFUSALS.put("403", "For people of another group.");
        REFUSALS.put("404", "There is no such thing.");
        REFUSALS.put("409", "Not now: another one is under way.");
    }

    @Bean
    OpenAPI openApi() {
        return new OpenAPI()
                .info(new Info()
                        .title("Slipway audit-service")
                        .description("What happened, provably: timeline, search, any moment, metrics, replay, verification.")
                        .version("1"))
                .components(new Components()
                        .addSecuritySchemes(
                                TOKEN, new SecurityScheme().type(SecurityScheme.Type.HTTP).scheme("bearer").bearerFormat("JWT")))
                .addSecurityItem(new SecurityRequirement().addList(TOKEN));
    }

    @Bean
    OpenApiCustomizer refusals() {
        return api -> {
            // RFC 9457.
            api.getComponents()
                    .addSchemas(
                            PROBLEM,
                            new ObjectSchema()
                                    .addProperty("title", new StringSchema())
                                    .addProperty("status", new IntegerSchema())
                                    .addProperty("detail", new StringSchema())
                                    .addProperty("reasons", new ArraySchema().items(new StringSchema())));
            api.getPaths().values().forEach(path -> path.readOperations().forEach(Description::refuses));
        };
    }

    private static void refuses(Operation operation) {
        Content problem = new Content()
                .addMediaType("application/problem+json", new MediaType().schema(new Schema<>().$ref("#/components/schemas/" + PROBLEM)));
        REFUSALS.forEach((status, meaning) ->
                operation.getResponses().addApiResponse(status, new ApiResponse().description(meaning).content(problem)));
    }
}
