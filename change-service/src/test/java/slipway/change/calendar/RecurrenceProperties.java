package slipway.change.calendar;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.DayOfWeek;
import java.time.Duration;
import java.time.Instant;
import java.time.LocalDate;
import java.time.LocalDateTime;
import java.time.Period;
import java.time.ZoneId;
import java.time.temporal.TemporalAdjusters;
import java.time.zone.ZoneOffsetTransition;
import java.util.List;
import java.util.function.Predicate;
import java.util.stream.Stream;
import net.jqwik.api.Arbitraries;
import net.jqwik.api.Arbitrary;
import net.jqwik.api.Combinators;
import net.jqwik.api.EdgeCasesMode;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.Provide;

/// Recurrences across the nights on which clocks change, against a calendar that looks at every single day.
class RecurrenceProperties {

    /// Both nights of 2026 in both places: 29 March and 25 October, 8 March and 1 November.
    private static final List<LocalDate> NIGHTS = List.of(
            LocalDate.of(2026, 3, 29), LocalDate.of(2026, 10, 25), LocalDate.of(2026, 3, 8), LocalDate.of(2026, 11, 1));

    private record Rule(String rrule, Predicate<LocalDate> happens) {}

    private static final List<Rule> RULES = List.of(
            new Rule("FREQ=DAILY", _ -> true),
            new Rule(
                    "FREQ=WEEKLY;BYDAY=SU;BYMONTH=3,10,11",
                    day -> List.of(3, 10, 11).contains(day.getMonthValue()) && day.getDayOfWeek() == DayOfWeek.SUNDAY),
            new Rule("FREQ=MONTHLY;BYMONTHDAY=1,8,25,-3", day -> List.of(1, 8, 25).contains(day.getDayOfMonth())
                    || day.plusDays(3).getDayOfMonth() == 1),
            new Rule("FREQ=WEEKLY;BYDAY=SA,SU", day -> day.getDayOfWeek().getValue() >= 6),
            new Rule(
                    "FREQ=MONTHLY;BYDAY=-1SU",
                    day -> day.equals(day.with(TemporalAdjusters.lastInMonth(DayOfWeek.SUNDAY)))),
            new Rule(
                    "FREQ=MONTHLY;BYDAY=1SU",
                    day -> day.equals(day.with(TemporalAdjusters.firstInMonth(DayOfWeek.SUNDAY)))),
            new Rule(
                    "FREQ=YEARLY;BYMONTH=3,10,11;BYDAY=SU",
                    day -> List.of(3, 10, 11).contains(day.getMonthValue())
                            && day.getDayOfWeek() == DayOfWeek.SUNDAY));

    private record Example(Recurrence recurrence, Rule rule, Window range) {}

    @Provide
    Arbitrary<Example> examples() {
        Arbitrary<String> zones = Arbitraries.of("Europe/Paris", "America/New_York");
        Arbitrary<Integer> minutes = Arbitraries.integers().between(0, 24 * 4 - 1).map(quarter -> quarter * 15);
        Arbitrary<String> lengths = Arbitraries.oneOf(
                Arbitraries.integers().between(1, 40).map(quarter -> Duration.ofMinutes(quarter * 15L).toString()),
                Arbitraries.of("P1D", "P2D", "P1W", "P1DT30M", "PT24H", "PT49H"));
        Arbitrary<Integer> yearsBefore = Arbitraries.integers().between(0, 12);
        Arbitrary<Integer> rangeHours = Arbitraries.integers().between(1, 100);
        return Combinators.combine(
                        zones, minutes, lengths, Arbitraries.of(RULES), Arbitraries.of(NIGHTS), yearsBefore, rangeHours)
                .as((zone, minute, length, rule, night, years, hours) -> {
                    LocalDate began = firstDay(rule, LocalDate.of(2026 - years, 1, 1));
                    Recurrence recurrence = new Recurrence(
                            began.atStartOfDay().plusMinutes(minute).toString(),
                            zone,
                            length,
                            rule.rrule(),
                            List.of());
                    Instant from = night.atStartOfDay(ZoneId.of(zone)).minusHours(hours % 30).toInstant();
                    return new Example(recurrence, rule, new Window(from, from.plus(Duration.ofHours(hours))));
                });
    }

    private static LocalDate firstDay(Rule rule, LocalDate from) {
        return from.datesUntil(from.plusYears(2)).filter(rule.happens()).findFirst().orElseThrow();
    }

    @Property(tries = 2000, edgeCases = EdgeCasesMode.NONE)
    void every_occurrence_is_at_the_same_time_of_day_and_lasts_as_long(@ForAll("examples") Example example) {
        Recurrence recurrence = example.recurrence();
        assertThat(recurrence.faults("")).isEmpty();
        assertThat(recurrence.occurrences(example.range())).isEqualTo(naive(example));
    }

    private static List<Window> naive(Example example) {
        Recurrence recurrence = example.recurrence();
        ZoneId zone = ZoneId.of(recurrence.zone());
        LocalDateTime start = LocalDateTime.parse(recurrence.start());
        Stream<LocalDate> days = start.toLocalDate().datesUntil(LocalDate.of(2027, 1, 1));
        return days.filter(example.rule().happens())
                .map(day -> begin(day.atTime(start.toLocalTime()), zone))
                .map(begin -> new Window(begin, end(begin, recurrence.duration(), zone)))
                .filter(example.range()::overlaps)
                .toList();
    }

    /// In a gap and in an overlap alike: with the offset that was there before.
    private static Instant begin(LocalDateTime local, ZoneId zone) {
        ZoneOffsetTransition change = zone.getRules().getTransition(local);
        return local.toInstant(change == null ? zone.getRules().getOffset(local) : change.getOffsetBefore());
    }

    private static Instant end(Instant begin, String length, ZoneId zone) {
        int time = length.indexOf('T');
        String days = time < 0 ? length : length.substring(0, time);
        Instant later = days.equals("P") ? begin : begin.atZone(zone).plus(Period.parse(days)).toInstant();
        return time < 0 ? later : later.plus(Duration.parse("P" + length.substring(time)));
    }
}
