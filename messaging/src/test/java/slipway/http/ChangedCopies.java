package slipway.http;

import java.util.ArrayList;
import java.util.List;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.node.ArrayNode;
import tools.jackson.databind.node.JsonNodeFactory;
import tools.jackson.databind.node.ObjectNode;

/// Copies of a file that each differ from it in one place: one field or element less, another kind of value, or a field that nobody knows. What a
/// schema and a reader say of them has to be the same.
public final class ChangedCopies {

    private final JsonNode root;
    private final List<JsonNode> values;
    private final List<JsonNode> changed = new ArrayList<>();

    private ChangedCopies(JsonNode root, List<JsonNode> values) {
        this.root = root;
        this.values = values;
    }

    /// @param texts that are put in the place of values, besides the empty one
    public static List<JsonNode> of(JsonNode file, String... texts) {
        JsonNodeFactory make = JsonNodeFactory.instance;
        List<JsonNode> values = new ArrayList<>(List.of(
                make.numberNode(-7), make.booleanNode(true), make.stringNode(""), make.arrayNode(), make.objectNode()));
        for (String text : texts) {
            values.add(make.stringNode(text));
        }
        JsonNode root = file.deepCopy();
        ChangedCopies copies = new ChangedCopies(root, values);
        copies.change(root);
        return copies.changed;
    }

    private void change(JsonNode at) {
        if (at instanceof ObjectNode object) {
            for (String name : List.copyOf(object.propertyNames())) {
                JsonNode was = object.get(name);
                change(was);
                for (JsonNode value : values) {
                    object.set(name, value);
                    changed.add(root.deepCopy());
                }
                object.remove(name);
                changed.add(root.deepCopy());
                object.set(name, was);
            }
            object.put("unheardOf", 1);
            changed.add(root.deepCopy());
            object.remove("unheardOf");
        } else if (at instanceof ArrayNode array) {
            for (int i = 0; i < array.size(); i++) {
                JsonNode was = array.get(i);
                change(was);
                for (JsonNode value : values) {
                    array.set(i, value);
                    changed.add(root.deepCopy());
                }
                array.set(i, was);
            }
        }
    }
}
