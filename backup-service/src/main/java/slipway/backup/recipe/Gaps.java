package slipway.backup.recipe;

import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/// Texts of a recipe with gaps, `{name}`; other braces stand for themselves. What fills a gap is never read again, so no value makes
/// another gap. `{name?}` may be filled by nothing, and an argument that has it is left out then.
final class Gaps {

    private static final Pattern GAP = Pattern.compile("\\{([a-z][A-Za-z0-9]*(?:\\.[a-z][A-Za-z0-9]*)?)(\\?)?}");

    private Gaps() {}

    static Set<String> in(String text) {
        Set<String> names = new LinkedHashSet<>();
        Matcher gaps = GAP.matcher(text);
        while (gaps.find()) {
            names.add(gaps.group(1));
        }
        return names;
    }

    /// Of these words those that are not left out, filled.
    static List<String> fill(List<String> words, Map<String, String> values) {
        return words.stream()
                .filter(word -> optional(word).stream().noneMatch(name -> values.getOrDefault(name, "").isEmpty()))
                .map(word -> fill(word, values))
                .toList();
    }

    /// The names of gaps that may be filled by nothing.
    static Set<String> optional(String text) {
        Set<String> names = new LinkedHashSet<>();
        Matcher gaps = GAP.matcher(text);
        while (gaps.find()) {
            if (gaps.group(2) != null) {
                names.add(gaps.group(1));
            }
        }
        return names;
    }

    /// @throws IllegalArgumentException when there is nothing for a gap
    static String fill(String text, Map<String, String> values) {
        Matcher gaps = GAP.matcher(text);
        StringBuilder filled = new StringBuilder();
        while (gaps.find()) {
            String value = values.get(gaps.group(1));
            if (value == null) {
                throw new IllegalArgumentException("nothing fills {" + gaps.group(1) + "} in '" + text + "'");
            }
            gaps.appendReplacement(filled, Matcher.quoteReplacement(value));
        }
        return gaps.appendTail(filled).toString();
    }
}
