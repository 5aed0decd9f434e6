package slipway.launcher;

import java.util.Locale;
import java.util.stream.Collectors;

/// What others wrote, as a terminal may show it. A control character could move the cursor over what stands there, and a
/// direction mark turn it around; both are shown as what they are.
final class Visible {

    private Visible() {}

    /// In one line, whatever was written.
    static String line(String text) {
        return text.codePoints().mapToObj(Visible::seen).collect(Collectors.joining());
    }

    /// The same, but lines stay lines.
    static String lines(String text) {
        return text.codePoints()
                .mapToObj(character -> character == '\n' || character == '\t' ? Character.toString(character) : seen(character))
                .collect(Collectors.joining());
    }

    private static String seen(int character) {
        return switch (character) {
            case '\n' -> "\\n";
            case '\r' -> "\\r";
            case '\t' -> "\\t";
            default ->
                switch (Character.getType(character)) {
                    case Character.CONTROL,
                            Character.FORMAT,
                            Character.LINE_SEPARATOR,
                            Character.PARAGRAPH_SEPARATOR,
                            Character.SURROGATE ->
                        String.format(Locale.ROOT, "\\u{%x}", character);
                    default -> Character.toString(character);
                };
        };
    }
}
