package slipway.change.calendar;

import java.time.DateTimeException;
import java.time.Duration;
import java.time.Instant;
import java.time.LocalDateTime;
import java.time.Period;
import java.time.ZoneId;
import java.time.ZoneOffset;
import java.time.ZonedDateTime;
import java.time.temporal.ChronoUnit;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.function.Consumer;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/// When something happens again and again, in the local time of a place: never with a stored offset, so that it stays at the
/// same time of day when the clocks change.
///
/// As RFC 5545 §3.3.5 has it: a local start that the clocks skip is counted with the offset from before (02:30 becomes 03:30), one
/// that comes twice is the first; days of a duration are calendar days, hours are exact. (§3.3.10 would leave a skipped start of a
/// rule out: that would be a night without its freeze.)
///
/// The rules are expanded here and not by a library: a freeze that a library forgets lets a change through.
///
/// @param start first start, local, `2026-12-24T18:00`
/// @param zone IANA zone, `Europe/Paris`
/// @param duration ISO 8601, `PT4H`, `P1D`, `P1DT12H`
/// @param rule iCalendar RRULE, daily or rarer; null: once
/// @param except local starts that do not happen
public record Recurrence(
        String start, String zone, String duration, @Nullable String rule, List<String> except) {

    private static final Duration LONGEST = Duration.ofDays(366);
    private static final Pattern DURATION = Pattern.compile(
            "P(\\d{1,3}W)?(\\d{1,3}D)?(T(?=\\d)(?:\\d{1,6}H)?(?:\\d{1,8}M)?(?:\\d{1,9}S)?)?");
    private static final int MOST_EXCEPTIONS = 1000;
    private static final int FIRST_YEAR = 1970;
    private static final int LAST_YEAR = 2199;

    /// Every fault, as `field: what`.
    ///
    /// @param where prefix of each field's name
    public List<String> faults(String where) {
        List<String> faults = new ArrayList<>();
        check(where + "start", () -> LocalDateTime.parse(start), "is no local time such as 2026-12-24T18:00", faults);
        if (faults.isEmpty()) {
            start(LocalDateTime.parse(start), fault -> faults.add(where + "start: " + fault));
        }
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
        if (rule != null) {
            boolean sound = faults.isEmpty();
            ZoneId place = isPlace(zone) ? ZoneId.of(zone) : ZoneOffset.UTC;
            Rule read = RuleReader.read(rule, place, fault -> faults.add(where + "rule: " + fault));
            if (sound && faults.isEmpty()) {
                meaning(read, place, where, faults);
            }
        }
        return faults;
    }

    private static boolean isPlace(String zone) {
        return ZoneId.getAvailableZoneIds().contains(zone) && (zone.contains("/") || zone.equals("UTC"));
    }

    private static void start(LocalDateTime first, Consumer<String> fault) {
        if (first.getYear() < FIRST_YEAR || first.getYear() > LAST_YEAR) {
            fault.accept("must be in the years " + FIRST_YEAR + " to " + LAST_YEAR);
        }
        if (first.getNano() != 0) {
            fault.accept("must be in whole seconds");
        }
    }

    /// RFC 5545 leaves open what a start means that its own rule does not: some programs count it and others do not. It is clear
    /// only when it is an exception as well, and nothing is counted.
    private void meaning(Rule read, ZoneId place, String where, List<String> faults) {
        LocalDateTime first = LocalDateTime.parse(start);
        Optional<LocalDateTime> meant = Expansion.starts(read, first, first, first.withYear(LAST_YEAR).plusYears(1))
                .findFirst();
        if (meant.isEmpty()) {
            faults.add(where + "rule: '" + rule + "' never happens");
        } else if (read.until() != null && meant.get().atZone(place).toInstant().isAfter(read.until())) {
            faults.add(where + "rule: '" + rule + "' never happens, UNTIL is before its first start");
        } else if (!meant.get().equals(first) && (read.count() > 0 || !exceptions().contains(first))) {
            faults.add(where + "start: " + start + " is no start that '" + rule + "' means; the first one is " + meant.get());
        }
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

    /// The same times, in words that every program reads alike.
    ///
    /// @throws IllegalArgumentException when the rule has faults
    public Recurrence plain() {
        String exact = hours().isZero() && !days().isZero() ? "" : hours().toString().substring(1);
        String nominal = days().isZero() ? "" : days().getDays() + "D";
        return new Recurrence(start, zone, "P" + nominal + exact, rule == null ? null : rule(rule).toString(), except);
    }

    /// Every time it happens that has a moment in common with the range, in order.
    ///
    /// @throws IllegalArgumentException when the rule has faults: what cannot be read must not count as free
    public List<Window> occurrences(Window range) {
        if (range.neverOpens()) {
            return List.of();
        }
        Set<LocalDateTime> skipped = exceptions();
        Instant from = range.notBefore().minus(days().plusDays(1).getDays(), ChronoUnit.DAYS)
                .minus(hours());
        return starts(from, range.notAfter())
                .filter(local -> !skipped.contains(local))
                .map(this::occurrence)
                .filter(range::overlaps)
                // when clocks are put forward, 02:30 and 03:30 are the same moment, and 02:45 comes after 03:00
                .distinct()
                .sorted(Comparator.comparing(Window::notBefore))
                .toList();
    }

    private Set<LocalDateTime> exceptions() {
        return except.stream().map(LocalDateTime::parse).collect(Collectors.toSet());
    }

    private Window occurrence(LocalDateTime local) {
        ZonedDateTime begin = local.atZone(ZoneId.of(zone));
        return new Window(
                begin.toInstant(), begin.plus(days()).plus(hours()).toInstant());
    }

    /// Local starts about that range, and some before and after, whatever the clocks do there.
    private Stream<LocalDateTime> starts(Instant from, Instant to) {
        LocalDateTime first = LocalDateTime.parse(start);
        if (rule == null) {
            return Stream.of(first);
        }
        ZoneId place = ZoneId.of(zone);
        Rule read = rule(rule);
        Instant until = read.until();
        return Expansion.starts(
                        read,
                        first,
                        LocalDateTime.ofInstant(from, place).minusDays(1),
                        LocalDateTime.ofInstant(to, place).plusDays(1))
                .filter(local -> until == null || !local.atZone(place).toInstant().isAfter(until));
    }

    private Rule rule(String text) {
        return RuleReader.read(text, ZoneId.of(zone), fault -> {
            throw new IllegalArgumentException("rule: " + fault);
        });
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
