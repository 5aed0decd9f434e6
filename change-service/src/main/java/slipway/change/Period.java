package slipway.change;

import java.time.DateTimeException;
import java.time.Duration;
import java.time.Instant;
import java.time.LocalDate;
import java.time.OffsetDateTime;
import java.time.ZoneOffset;
import java.util.ArrayList;
import java.util.List;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;
import slipway.change.calendar.Window;
import slipway.http.Refusal;

/// The part of the past that somebody asks about, as a query says it.
///
/// @param listed so many of each list are told; totals are of all
record Period(Window time, int listed) {

    private static final int MOST_LISTED = 10_000;
    private static final Pattern DAYS = Pattern.compile("(\\d{1,5})d");

    /// @param since a day or moment, in UTC where it says no other, or so many days ago as `90d`
    /// @param until likewise; null: now
    /// @throws Refusal 400 naming every fault
    static Period read(String since, @Nullable String until, int listed, Instant now) {
        List<String> faults = new ArrayList<>();
        Instant from = moment("since", since, now, faults);
        Instant to = until == null ? now : moment("until", until, now, faults);
        if (faults.isEmpty() && !from.isBefore(to)) {
            faults.add("since: must be before " + (until == null ? "now, " : "until, ") + to + ", not " + from);
        }
        if (listed < 1 || listed > MOST_LISTED) {
            faults.add("limit: must be 1 to " + MOST_LISTED + ", not " + listed);
        }
        if (!faults.isEmpty()) {
            throw Refusal.malformed(faults);
        }
        // What is still to come is nobody's past.
        return new Period(new Window(from, to.isBefore(now) ? to : now), listed);
    }

    private static Instant moment(String field, String text, Instant now, List<String> faults) {
        Matcher days = DAYS.matcher(text);
        try {
            if (days.matches()) {
                return now.minus(Duration.ofDays(Integer.parseInt(days.group(1))));
            }
            return text.contains("T")
                    ? OffsetDateTime.parse(text).toInstant()
                    : LocalDate.parse(text).atStartOfDay(ZoneOffset.UTC).toInstant();
        } catch (DateTimeException _) {
            faults.add(field + ": '" + text + "' is no time; write 2026-03-02, 2026-03-02T10:00:00Z or 90d");
            return now;
        }
    }
}
