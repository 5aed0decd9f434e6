package slipway.change.calendar;

import java.time.DateTimeException;
import java.time.Duration;
import java.time.Instant;
import java.time.LocalDate;
import java.time.LocalDateTime;
import java.time.Period;
import java.time.ZoneId;
import java.time.ZoneOffset;
import java.time.ZonedDateTime;
import java.time.format.DateTimeFormatter;
import java.time.temporal.ChronoUnit;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Set;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import net.fortuna.ical4j.model.Recur;
import org.jspecify.annotations.Nullable;

/// When something happens again and again, in the local time of a place: never with a stored offset, so that it stays at the
/// same time of day when the clocks change.
///
/// As RFC 5545 has it: a local start that the clocks skip is counted with the offset from before (02:30 becomes 03:30), one
/// that comes twice is the first; days of a duration are calendar days, hours are exact.
///
/// @param start first start, local, `2026-12-24T18:00`
/// @param zone IANA zone, `Europe/Paris`
/// @param duration ISO 8601, `PT4H`, `P1D`, `P1DT12H`
/// @param rule iCalendar RRULE, daily or rarer; null: once
/// @param except local starts that do not happen
public record Recurrence(
        String start, String zone, String duration, @Nullable String rule, List<String> except) {

    private static final Duration LONGEST = Duration.ofDays(366);
    private static final Set<String> FREQUENCIES = Set.of("DAILY", "WEEKLY", "MONTHLY", "YEARLY");
    private static final Pattern DURATION = Pattern.compile("P(\\d+W)?(\\d+D)?(T.+)?");
    private static final Pattern FREQUENCY = Pattern.compile("(?:^|;)FREQ=([A-Z]+)");
    private static final Pattern UNTIL = Pattern.compile(";?UNTIL=([^;]*)");
    private static final DateTimeFormatter BASIC = DateTimeFormatter.ofPattern("uuuuMMdd'T'HHmmss");
    private static final int MOST_EXCEPTIONS = 1000;

    /// Every fault, as `field: what`.
    ///
    /// @param where prefix of each field's name
    public List<String> faults(String where) {
        List<String> faults = new ArrayList<>();
        check(where + "start", () -> LocalDateTime.parse(start), "is no local time such as 2026-12-24T18:00", faults);
        if (!isPlace(zone)) {
            faults.add(where + "zone: '" + zone + "' is no IANA zone such as Europe/Paris");
        }
        check(where + "duration", this::positive, "is no duration such as PT4H or P1D, longer than nothing and at most 366 days",
                faults);
        if (except.size() > MOST_EXCEPTIONS) {
            faults.add(where + "except: has more than " + MOST_EXCEPTIONS + " entries");
        }
        except.forEach(each -> check(
                where + "except", () -> LocalDateTime.parse(each), "'" + each + "' is no local time", faults));
        if (rule != null && faults.isEmpty()) {
            rule(where, rule, faults);
        }
        return faults;
    }

    private static boolean isPlace(String zone) {
        return ZoneId.getAvailableZoneIds().contains(zone) && (zone.contains("/") || zone.equals("UTC"));
    }

    private void rule(String where, String rrule, List<String> faults) {
        Matcher frequency = FREQUENCY.matcher(rrule);
        if (!frequency.find() || !FREQUENCIES.contains(frequency.group(1))) {
            faults.add(where + "rule: FREQ must be one of DAILY, WEEKLY, MONTHLY, YEARLY");
            return;
        }
        check(where + "rule", () -> starts(Instant.EPOCH, Instant.EPOCH).count(), "'" + rrule + "' is no RRULE of RFC 5545", faults);
    }

    private static void check(String field, Runnable reading, String what, List<String> faults) {
        try {
            reading.run();
        } catch (DateTimeException | ArithmeticException | IllegalArgumentException e) {
            faults.add(field + ": " + what);
        }
    }

    private void positive() {
        LocalDateTime any = LocalDateTime.of(2026, 1, 1, 0, 0);
        Duration length = Duration.between(any, any.plus(days()).plus(hours()));
        if (!length.isPositive() || length.compareTo(LONGEST) > 0) {
            throw new DateTimeException(duration);
        }
    }

    /// Every time it happens that has a moment in common with the range, in order.
    public List<Window> occurrences(Window range) {
        Set<LocalDateTime> skipped = except.stream().map(LocalDateTime::parse).collect(Collectors.toSet());
        Instant from = range.notBefore().minus(days().plusDays(1).getDays(), ChronoUnit.DAYS)
                .minus(hours());
        return starts(from, range.notAfter())
                .filter(local -> !skipped.contains(local))
                .map(this::occurrence)
                .filter(range::overlaps)
                .sorted(Comparator.comparing(Window::notBefore))
                .toList();
    }

    private Window occurrence(LocalDateTime local) {
        ZonedDateTime begin = local.atZone(ZoneId.of(zone));
        return new Window(
                begin.toInstant(), begin.plus(days()).plus(hours()).toInstant());
    }

    /// Local starts about that range, and some before and after.
    private Stream<LocalDateTime> starts(Instant from, Instant to) {
        LocalDateTime first = LocalDateTime.parse(start);
        if (rule == null) {
            return Stream.of(first);
        }
        ZoneId place = ZoneId.of(zone);
        // The library counts in local time; when the rule ends is a moment, which only we can compare.
        Matcher until = UNTIL.matcher(rule);
        Instant end = until.find() ? until(until.group(1), place) : Instant.MAX;
        Recur<LocalDateTime> recur = new Recur<>(UNTIL.matcher(rule).replaceAll("").replaceFirst("^;", ""));
        return recur
                .getDates(
                        first,
                        LocalDateTime.ofInstant(from, place).minusDays(1),
                        LocalDateTime.ofInstant(to, place).plusDays(1))
                .stream()
                .filter(local -> !local.atZone(place).toInstant().isAfter(end));
    }

    /// A date counts as its last moment.
    private static Instant until(String text, ZoneId place) {
        if (!text.contains("T")) {
            return LocalDate.parse(text, DateTimeFormatter.BASIC_ISO_DATE)
                    .plusDays(1)
                    .atStartOfDay(place)
                    .toInstant()
                    .minusNanos(1);
        }
        return text.endsWith("Z")
                ? LocalDateTime.parse(text.substring(0, text.length() - 1), BASIC).toInstant(ZoneOffset.UTC)
                : LocalDateTime.parse(text, BASIC).atZone(place).toInstant();
    }

    private Period days() {
        Matcher parts = parts();
        String date = (parts.group(1) == null ? "" : parts.group(1)) + (parts.group(2) == null ? "" : parts.group(2));
        return date.isEmpty() ? Period.ZERO : Period.parse("P" + date);
    }

    private Duration hours() {
        String time = parts().group(3);
        return time == null ? Duration.ZERO : Duration.parse("P" + time);
    }

    private Matcher parts() {
        Matcher parts = DURATION.matcher(duration);
        if (!parts.matches()) {
            throw new DateTimeException(duration);
        }
        return parts;
    }
}
