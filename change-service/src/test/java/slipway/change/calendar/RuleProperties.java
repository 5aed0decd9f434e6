package slipway.change.calendar;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.DayOfWeek;
import java.time.LocalDate;
import java.time.LocalDateTime;
import java.time.ZoneOffset;
import java.time.temporal.ChronoUnit;
import java.time.temporal.TemporalAdjusters;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.stream.Stream;
import net.fortuna.ical4j.model.Recur;
import net.jqwik.api.Arbitraries;
import net.jqwik.api.Arbitrary;
import net.jqwik.api.Assume;
import net.jqwik.api.Combinators;
import net.jqwik.api.EdgeCasesMode;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.Provide;
import net.jqwik.api.constraints.IntRange;

/// Rules in local time, without clocks that change: against a calendar that asks every day by itself, and against ical4j where
/// that is right. (ical4j 4.4.0 is not for WEEKLY with BYMONTH, nor when a thousand steps find nothing.)
class RuleProperties {

    private static final List<String> WEEKDAYS = List.of("MO", "TU", "WE", "TH", "FR", "SA", "SU");

    /// @param days as in BYDAY
    private record Parts(
            String frequency,
            int interval,
            List<Integer> months,
            List<Integer> monthDays,
            List<String> days,
            List<Integer> positions) {

        String rrule() {
            return "FREQ=" + frequency + ";INTERVAL=" + interval + part("BYMONTH", months) + part("BYMONTHDAY", monthDays)
                    + part("BYDAY", days) + part("BYSETPOS", positions);
        }

        private static String part(String name, List<?> values) {
            return values.isEmpty()
                    ? ""
                    : ";" + name + "=" + String.join(",", values.stream().map(Object::toString).toList());
        }

        /// A number for the period of a day; only every so manieth counts.
        long period(LocalDate first, LocalDate day) {
            return switch (frequency) {
                case "DAILY" -> ChronoUnit.DAYS.between(first, day);
                case "WEEKLY" -> Math.floorDiv(ChronoUnit.DAYS.between(monday(first), day), 7L);
                case "MONTHLY" -> day.getYear() * 12L + day.getMonthValue() - first.getYear() * 12L - first.getMonthValue();
                default -> day.getYear() - first.getYear();
            };
        }

        private static LocalDate monday(LocalDate day) {
            return day.with(TemporalAdjusters.previousOrSame(DayOfWeek.MONDAY));
        }

        boolean means(LocalDate first, LocalDate day) {
            return Math.floorMod(period(first, day), interval) == 0
                    && (months.isEmpty() || months.contains(day.getMonthValue()))
                    && (monthDays.isEmpty() || monthDays.stream().anyMatch(each -> isMonthDay(each, day)))
                    && (days.isEmpty() || days.stream().anyMatch(each -> isDay(each, day)))
                    && (!monthDays.isEmpty() || !days.isEmpty() || isAsFirst(first, day));
        }

        private boolean isAsFirst(LocalDate first, LocalDate day) {
            return switch (frequency) {
                case "DAILY" -> true;
                case "WEEKLY" -> day.getDayOfWeek() == first.getDayOfWeek();
                case "MONTHLY" -> day.getDayOfMonth() == first.getDayOfMonth();
                default ->
                    day.getDayOfMonth() == first.getDayOfMonth() && (!months.isEmpty() || day.getMonth() == first.getMonth());
            };
        }

        private static boolean isMonthDay(int wanted, LocalDate day) {
            return wanted > 0
                    ? day.getDayOfMonth() == wanted
                    : day.plusDays(-wanted).getDayOfMonth() == 1 && day.plusDays(-wanted - 1L).getMonth() == day.getMonth();
        }

        private boolean isDay(String wanted, LocalDate day) {
            DayOfWeek weekday = DayOfWeek.of(WEEKDAYS.indexOf(wanted.substring(wanted.length() - 2)) + 1);
            String number = wanted.substring(0, wanted.length() - 2);
            if (number.isEmpty()) {
                return day.getDayOfWeek() == weekday;
            }
            boolean inMonth = frequency.equals("MONTHLY") || !months.isEmpty();
            LocalDate begin = inMonth ? day.withDayOfMonth(1) : day.withDayOfYear(1);
            List<LocalDate> all = begin.datesUntil(inMonth ? begin.plusMonths(1) : begin.plusYears(1))
                    .filter(each -> each.getDayOfWeek() == weekday)
                    .toList();
            return at(Integer.parseInt(number), all).filter(day::equals).findAny().isPresent();
        }

        /// The days in order, whatever the rule's own code thinks.
        List<LocalDate> all(LocalDate first, LocalDate end) {
            Map<Long, List<LocalDate>> periods = new TreeMap<>();
            // whole periods, because positions are counted in those
            first.minusYears(1).withDayOfYear(1).datesUntil(end.plusYears(1).withDayOfYear(1))
                    .filter(day -> means(first, day))
                    .forEach(day -> periods.computeIfAbsent(period(first, day), _ -> new ArrayList<>()).add(day));
            return periods.values().stream()
                    .flatMap(days -> positions.isEmpty()
                            ? days.stream()
                            : positions.stream().flatMap(position -> at(position, days)).distinct().sorted())
                    .filter(day -> !day.isBefore(first) && day.isBefore(end))
                    .toList();
        }

        private static <T> Stream<T> at(int position, List<T> of) {
            int index = position > 0 ? position - 1 : of.size() + position;
            return index < 0 || index >= of.size() ? Stream.empty() : Stream.of(of.get(index));
        }
    }

    @Property(tries = 2_000, edgeCases = EdgeCasesMode.NONE)
    void the_days_are_those_that_a_calendar_finds_one_by_one(
            @ForAll("parts") Parts parts,
            @ForAll @IntRange(min = 0, max = 4_000) int startDay,
            @ForAll @IntRange(min = -100, max = 4_000) int fromDay,
            @ForAll @IntRange(min = 1, max = 1_500) int days) {
        LocalDate first = LocalDate.of(2019, 1, 1).plusDays(startDay);
        LocalDate from = first.plusDays(fromDay);
        LocalDate end = from.plusDays(days);

        assertThat(starts(parts.rrule(), first.atTime(2, 30), from.atStartOfDay(), end.atStartOfDay()))
                .isEqualTo(parts.all(first, end).stream()
                        .filter(day -> !day.isBefore(from))
                        .map(day -> day.atTime(2, 30))
                        .toList());
    }

    @Property(tries = 1_000, edgeCases = EdgeCasesMode.NONE)
    void a_count_stops_after_as_many_wherever_one_looks(
            @ForAll("parts") Parts parts,
            @ForAll @IntRange(min = 0, max = 4_000) int startDay,
            @ForAll @IntRange(min = 0, max = 2_000) int fromDay,
            @ForAll @IntRange(min = 1, max = 60) int count) {
        LocalDateTime start = LocalDate.of(2019, 1, 1).plusDays(startDay).atTime(2, 30);
        LocalDateTime from = start.plusDays(fromDay);
        LocalDateTime end = start.plusYears(12);

        assertThat(starts(parts.rrule() + ";COUNT=" + count, start, from, end))
                .isEqualTo(starts(parts.rrule(), start, start, end).stream()
                        .limit(count)
                        .filter(each -> !each.isBefore(from))
                        .toList());
    }

    @Property(tries = 1_000, edgeCases = EdgeCasesMode.NONE)
    void ical4j_finds_the_same_starts_where_it_is_right(
            @ForAll("rules") String text,
            @ForAll @IntRange(min = 0, max = 3_000) int startDay,
            @ForAll @IntRange(min = -100, max = 2_000) int fromDay,
            @ForAll @IntRange(min = 1, max = 800) int days) {
        LocalDateTime start = LocalDate.of(2020, 1, 1).plusDays(startDay).atTime(2, 30);
        LocalDateTime from = start.plusDays(fromDay).truncatedTo(ChronoUnit.DAYS);
        LocalDateTime to = from.plusDays(days);
        List<String> faults = new ArrayList<>();
        RuleReader.read(text, ZoneOffset.UTC, faults::add);
        Assume.that(faults.isEmpty());
        // without WKST ical4j takes the week of the machine's locale
        Recur<LocalDateTime> theirs = new Recur<>(text.contains("WKST") ? text : text + ";WKST=MO", false);

        assertThat(starts(text, start, from, to))
                .isEqualTo(theirs.getDates(start, from, to).stream().distinct().toList());
    }

    private static List<LocalDateTime> starts(String rule, LocalDateTime start, LocalDateTime from, LocalDateTime to) {
        Rule read = RuleReader.read(rule, ZoneOffset.UTC, fault -> {
            throw new AssertionError(rule + ": " + fault);
        });
        assertThat(RuleReader.read(read.toString(), ZoneOffset.UTC, fault -> {
                    throw new AssertionError(read + ": " + fault);
                }))
                .isEqualTo(read);
        return Expansion.starts(read, start, from, to).toList();
    }

    @Provide
    Arbitrary<Parts> parts() {
        Arbitrary<List<Integer>> months = Arbitraries.oneOf(
                Arbitraries.just(List.of()), some(Arbitraries.integers().between(1, 12)));
        Arbitrary<List<Integer>> monthDays = Arbitraries.oneOf(
                Arbitraries.just(List.of()), some(Arbitraries.of(1, 2, 13, 28, 29, 30, 31, -1, -2, -28, -31)));
        Arbitrary<List<String>> weekdays = Arbitraries.oneOf(Arbitraries.just(List.of()), some(Arbitraries.of(WEEKDAYS)));
        Arbitrary<List<String>> numbered = Arbitraries.oneOf(
                weekdays, some(Arbitraries.of("1MO", "-1SU", "2TU", "-2FR", "5WE", "-5TH", "4SA", "TH")));
        Arbitrary<List<Integer>> positions =
                Arbitraries.oneOf(Arbitraries.just(List.of()), some(Arbitraries.of(1, 2, 3, -1, -2)));
        return Combinators.combine(
                        Arbitraries.of("DAILY", "WEEKLY", "MONTHLY", "YEARLY"),
                        Arbitraries.integers().between(1, 5),
                        months,
                        monthDays,
                        weekdays,
                        numbered,
                        positions)
                .as((frequency, interval, inMonths, onDays, plain, withNumbers, chosen) -> {
                    boolean long_ = frequency.equals("MONTHLY") || frequency.equals("YEARLY");
                    List<Integer> of = frequency.equals("WEEKLY") ? List.of() : onDays;
                    List<String> days = long_ ? withNumbers : plain;
                    boolean chooses = !inMonths.isEmpty() || !of.isEmpty() || !days.isEmpty();
                    return new Parts(frequency, interval, inMonths, of, days, chooses ? chosen : List.of());
                });
    }

    private static <T> Arbitrary<List<T>> some(Arbitrary<T> of) {
        return of.set().ofMinSize(1).ofMaxSize(3).map(List::copyOf);
    }

    @Provide
    Arbitrary<String> rules() {
        Arbitrary<String> interval = Arbitraries.integers().between(1, 3).map(n -> ";INTERVAL=" + n);
        Arbitrary<String> weekdays = listed("BYDAY", WEEKDAYS);
        Arbitrary<String> ordinals = listed("BYDAY", List.of("1MO", "-1SU", "2TU", "-2FR", "5WE", "TH"));
        Arbitrary<String> monthDays = listed("BYMONTHDAY", List.of("1", "15", "28", "29", "31", "-1", "-3", "-30"));
        Arbitrary<String> months = listed("BYMONTH", List.of("1", "2", "3", "10", "12"));
        Arbitrary<String> times = Arbitraries.of("", ";BYHOUR=2,3", ";BYHOUR=1,23;BYMINUTE=0,30");
        Arbitrary<String> position = Arbitraries.of("", ";BYSETPOS=1", ";BYSETPOS=-1", ";BYSETPOS=2,-2");
        Arbitrary<String> weekStart = Arbitraries.of("", ";WKST=SU", ";WKST=WE");
        Arbitrary<String> maybeMonths = Arbitraries.oneOf(Arbitraries.just(""), months);
        return Arbitraries.oneOf(
                Combinators.combine(interval, maybeMonths, monthDays, times)
                        .as((a, b, c, d) -> "FREQ=DAILY" + a + b + c + d),
                Combinators.combine(interval, weekdays, times, position, weekStart)
                        .as((a, b, c, d, e) -> "FREQ=WEEKLY" + a + b + c + d + e),
                Combinators.combine(interval, weekStart).as((a, b) -> "FREQ=WEEKLY" + a + b),
                Combinators.combine(interval, maybeMonths, ordinals, times, position)
                        .as((a, b, c, d, e) -> "FREQ=MONTHLY" + a + b + c + d + e),
                Combinators.combine(interval, maybeMonths, monthDays, weekdays)
                        .as((a, b, c, d) -> "FREQ=MONTHLY" + a + b + c + d),
                Combinators.combine(interval, maybeMonths).as((a, b) -> "FREQ=MONTHLY" + a + b),
                Combinators.combine(interval, months, ordinals, times, position)
                        .as((a, b, c, d, e) -> "FREQ=YEARLY" + a + b + c + d + e),
                Combinators.combine(interval, ordinals).as((a, b) -> "FREQ=YEARLY" + a + b),
                Combinators.combine(interval, months).as((a, b) -> "FREQ=YEARLY" + a + b),
                Combinators.combine(interval, Arbitraries.of("1", "60,366", "-1", "100,-100"))
                        .as((a, b) -> "FREQ=YEARLY" + a + ";BYYEARDAY=" + b),
                Combinators.combine(weekdays, Arbitraries.of("10", "20,30", "-20"))
                        .as((a, b) -> "FREQ=YEARLY" + a + ";BYWEEKNO=" + b));
    }

    private static Arbitrary<String> listed(String name, List<String> values) {
        return some(Arbitraries.of(values)).map(some -> ";" + name + "=" + String.join(",", some));
    }
}
