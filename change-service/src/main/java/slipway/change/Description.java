package slipway.change;

import io.swagger.v3.oas.models.OpenAPI;
import io.swagger.v3.oas.models.Operation;
import io.swagger.v3.oas.models.PathItem.HttpMethod;
import io.swagger.v3.oas.models.Paths;
import io.swagger.v3.oas.models.media.Content;
import io.swagger.v3.oas.models.media.MediaType;
import io.swagger.v3.oas.models.media.Schema;
import io.swagger.v3.oas.models.media.StringSchema;
import io.swagger.v3.oas.models.parameters.HeaderParameter;
import io.swagger.v3.oas.models.parameters.Parameter;
import io.swagger.v3.oas.models.parameters.QueryParameter;
import io.swagger.v3.oas.models.parameters.RequestBody;
import io.swagger.v3.oas.models.responses.ApiResponse;
import io.swagger.v3.oas.models.responses.ApiResponses;
import io.swagger.v3.oas.models.security.SecurityRequirement;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Set;
import org.springdoc.core.customizers.OpenApiCustomizer;
import org.springframework.context.annotation.Bean;
import org.springframework.context.annotation.Configuration;
import org.springframework.http.HttpHeaders;
import slipway.http.Described;

/// The interface in the words of OpenAPI, as far as methods do not say it.
@Configuration
class Description {

    private static final String DELIVERIES = "/ingest/{name}";

    private static final Set<String> CREATING =
            Set.of("/changes", "/changes/drafts", "/delegations", "/freezes", "/freezes/ics", "/templates");

    @Bean
    OpenAPI openApi() {
        return Described.service("change-service", "Should we make this change, why, and when?");
    }

    @Bean
    OpenApiCustomizer described() {
        return api -> {
            forms(api);
            Paths paths = api.getPaths();
            paths.forEach((path, item) -> {
                if (item.getPost() != null) {
                    posted(path, item.getPost());
                }
            });
            filters(paths.get("/changes").getGet());
            delivery(paths.get(DELIVERIES).getPost());
            Described.refusals(api, Description::refusals);
        };
    }

    private static void forms(OpenAPI api) {
        new Forms(api.getComponents()).all().forEach((asked, form) -> {
            String[] words = asked.split(" ");
            MediaType body = new MediaType().schema(form);
            api.getPaths()
                    .get(words[1])
                    .readOperationsMap()
                    .get(HttpMethod.valueOf(words[0]))
                    .setRequestBody(new RequestBody()
                            .required(true)
                            .content(new Content().addMediaType("application/json", body).addMediaType("application/yaml", body)));
        });
    }

    private static void posted(String path, Operation post) {
        ApiResponses responses = post.getResponses();
        if (CREATING.contains(path) && responses.containsKey("200")) {
            responses.addApiResponse("201", responses.remove("200").description("Created."));
        }
        if (!path.equals(DELIVERIES)) {
            post.addParametersItem(header(
                    IdempotentRequests.HEADER,
                    "Names this request for ever: sent again, it is not done again and answered as the first time."));
        }
        if (path.startsWith("/changes/{id}/")) {
            post.addParametersItem(header(
                    HttpHeaders.IF_MATCH, "ETag of the state that it is meant for; 412 when there is a newer one."));
        }
    }

    private static Parameter header(String name, String description) {
        return new HeaderParameter().name(name).description(description).schema(new StringSchema());
    }

    /// They are read from all that stands in the address, so that one that there is not is a fault.
    private static void filters(Operation list) {
        list.setParameters(ChangeFilter.KNOWN.stream()
                .<Parameter>map(name -> new QueryParameter().name(name).schema(new StringSchema()))
                .toList());
    }

    /// Whatever its source sends, signed by it or with a token.
    private static void delivery(Operation take) {
        take.requestBody(new RequestBody().required(true).content(new Content().addMediaType("*/*", new MediaType().schema(new Schema<>()))))
                .addSecurityItem(new SecurityRequirement())
                .addSecurityItem(new SecurityRequirement().addList(Described.TOKEN));
        ApiResponse known = take.getResponses().get("200").description("Came before.");
        take.getResponses().addApiResponse("202", new ApiResponse().description("Taken.").content(known.getContent()));
    }

    private static Map<String, String> refusals(Described.Asked asked) {
        boolean delivery = asked.path().equals(DELIVERIES);
        Map<String, String> refusals = new LinkedHashMap<>();
        refusals.put("400", "Not readable.");
        refusals.put("401", "No token, or one that is not good.");
        refusals.put("403", "For people of another group.");
        refusals.put("404", "There is no such thing.");
        refusals.put("409", "Not in the state it is in, or not by this person.");
        if (asked.takes(HttpHeaders.IF_MATCH)) {
            refusals.put("412", "Meant for a state that is no longer.");
        }
        if (delivery) {
            refusals.put("413", "Larger than a delivery may be.");
        }
        if (asked.method() != HttpMethod.GET) {
            refusals.put("422", "Readable, but not acceptable: every fault is named.");
        }
        refusals.put("503", delivery ? "Not now, or no secret is set up for this source." : "Not now: try again.");
        return refusals;
    }
}
