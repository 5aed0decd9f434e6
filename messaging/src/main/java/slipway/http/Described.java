package slipway.http;

import io.swagger.v3.oas.models.Components;
import io.swagger.v3.oas.models.OpenAPI;
import io.swagger.v3.oas.models.Operation;
import io.swagger.v3.oas.models.PathItem;
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
import java.util.List;
import java.util.Map;
import java.util.function.Function;

/// The interface of a service in the words of OpenAPI, as far as it is the same for all and no method says it: everybody shows a token,
/// every refusal is a problem.
public final class Described {

    /// The name of what everybody shows.
    public static final String TOKEN = "token";

    private static final String PROBLEM = "Problem";

    private Described() {}

    public static OpenAPI service(String name, String description) {
        return new OpenAPI()
                .info(new Info().title("Slipway " + name).description(description).version("1"))
                .components(new Components()
                        .addSecuritySchemes(
                                TOKEN, new SecurityScheme().type(SecurityScheme.Type.HTTP).scheme("bearer").bearerFormat("JWT")))
                .addSecurityItem(new SecurityRequirement().addList(TOKEN));
    }

    /// What may be asked.
    public record Asked(String path, PathItem.HttpMethod method, Operation operation) {

        /// Whether it has a parameter of this name.
        public boolean takes(String parameter) {
            return operation.getParameters() != null
                    && operation.getParameters().stream().anyMatch(each -> each.getName().equals(parameter));
        }
    }

    /// For a customizer of what springdoc has read: what no method refers to it sweeps out before.
    ///
    /// @param meanings by status, why that may be refused
    public static void refusals(OpenAPI api, Function<Asked, Map<String, String>> meanings) {
        api.getComponents().addSchemas(PROBLEM, problem());
        Content content = new Content()
                .addMediaType(
                        "application/problem+json",
                        new MediaType().schema(new Schema<>().$ref(Components.COMPONENTS_SCHEMAS_REF + PROBLEM)));
        api.getPaths().forEach((path, item) -> item.readOperationsMap()
                .forEach((method, operation) -> meanings.apply(new Asked(path, method, operation))
                        .forEach((status, meaning) -> operation
                                .getResponses()
                                .addApiResponse(status, new ApiResponse().description(meaning).content(content)))));
    }

    /// RFC 9457.
    private static Schema<?> problem() {
        return new ObjectSchema()
                .addProperty("title", new StringSchema())
                .addProperty("status", new IntegerSchema())
                .addProperty("detail", new StringSchema())
                .addProperty("instance", new StringSchema().format("uri-reference"))
                .addProperty("reasons", new ArraySchema().items(new StringSchema()))
                .required(List.of("title", "status", "reasons"));
    }
}
