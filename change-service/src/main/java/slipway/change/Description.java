package slipway.change;

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
import io.swagger.v3.oas.models.parameters.HeaderParameter;
import io.swagger.v3.oas.models.parameters.Parameter;
import io.swagger.v3.oas.models.parameters.RequestBody;
import io.swagger.v3.oas.models.responses.ApiResponse;
import io.swagger.v3.oas.models.responses.ApiResponses;
import io.swagger.v3.oas.models.security.SecurityRequirement;
import io.swagger.v3.oas.models.security.SecurityScheme;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.jspecify.annotations.Nullable;
import org.springdoc.core.customizers.OpenApiCustomizer;
import org.springframework.context.annotation.Bean;
import org.springframework.context.annotation.Configuration;
import org.springframework.http.HttpHeaders;
import slipway.change.calendar.FreezeScope;
import slipway.change.calendar.Recurrence;
import slipway.change.calendar.Window;
import slipway.change.domain.Inventory;
import slipway.change.domain.Outcome;
import slipway.change.domain.Rfc;
import slipway.change.domain.RiskLevel;
import slipway.change.domain.Template;
import slipway.change.domain.VoteDecision;

/// The interface in the words of OpenAPI, as far as methods do not say it: forms are read field by field, so their fields are
/// named here; every refusal is a problem; everybody shows a token.
@Configuration
class Description {

    private static final String PROBLEM = "Problem";
    private static final String TOKEN = "token";
    private static final Map<String, String> REFUSALS = new LinkedHashMap<>();

    static {
        REFUSALS.put("400", "Not readable.");
        REFUSALS.put("401", "No token, or one that is not good.");
        REFUSALS.put("403", "For people of another group.");
        REFUSALS.put("404", "There is no such thing.");
        REFUSALS.put("409", "Not in the state it is in, or not by this person.");
        REFUSALS.put("412", "Meant for a state that is no longer.");
        REFUSALS.put("422", "Readable, but not acceptable: every fault is named.");
    }

    private static final Set<String> CREATING =
            Set.of("/changes", "/changes/drafts", "/delegations", "/freezes", "/freezes/ics", "/templates");

    @Bean
    OpenAPI openApi() {
        return new OpenAPI()
                .info(new Info()
                        .title("Slipway change-service")
                        .description("Should we make this change, why, and when?")
                        .version("1"))
                .components(new Components()
                        .addSecuritySchemes(
                                TOKEN, new SecurityScheme().type(SecurityScheme.Type.HTTP).scheme("bearer").bearerFormat("JWT")))
                .addSecurityItem(new SecurityRequirement().addList(TOKEN));
    }

    /// RFC 9457.
    private static Schema<?> problem() {
        return new ObjectSchema()
                .addProperty("title", new StringSchema())
                .addProperty("status", new IntegerSchema())
                .addProperty("detail", new StringSchema())
                .addProperty("reasons", new ArraySchema().items(new StringSchema()));
    }

    @Bean
    OpenApiCustomizer forms() {
        return api -> {
            Map<String, Schema<?>> forms = bodies();
            // Only now: what no method refers to was swept out before.
            api.getComponents().addSchemas(PROBLEM, problem());
            api.getPaths().forEach((path, item) -> {
                describe(path, "POST", item.getPost(), forms);
                describe(path, "PUT", item.getPut(), forms);
                describe(path, "GET", item.getGet(), forms);
                describe(path, "DELETE", item.getDelete(), forms);
                headers(path, item);
            });
        };
    }

    private static void describe(
            String path, String method, @Nullable Operation operation, Map<String, Schema<?>> forms) {
        if (operation == null) {
            return;
        }
        Schema<?> form = forms.get(method + " " + path);
        if (form != null) {
            MediaType body = new MediaType().schema(form);
            operation.setRequestBody(new RequestBody()
                    .required(true)
                    .content(new Content().addMediaType("application/json", body).addMediaType("application/yaml", body)));
        }
        ApiResponses responses = operation.getResponses();
        if (method.equals("POST") && CREATING.contains(path) && responses.containsKey("200")) {
            responses.addApiResponse("201", responses.remove("200").description("Created."));
        }
        REFUSALS.forEach((status, meaning) -> responses.addApiResponse(
                status,
                new ApiResponse()
                        .description(meaning)
                        .content(new Content()
                                .addMediaType(
                                        "application/problem+json",
                                        new MediaType().schema(new Schema<>().$ref("#/components/schemas/" + PROBLEM))))));
    }

    private static void headers(String path, PathItem item) {
        Operation post = item.getPost();
        if (post == null) {
            return;
        }
        post.addParametersItem(header(
                IdempotentRequests.HEADER,
                "Names this request for ever: sent again, it is not done again and answered as the first time."));
        if (path.startsWith("/changes/{id}/")) {
            post.addParametersItem(header(
                    HttpHeaders.IF_MATCH, "ETag of the state that it is meant for; 412 when there is a newer one."));
        }
    }

    private static Parameter header(String name, String description) {
        return new HeaderParameter().name(name).description(description).schema(new StringSchema());
    }

    private static Map<String, Schema<?>> bodies() {
        Map<String, Schema<?>> bodies = new LinkedHashMap<>();
        Schema<?> reason = form("reason", text());
        for (String change : List.of("POST /changes", "POST /changes/drafts", "PUT /changes/{id}")) {
            bodies.put(change, of(Rfc.class));
        }
        for (String path : List.of(
                "/changes/{id}/cancel",
                "/changes/{id}/hold",
                "/changes/{id}/unhold",
                "/changes/{id}/break-glass",
                "/freezes/{id}/lift",
                "/templates/{ref}/reinstate")) {
            bodies.put("POST " + path, reason);
        }
        bodies.put("POST /changes/{id}/risk", form("level", one(RiskLevel.class), "reason", text()));
        bodies.put(
                "POST /changes/{id}/votes",
                form(
                        "decision", one(VoteDecision.class),
                        "stage", text(),
                        "reason", text(),
                        "onBehalfOf", text(),
                        "planDigest", text()));
        bodies.put("POST /changes/{id}/ratification", form("decision", one(VoteDecision.class), "reason", text()));
        bodies.put(
                "POST /changes/{id}/review",
                form("outcome", one(Outcome.class), "findings", text(), "incidentRef", text()));
        bodies.put("POST /changes/{id}/close", form("outcome", one(Outcome.class)));
        bodies.put(
                "POST /changes/{id}/outcome",
                form("outcome", one(Outcome.class), "incidentRef", text(), "reason", text()));
        bodies.put("POST /delegations", form("delegate", text(), "during", of(Window.class), "reason", text()));
        Schema<?> freeze = form(
                "name", text(),
                "reason", text(),
                "scope", of(FreezeScope.class),
                "when", of(Recurrence.class),
                "approverGroup", text());
        bodies.put("POST /freezes", freeze);
        bodies.put("POST /freezes/preview", freeze);
        bodies.put("POST /freezes/{id}/override", form("changeId", text(), "reason", text()));
        bodies.put("POST /templates", of(Template.class));
        bodies.put(
                "PUT /inventory",
                form(
                        "people", new ArraySchema().items(of(Inventory.Person.class)),
                        "configurationItems", new ArraySchema().items(of(Inventory.Item.class))));
        bodies.put("PUT /inventory/items/{id}", of(Inventory.Item.class));
        bodies.put("PUT /inventory/people/{id}", of(Inventory.Person.class));
        return bodies;
    }

    /// Names and schemas in turn.
    private static Schema<?> form(Object... fields) {
        ObjectSchema form = new ObjectSchema();
        for (int i = 0; i < fields.length; i += 2) {
            form.addProperty((String) fields[i], (Schema<?>) fields[i + 1]);
        }
        return form;
    }

    private static Schema<?> text() {
        return new StringSchema();
    }

    private static Schema<?> one(Class<? extends Enum<?>> words) {
        StringSchema word = new StringSchema();
        Arrays.stream(words.getEnumConstants())
                .map(Enum::name)
                .filter(name -> !name.equals("UNKNOWN"))
                .forEach(word::addEnumItem);
        return word;
    }

    /// What an answer shows by this name already.
    private static Schema<?> of(Class<?> shown) {
        return new Schema<>().$ref("#/components/schemas/" + shown.getCanonicalName());
    }
}
