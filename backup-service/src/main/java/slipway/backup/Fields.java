package slipway.backup;

import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.node.JsonNodeFactory;

/// A map in the file of plans. Whatever is wrong with its shape is named with its place, and nothing is guessed.
///
/// @param node always a map
/// @param faults gets what is wrong
record Fields(JsonNode node, String where, List<String> faults) {

    /// Anything that is no map is a fault, and then an empty one. What it is called by is not looked at.
    static Fields any(JsonNode node, String where, List<String> faults) {
        if (!node.isObject()) {
            faults.add(where + ": has to be a map, not " + kind(node));
            return new Fields(JsonNodeFactory.instance.objectNode(), where, faults);
        }
        return new Fields(node, where, faults);
    }

    /// @param known other fields are faults
    static Fields of(JsonNode node, String where, Set<String> known, List<String> faults) {
        return any(node, where, faults).only(known);
    }

    private Fields only(Set<String> known) {
        node.propertyNames().stream()
                .filter(name -> !known.contains(name))
                .forEach(name -> fault(name, "there is no such field; known are " + known.stream().sorted().toList()));
        return this;
    }

    boolean has(String name) {
        return node.has(name);
    }

    String at(String name) {
        return where + "." + name;
    }

    void fault(String name, String what) {
        faults.add(at(name) + ": " + what);
    }

    /// Empty when it is not there.
    Fields map(String name, Set<String> known) {
        return has(name) ? of(node.path(name), at(name), known, faults) : nothing(name);
    }

    private Fields nothing(String name) {
        return new Fields(JsonNodeFactory.instance.objectNode(), at(name), faults);
    }

    /// Maps by names that the writer chose.
    Map<String, JsonNode> named(String name) {
        Map<String, JsonNode> named = new LinkedHashMap<>();
        Fields all = has(name) ? any(node.path(name), at(name), faults) : nothing(name);
        all.node().properties().forEach(each -> named.put(each.getKey(), each.getValue()));
        return named;
    }

    /// Empty when it is not there, or no text: that is a fault.
    Optional<String> text(String name) {
        if (!has(name)) {
            return Optional.empty();
        }
        JsonNode value = node.path(name);
        if (!value.isString() || value.asString().isBlank()) {
            fault(name, "text is needed, not " + kind(value) + (value.isNumber() || value.isBoolean() ? "; put it in quotes" : ""));
            return Optional.empty();
        }
        return Optional.of(value.asString());
    }

    /// The same, and when it is not there, that is a fault.
    Optional<String> needed(String name) {
        if (!has(name)) {
            fault(name, "is missing");
        }
        return text(name);
    }

    boolean flag(String name) {
        JsonNode value = node.path(name);
        if (has(name) && !value.isBoolean()) {
            fault(name, "true or false is needed, not " + kind(value));
        }
        return value.asBoolean(false);
    }

    /// Texts that are not empty.
    List<String> words(String name, String what) {
        List<String> words = new ArrayList<>();
        for (JsonNode each : list(name, what)) {
            if (each.isString() && !each.asString().isBlank()) {
                words.add(each.asString());
            } else {
                fault(name, what + " is needed, and " + kind(each) + " is none of it");
            }
        }
        return words;
    }

    List<JsonNode> list(String name, String what) {
        JsonNode value = node.path(name);
        if (has(name) && !value.isArray()) {
            fault(name, what + " is needed, not " + kind(value));
        }
        return value.isArray() ? value.valueStream().toList() : List.of();
    }

    /// For people; never what a text says, as it may be a secret in the wrong place.
    static String kind(JsonNode node) {
        if (node.isNull()) {
            return "nothing";
        }
        if (node.isString()) {
            return node.asString().isBlank() ? "an empty text" : "a text";
        }
        return node.isArray() ? "a list" : node.isObject() ? "a map" : node.toString();
    }
}
