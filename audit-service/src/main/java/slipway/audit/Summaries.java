package slipway.audit;

import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.regex.MatchResult;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import tools.jackson.databind.JsonNode;
import tools.jackson.dataformat.yaml.YAMLMapper;

/// Each fact in one human sentence, made from its payload by the templates in `summaries.yml`: data, so that a sentence
/// can be mended without touching stored facts, and facts of any age or origin can be told.
///
/// In a template, `{window.notBefore}` is a field, `{samples#}` how many a list has, `{last?yes|no}` one of two words
/// by whether a field is true or there.
final class Summaries {

    private static final Pattern FIELD = Pattern.compile("\\{([A-Za-z.]+)(#|\\?([^|}]*)\\|([^}]*))?}");

    private final Map<String, String> templates = new HashMap<>();

    Summaries() {
        try (InputStream file = Summaries.class.getResourceAsStream("/summaries.yml")) {
            JsonNode root = new YAMLMapper().readTree(Objects.requireNonNull(file, "summaries.yml"));
            root.properties().forEach(each -> templates.put(each.getKey(), each.getValue().asString()));
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    /// A type without a template is told by its name.
    String of(String type, JsonNode payload) {
        String template = templates.get(type);
        return template == null
                ? type
                : FIELD.matcher(template).replaceAll(field -> Matcher.quoteReplacement(resolve(field, payload)));
    }

    /// The fields that a type's template names; empty when it has none.
    List<String> fields(String type) {
        String template = templates.get(type);
        return template == null
                ? List.of()
                : FIELD.matcher(template).results().map(field -> field.group(1)).toList();
    }

    boolean knows(String type) {
        return templates.containsKey(type);
    }

    private static String resolve(MatchResult field, JsonNode payload) {
        JsonNode value = payload;
        for (String name : field.group(1).split("\\.")) {
            value = value.path(name);
        }
        if ("#".equals(field.group(2))) {
            return String.valueOf(value.size());
        }
        if (field.group(2) != null) {
            boolean yes = value.isBoolean() ? value.asBoolean() : !value.isNull() && !value.isMissingNode();
            return Objects.requireNonNull(yes ? field.group(3) : field.group(4));
        }
        return text(value);
    }

    private static String text(JsonNode value) {
        if (value.isArray()) {
            List<String> texts = new ArrayList<>();
            value.forEach(each -> texts.add(text(each)));
            return texts.isEmpty() ? "none" : String.join(", ", texts);
        }
        if (value.isNull() || value.isMissingNode()) {
            return "none";
        }
        return value.isObject() ? value.toString() : value.asString();
    }
}
