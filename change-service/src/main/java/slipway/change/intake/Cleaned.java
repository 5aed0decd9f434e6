package slipway.change.intake;

import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import slipway.decider.Wording;

/// What strangers wrote, fit to be shown to people.
final class Cleaned {

    private static final List<String> LINES = List.of("title", "summary", "name");
    private static final Pattern WEB = Pattern.compile("(?i)https?://[^\\s/?#@\\\\]+([/?#]\\S*)?");

    private Cleaned() {}

    /// @param left gets what was left out, and why
    static Map<String, Object> of(Map<String, Object> filled, Set<String> left) {
        Map<String, Object> fields = new LinkedHashMap<>(filled);
        fields.computeIfPresent("reference", (name, value) -> isWeb(name, value, left) ? value : null);
        fields.computeIfPresent("links", (name, value) ->
                value instanceof List<?> links ? links.stream().filter(link -> isWeb(name, link, left)).toList() : value);
        fields.replaceAll((_, value) -> readable(value));
        // Of whatever is one line in a list, there is one.
        LINES.forEach(name -> fields.computeIfPresent(
                name, (_, value) -> value instanceof String text ? cut(text.replace('\n', ' ').strip(), Wording.LINE) : value));
        return fields;
    }

    /// People click on it: what a browser would run, or look for on their own machine, is none.
    private static boolean isWeb(String name, Object link, Set<String> left) {
        boolean web = link instanceof String text && WEB.matcher(text).matches();
        if (!web) {
            // What is before an @ may be a password, also where it is no link.
            String shown = String.valueOf(link).replaceFirst("(?s)^([a-zA-Z]+:/*)?.*@", "$1…@");
            left.add(name + ": '" + Wording.shortened(Wording.seen(shown)) + "' is no http or https link, and was left out");
        }
        return web;
    }

    /// Strangers write titles and descriptions: nothing that nobody sees, and no more than a person may write.
    private static Object readable(Object value) {
        return switch (value) {
            case String text -> cut(text.lines().map(Wording::seen).collect(Collectors.joining("\n")), Wording.TEXT);
            case List<?> list -> list.stream().map(Cleaned::readable).toList();
            case Map<?, ?> map -> {
                Map<String, Object> clean = new LinkedHashMap<>();
                map.forEach((name, each) -> {
                    if (each != null) {
                        clean.put(String.valueOf(name), readable(each));
                    }
                });
                yield clean;
            }
            default -> value;
        };
    }

    private static String cut(String text, int longest) {
        if (text.length() <= longest) {
            return text;
        }
        int end = Character.isHighSurrogate(text.charAt(longest - 2)) ? longest - 2 : longest - 1;
        return text.substring(0, end) + "…";
    }
}
