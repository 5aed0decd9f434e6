package slipway.http;

import com.networknt.schema.Error;
import com.networknt.schema.InputFormat;
import com.networknt.schema.SchemaRegistry;
import com.networknt.schema.SpecificationVersion;
import java.util.List;
import java.util.Locale;
import java.util.stream.Stream;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;
import tools.jackson.databind.node.ObjectNode;
import tools.jackson.databind.node.StringNode;

/// What a running service says of itself in `/v3/api-docs`, held against what it answers and takes. What it does not say is as wrong as
/// what it says otherwise: no property may come that is not described.
public final class OpenApi {

    private static final JsonMapper JSON = new JsonMapper();

    private final JsonNode document;

    public OpenApi(JsonNode document) {
        this.document = document.deepCopy();
        this.document.findParents("properties").stream()
                .map(ObjectNode.class::cast)
                .filter(each -> !each.has("additionalProperties"))
                .forEach(each -> each.put("additionalProperties", false));
    }

    /// Of an answer, each with its place.
    ///
    /// @param asked method and path, such as `GET /changes/{id}`
    public List<String> faults(String asked, int status, JsonNode answer) {
        String type = status < 300 ? "application/json" : "application/problem+json";
        return faults(operation(asked).path("responses").path(String.valueOf(status)), type, answer);
    }

    /// Of a body.
    public List<String> faults(String asked, JsonNode body) {
        return faults(operation(asked).path("requestBody"), "application/json", body);
    }

    private List<String> faults(JsonNode described, String type, JsonNode body) {
        if (!(described.path("content").path(type).path("schema") instanceof ObjectNode schema)) {
            return List.of("nothing is said of " + type);
        }
        ObjectNode whole = schema.deepCopy();
        whole.set("components", document.get("components"));
        return SchemaRegistry.withDefaultDialect(SpecificationVersion.DRAFT_2020_12)
                .getSchema(JSON.writeValueAsString(whole), InputFormat.JSON)
                .validate(JSON.writeValueAsString(body), InputFormat.JSON)
                .stream()
                .map(Error::toString)
                .toList();
    }

    private JsonNode operation(String asked) {
        String[] words = asked.split(" ");
        return document.path("paths").path(words[1]).path(words[0].toLowerCase(Locale.ROOT));
    }

    /// Of all operations.
    public Stream<JsonNode> parameters() {
        return document.get("paths").valueStream().flatMap(JsonNode::valueStream).flatMap(each -> each.path("parameters").valueStream());
    }

    /// Properties that may be there or not, each after its schema: of an answer nobody could rely on them.
    public List<String> uncertain() {
        return document.at("/components/schemas").propertyStream()
                .flatMap(schema -> schema.getValue().path("properties").propertyStream()
                        .filter(property -> !schema.getValue().path("required").valueStream().toList().contains(StringNode.valueOf(property.getKey())))
                        .filter(property -> !mayBeNull(property.getValue()))
                        .map(property -> schema.getKey() + "." + property.getKey()))
                .toList();
    }

    private static boolean mayBeNull(JsonNode property) {
        JsonNode type = property.path("type");
        return type.valueStream().anyMatch(each -> each.stringValue().equals("null"))
                || property.path("anyOf").valueStream().anyMatch(OpenApi::isNull)
                || type.isMissingNode() && !property.has("$ref") && !property.has("anyOf");
    }

    private static boolean isNull(JsonNode schema) {
        return schema.path("type").asString("").equals("null");
    }

    /// Names of schemas that are referred to and not there.
    public List<String> missing() {
        return document.findValuesAsString("$ref").stream()
                .map(ref -> ref.substring("#/components/schemas/".length()))
                .filter(name -> !document.get("components").get("schemas").has(name))
                .toList();
    }
}
