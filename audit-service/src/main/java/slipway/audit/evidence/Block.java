package slipway.audit.evidence;

import java.time.Instant;
import java.time.ZoneOffset;
import java.time.format.DateTimeFormatter;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.regex.Pattern;

/// A part of the report: a table with its heading.
///
/// @param headings of the columns; empty: each row is a name and what it is
/// @param none what is said when there are no rows
record Block(String title, List<String> headings, List<List<Cell>> rows, String none) {

    private static final DateTimeFormatter TIME =
            DateTimeFormatter.ofPattern("uuuu-MM-dd HH:mm:ss", Locale.ROOT).withZone(ZoneOffset.UTC);

    /// What XML cannot say, what only moves a cursor, and what nobody sees: it may turn around how the rest is read.
    private static final Pattern HIDDEN = Pattern.compile("[\\p{Cntrl}\\p{Cf}\\p{Cs}\uFFFE\uFFFF&&[^\n\t]]");

    private static final Pattern DIGEST = Pattern.compile("(sha256:)?[0-9a-f]{64}");

    /// @param style a class of the style sheet; empty: none
    record Cell(String text, String style) {

        static Cell text(String text) {
            return DIGEST.matcher(text).matches() ? code(text) : new Cell(HIDDEN.matcher(text).replaceAll("\uFFFD"), "");
        }

        /// Of a machine: a digest, an id.
        static Cell code(String text) {
            return new Cell(HIDDEN.matcher(text).replaceAll("\uFFFD"), "code");
        }

        static Cell time(Instant at) {
            return new Cell(TIME.format(at), "time");
        }

        /// @param text of JSON; none: empty
        static Cell time(String text) {
            return text.isEmpty() ? text("–") : time(Instant.parse(text));
        }

        static Cell verdict(String word, boolean good, boolean bad) {
            return new Cell(text(word).text(), good ? "good" : bad ? "bad" : "open");
        }
    }

    /// The rows of a block as they come.
    static final class Rows {

        private final String title;
        private final List<String> headings;
        private final List<List<Cell>> rows = new ArrayList<>();

        Rows(String title, String... headings) {
            this.title = title;
            this.headings = List.of(headings);
        }

        Rows row(Cell... cells) {
            rows.add(List.of(cells));
            return this;
        }

        /// Left out when there is nothing to say.
        Rows named(String name, Cell what) {
            return what.text().isBlank() ? this : row(Cell.text(name), what);
        }

        Rows named(String name, String what) {
            return named(name, Cell.text(what));
        }

        Block orElse(String none) {
            return new Block(title, headings, List.copyOf(rows), none);
        }
    }
}
