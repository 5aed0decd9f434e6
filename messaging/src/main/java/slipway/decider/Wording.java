package slipway.decider;

import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import org.jspecify.annotations.Nullable;

/// What people write: how long it may be, and without characters that nobody sees. Whoever reads it later, in a terminal, a
/// mail or a log, reads what was written, and whatever is made of it still fits into a record of Kafka.
public final class Wording {

    /// Names and titles: one line of so many characters.
    public static final int LINE = 200;
    /// Reasons: a paragraph or two.
    public static final int REASON = 2_000;
    /// Plans and findings.
    public static final int TEXT = 20_000;

    private static final int MOST_TOLD = 200;
    private static final int LONGEST_TOLD = 500;

    private Wording() {}

    /// One line, if there is any.
    public static List<String> line(String field, @Nullable String text) {
        return faults(field, text, LINE, false);
    }

    /// Some lines, if there are any.
    public static List<String> lines(String field, @Nullable String text, int longest) {
        return faults(field, text, longest, true);
    }

    /// Why somebody does what others have to be told of.
    public static List<String> reason(String field, String text) {
        return needed(field, text, lines(field, text, REASON));
    }

    /// A name or title that has to be there.
    public static List<String> name(String field, String text) {
        return needed(field, text, line(field, text));
    }

    /// What was learnt.
    public static List<String> findings(String field, String text) {
        return needed(field, text, lines(field, text, TEXT));
    }

    private static List<String> needed(String field, String text, List<String> faults) {
        return text.isBlank() ? List.of(field + ": is missing") : faults;
    }

    private static List<String> faults(String field, @Nullable String text, int longest, boolean lines) {
        List<String> faults = new ArrayList<>();
        if (text == null) {
            return faults;
        }
        if (text.length() > longest) {
            faults.add(field + ": is longer than " + longest + " characters");
        }
        text.codePoints()
                .filter(character -> isHidden(character) && !(lines && isSpacing(character)))
                .findFirst()
                .ifPresent(character -> faults.add(field + ": has the character "
                        + String.format(Locale.ROOT, "U+%04X", character)
                        + (isSpacing(character) ? "; it is one line" : ", which nobody sees; leave it out")));
        return faults;
    }

    private static boolean isSpacing(int character) {
        return character == '\n' || character == '\r' || character == '\t';
    }

    /// Controls move the cursor of a terminal, and direction marks turn text around (Trojan Source, CVE-2021-42574).
    private static boolean isHidden(int character) {
        return switch (Character.getType(character)) {
            // Joins letters of some scripts, and parts of emoji.
            case Character.FORMAT -> character != 0x200C && character != 0x200D;
            case Character.CONTROL, Character.LINE_SEPARATOR, Character.PARAGRAPH_SEPARATOR, Character.SURROGATE -> true;
            default -> false;
        };
    }

    /// A text of other programs, without what nobody sees; of several lines the first.
    public static String seen(String text) {
        return text.strip().lines().findFirst().orElse("").codePoints()
                .filter(character -> !isHidden(character))
                .collect(StringBuilder::new, StringBuilder::appendCodePoint, StringBuilder::append)
                .toString();
    }

    /// As much of a text as is told to others.
    public static String shortened(String text) {
        return text.length() <= LONGEST_TOLD ? text : text.substring(0, LONGEST_TOLD) + "…";
    }

    /// As many reasons as fit into an answer, each of them shortened.
    public static List<String> shortened(List<String> reasons) {
        List<String> told = new ArrayList<>(
                reasons.stream().limit(MOST_TOLD).map(Wording::shortened).toList());
        if (reasons.size() > MOST_TOLD) {
            told.add("and " + (reasons.size() - MOST_TOLD) + " more");
        }
        return List.copyOf(told);
    }
}
