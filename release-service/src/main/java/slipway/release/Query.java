package slipway.release;

import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.regex.Pattern;

/// PromQL with gaps such as `{part}` within its strings. What is filled in stays within its string, and after `=~` it means itself and
/// is no pattern ([PromQL, string literals](https://prometheus.io/docs/prometheus/latest/querying/basics/#string-literals)).
record Query(String text) {

    static final Set<String> GAPS = Set.of("part", "digest", "environment");

    private static final Pattern GAP = Pattern.compile("\\{(part|digest|environment)}");
    private static final Pattern PATTERN_FOLLOWS = Pattern.compile("[=!]~\\s*$");

    /// A piece of the text.
    ///
    /// @param gap whether it is the name of one
    /// @param quote of the string around it; 0: none
    /// @param pattern whether that string is a regular expression
    private record Piece(String text, boolean gap, char quote, boolean pattern) {}

    boolean hasGap() {
        return pieces().stream().anyMatch(Piece::gap);
    }

    boolean hasGap(String name) {
        return pieces().stream().anyMatch(piece -> piece.gap() && piece.text().equals(name));
    }

    /// What is wrong with it, as far as that is known without asking a server.
    List<String> faults() {
        List<String> faults = new ArrayList<>();
        for (Piece piece : pieces()) {
            if (piece.gap() && piece.quote() == 0) {
                faults.add("{" + piece.text() + "} has to stand within quotes");
            } else if (piece.gap() && piece.quote() == '`') {
                faults.add("{" + piece.text() + "} cannot be escaped within backquotes; use \"");
            }
        }
        if (text.isBlank()) {
            faults.add("is missing");
        }
        return faults;
    }

    String fill(Map<String, String> values) {
        StringBuilder filled = new StringBuilder();
        for (Piece piece : pieces()) {
            String value = values.getOrDefault(piece.text(), "");
            filled.append(piece.gap() ? string(piece.pattern() ? literally(value) : value, piece.quote()) : piece.text());
        }
        return filled.toString();
    }

    /// RE2 takes a backslash before whatever is no letter, digit or underscore.
    private static String literally(String value) {
        return value.replaceAll("([^A-Za-z0-9_-])", "\\\\$1");
    }

    /// Another quote than its own must not be escaped.
    private static String string(String value, char quote) {
        return value.replace("\\", "\\\\").replace("" + quote, "\\" + quote).replace("\n", "\\n");
    }

    private List<Piece> pieces() {
        List<Piece> pieces = new ArrayList<>();
        char quote = 0;
        boolean pattern = false;
        int begin = 0;
        var gap = GAP.matcher(text);
        for (int i = 0; i < text.length(); i++) {
            char each = text.charAt(i);
            if (gap.region(i, text.length()).lookingAt()) {
                pieces.add(new Piece(text.substring(begin, i), false, quote, pattern));
                pieces.add(new Piece(gap.group(1), true, quote, pattern));
                begin = gap.end();
                i = begin - 1;
            } else if (quote == 0 && (each == '"' || each == '\'' || each == '`')) {
                quote = each;
                pattern = PATTERN_FOLLOWS.matcher(text.substring(0, i)).find();
            } else if (quote == 0 && each == '#') {
                int end = text.indexOf('\n', i);
                i = end < 0 ? text.length() : end;
            } else if (each == '\\' && quote != 0 && quote != '`') {
                i++;
            } else if (each == quote) {
                quote = 0;
            }
        }
        pieces.add(new Piece(text.substring(begin), false, quote, pattern));
        return pieces;
    }
}
