package slipway.audit;

import java.time.DateTimeException;
import java.time.Instant;
import java.time.LocalDate;
import java.time.OffsetDateTime;
import java.time.ZoneOffset;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;
import slipway.http.Refusal;

/// Parameters of a request as they are read: what is wrong with any of them is told at once.
final class Parameters {

    private static final Instant FIRST = Instant.parse("1900-01-01T00:00:00Z");
    private static final Instant LAST = Instant.parse("3000-01-01T00:00:00Z");

    private final List<String> faults = new ArrayList<>();

    /// A day stands for its beginning, in UTC.
    ///
    /// @return null: not given, or none
    @Nullable Instant time(String name, @Nullable String text) {
        try {
            Instant time = text == null ? null : parsed(text);
            if (time == null || !time.isBefore(FIRST) && time.isBefore(LAST)) {
                return time;
            }
        } catch (DateTimeException _) {
            // Told below.
        }
        fault(name + ": '" + text + "' is no time, such as 2026-03-01 or 2026-03-01T10:00:00Z");
        return null;
    }

    private static Instant parsed(String text) {
        return text.indexOf('T') < 0 ? LocalDate.parse(text).atStartOfDay(ZoneOffset.UTC).toInstant() : OffsetDateTime.parse(text).toInstant();
    }

    /// What no fact says and no database takes.
    void text(String name, @Nullable String text) {
        if (text != null && text.indexOf('\0') >= 0) {
            fault(name + ": has a character that nobody writes");
        }
    }

    /// @return the least one: not given, or none
    long number(String name, @Nullable String text, long least, long most) {
        try {
            long number = text == null ? least : Long.parseLong(text);
            if (number >= least && number <= most) {
                return number;
            }
            fault(name + ": has to be from " + least + " to " + most + ", and not " + number);
        } catch (NumberFormatException _) {
            fault(name + ": '" + text + "' is no whole number");
        }
        return least;
    }

    void fault(String fault) {
        faults.add(fault);
    }

    /// @throws Refusal 400 when anything is wrong
    void check() {
        if (!faults.isEmpty()) {
            throw Refusal.malformed(faults);
        }
    }
}
