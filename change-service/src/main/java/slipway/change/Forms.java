package slipway.change;

import io.swagger.v3.oas.models.Components;
import io.swagger.v3.oas.models.media.ArraySchema;
import io.swagger.v3.oas.models.media.JsonSchema;
import io.swagger.v3.oas.models.media.ObjectSchema;
import io.swagger.v3.oas.models.media.Schema;
import io.swagger.v3.oas.models.media.StringSchema;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import slipway.change.calendar.FreezeScope;
import slipway.change.calendar.Recurrence;
import slipway.change.calendar.Window;
import slipway.change.domain.Inventory;
import slipway.change.domain.Outcome;
import slipway.change.domain.Rfc;
import slipway.change.domain.RiskLevel;
import slipway.change.domain.Template;
import slipway.change.domain.VoteDecision;

/// The forms of the interface in the words of OpenAPI: they are read field by field, so no method tells their fields.
final class Forms {

    private static final String UNKNOWN = "UNKNOWN";

    @SuppressWarnings("rawtypes")
    private final Map<String, Schema> schemas;

    /// @param components with the schemas of what answers show; gets those of what forms take
    Forms(Components components) {
        this.schemas = components.getSchemas();
    }

    /// By method and path.
    Map<String, Schema<?>> all() {
        Map<String, Schema<?>> forms = new LinkedHashMap<>();
        Schema<?> reason = form("reason", text());
        for (String change : List.of("POST /changes", "POST /changes/drafts", "PUT /changes/{id}")) {
            forms.put(change, of(Rfc.class));
        }
        for (String path : List.of(
                "/changes/{id}/cancel",
                "/changes/{id}/hold",
                "/changes/{id}/unhold",
                "/changes/{id}/break-glass",
                "/freezes/{id}/lift",
                "/templates/{ref}/reinstate")) {
            forms.put("POST " + path, reason);
        }
        forms.put("POST /changes/{id}/risk", form("level", one(RiskLevel.class), "reason", text()));
        forms.put(
                "POST /changes/{id}/votes",
                form(
                        "decision", one(VoteDecision.class),
                        "stage", text(),
                        "reason", text(),
                        "onBehalfOf", text(),
                        "planDigest", text()));
        forms.put("POST /changes/{id}/ratification", form("decision", one(VoteDecision.class), "reason", text()));
        forms.put(
                "POST /changes/{id}/review",
                form("outcome", one(Outcome.class), "findings", text(), "incidentRef", text()));
        forms.put("POST /changes/{id}/close", form("outcome", one(Outcome.class)));
        forms.put(
                "POST /changes/{id}/outcome",
                form("outcome", one(Outcome.class), "incidentRef", text(), "reason", text(), "happenedAt", text()));
        forms.put("POST /delegations", form("delegate", text(), "during", of(Window.class), "reason", text()));
        Schema<?> freeze = form(
                "name", text(),
                "reason", text(),
                "scope", of(FreezeScope.class),
                "when", of(Recurrence.class),
                "approverGroup", text());
        for (String path : List.of("/freezes", "/freezes/preview", "/freezes/rehearsals")) {
            forms.put("POST " + path, freeze);
        }
        forms.put("POST /freezes/{id}/override", form("changeId", text(), "reason", text()));
        forms.put("POST /templates", of(Template.class));
        // Suspending and reinstating has forms of its own.
        schemas.get(component(Template.class.getCanonicalName())).getProperties().remove("live");
        forms.put(
                "PUT /inventory",
                form(
                        "people", new ArraySchema().items(of(Inventory.Person.class)),
                        "configurationItems", new ArraySchema().items(of(Inventory.Item.class))));
        forms.put("PUT /inventory/items/{id}", of(Inventory.Item.class));
        forms.put("PUT /inventory/people/{id}", of(Inventory.Person.class));
        return forms;
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
                .filter(name -> !name.equals(UNKNOWN))
                .forEach(word::addEnumItem);
        return word;
    }

    /// What an answer shows by this name already.
    private Schema<?> of(Class<?> shown) {
        return written(new Schema<>().$ref(Components.COMPONENTS_SCHEMAS_REF + shown.getCanonicalName()));
    }

    /// What is shown, as it may be written: an answer has every field, of a form the rules know which are needed; a time may be relative
    /// (`now+PT2H`); and nobody means what is unknown.
    private Schema<?> written(Schema<?> shown) {
        if (shown.get$ref() != null) {
            return new Schema<>().$ref(Components.COMPONENTS_SCHEMAS_REF + component(shown.get$ref().substring(Components.COMPONENTS_SCHEMAS_REF.length())));
        }
        JsonSchema written = new JsonSchema();
        written.types(shown.getTypes());
        if (shown.getAnyOf() != null) {
            shown.getAnyOf().forEach(each -> written.addAnyOfItem(written(each)));
        }
        if (shown.getItems() != null) {
            written.items(written(shown.getItems()));
        }
        if (shown.getProperties() != null) {
            shown.getProperties().forEach((name, property) -> written.addProperty(name, written(property)));
        }
        if (shown.getEnum() != null) {
            shown.getEnum().stream().filter(word -> !UNKNOWN.equals(word)).forEach(written::addEnumItemObject);
        }
        if (!"date-time".equals(shown.getFormat())) {
            written.format(shown.getFormat());
        }
        written.additionalProperties(shown.getAdditionalProperties());
        return written;
    }

    private String component(String shown) {
        String form = shown + ".Form";
        if (!schemas.containsKey(form)) {
            schemas.put(form, written(schemas.get(shown)));
        }
        return form;
    }
}
