package slipway.change.calendar;

import java.time.DayOfWeek;
import java.time.Instant;
import java.time.ZoneOffset;
import java.time.format.DateTimeFormatter;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;

/// A recurrence rule (RFC 5545 §3.3.10), as [RuleReader] has read it. A list is empty when the rule has no such part.
///
/// @param count 0 when there is none
/// @param positions BYSETPOS
record Rule(
        Frequency frequency,
        @Nullable Instant until,
        int count,
        int interval,
        List<Integer> months,
        List<Integer> weeks,
        List<Integer> yearDays,
        List<Integer> monthDays,
        List<Day> days,
        List<Integer> hours,
        List<Integer> minutes,
        List<Integer> positions,
        DayOfWeek weekStart) {

    private static final DateTimeFormatter UTC =
            DateTimeFormatter.ofPattern("uuuuMMdd'T'HHmmss'Z'").withZone(ZoneOffset.UTC);

    /// Nothing is planned by the hour, or more often.
    enum Frequency {
        DAILY,
        WEEKLY,
        MONTHLY,
        YEARLY
    }

    /// @param ordinal 0 is each such day, 1 the first of its month or year, -1 the last
    record Day(int ordinal, DayOfWeek day) {

        @Override
        public String toString() {
            return (ordinal == 0 ? "" : ordinal) + code(day);
        }
    }

    static String code(DayOfWeek day) {
        return day.name().substring(0, 2);
    }

    /// Whether anything but INTERVAL and WKST says which times of a period are meant.
    boolean chooses() {
        return !(months.isEmpty() && namesNoDay() && hours.isEmpty() && minutes.isEmpty());
    }

    boolean namesNoDay() {
        return weeks.isEmpty() && yearDays.isEmpty() && monthDays.isEmpty() && days.isEmpty();
    }

    /// As an RRULE that every program reads alike: UNTIL is in UTC, which RFC 5545 demands of times in a zone.
    @Override
    public String toString() {
        List<String> parts = new ArrayList<>(List.of("FREQ=" + frequency));
        if (until != null) {
            parts.add("UNTIL=" + UTC.format(until));
        }
        if (count > 0) {
            parts.add("COUNT=" + count);
        }
        if (interval > 1) {
            parts.add("INTERVAL=" + interval);
        }
        list("BYMONTH", months, parts);
        list("BYWEEKNO", weeks, parts);
        list("BYYEARDAY", yearDays, parts);
        list("BYMONTHDAY", monthDays, parts);
        list("BYDAY", days, parts);
        list("BYHOUR", hours, parts);
        list("BYMINUTE", minutes, parts);
        list("BYSETPOS", positions, parts);
        if (weekStart != DayOfWeek.MONDAY) {
            parts.add("WKST=" + code(weekStart));
        }
        return String.join(";", parts);
    }

    private static void list(String name, List<?> values, List<String> parts) {
        if (!values.isEmpty()) {
            parts.add(name + "=" + values.stream().map(Object::toString).collect(Collectors.joining(",")));
        }
    }
}
