package slipway.change.calendar;

import java.time.DayOfWeek;
import java.time.LocalDate;
import java.time.LocalDateTime;
import java.time.LocalTime;
import java.time.temporal.ChronoUnit;
import java.time.temporal.TemporalAdjusters;
import java.time.temporal.WeekFields;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.LongStream;
import java.util.stream.Stream;
import slipway.change.calendar.Rule.Day;
import slipway.change.calendar.Rule.Frequency;

/// The local times a rule means, one period (day, week, month, year) after the other: of all its days those that pass every BY
/// part, at all its times, and of these the positions asked for. What the rule does not say comes from the start
/// (RFC 5545 §3.3.10).
///
/// Every day that could be meant is looked at, so that nothing is passed over, however rare it is. Without COUNT it begins at
/// the period asked for: a rule that has run for decades costs nothing more.
final class Expansion {

    /// The first week of a year has at least four of its days.
    private static final int DAYS_IN_FIRST_WEEK = 4;
    private static final int WEEK = 7;

    private final Rule rule;
    private final LocalDateTime start;
    private final WeekFields weeks;

    private Expansion(Rule rule, LocalDateTime start) {
        this.rule = rule;
        this.start = start;
        // without WKST it is Monday, whatever the locale of the machine
        this.weeks = WeekFields.of(rule.weekStart(), DAYS_IN_FIRST_WEEK);
    }

    /// In order; both ends are included. UNTIL is a moment and not looked at here.
    static Stream<LocalDateTime> starts(Rule rule, LocalDateTime start, LocalDateTime from, LocalDateTime to) {
        LocalDateTime first = from.isBefore(start) ? start : from;
        if (to.isBefore(first)) {
            return Stream.empty();
        }
        // COUNT counts what was before the range as well
        Stream<LocalDateTime> times = new Expansion(rule, start)
                .periods(rule.count() > 0 ? start : first, to)
                .filter(time -> !time.isBefore(start) && !time.isAfter(to));
        return (rule.count() > 0 ? times.limit(rule.count()) : times).filter(time -> !time.isBefore(first));
    }

    private Stream<LocalDateTime> periods(LocalDateTime from, LocalDateTime to) {
        LocalDate origin = period(start);
        ChronoUnit unit =
                switch (rule.frequency()) {
                    case DAILY -> ChronoUnit.DAYS;
                    case WEEKLY -> ChronoUnit.WEEKS;
                    case MONTHLY -> ChronoUnit.MONTHS;
                    case YEARLY -> ChronoUnit.YEARS;
                };
        long first = unit.between(origin, period(from)) / rule.interval();
        long last = unit.between(origin, period(to)) / rule.interval();
        return LongStream.rangeClosed(first, last)
                .mapToObj(i -> origin.plus(i * rule.interval(), unit))
                .flatMap(period -> chosen(times(period, period.plus(1, unit))).stream());
    }

    /// The first day of the period that this time is in.
    private LocalDate period(LocalDateTime time) {
        LocalDate day = time.toLocalDate();
        return switch (rule.frequency()) {
            case DAILY -> day;
            case WEEKLY -> day.with(TemporalAdjusters.previousOrSame(rule.weekStart()));
            case MONTHLY -> day.withDayOfMonth(1);
            case YEARLY -> day.withDayOfYear(1);
        };
    }

    private List<LocalDateTime> times(LocalDate first, LocalDate end) {
        List<LocalTime> clock = clock();
        return first.datesUntil(end)
                .filter(this::isDay)
                .flatMap(day -> clock.stream().map(day::atTime))
                .toList();
    }

    private List<LocalTime> clock() {
        List<Integer> hours = rule.hours().isEmpty() ? List.of(start.getHour()) : rule.hours();
        List<Integer> minutes = rule.minutes().isEmpty() ? List.of(start.getMinute()) : rule.minutes();
        return hours.stream()
                .flatMap(hour -> minutes.stream().map(minute -> LocalTime.of(hour, minute, start.getSecond())))
                .toList();
    }

    private boolean isDay(LocalDate day) {
        return isMonth(day) && isWeek(day) && isYearDay(day) && isMonthDay(day) && isWeekday(day);
    }

    private boolean isMonth(LocalDate day) {
        if (rule.months().isEmpty() && rule.frequency() == Frequency.YEARLY && rule.namesNoDay()) {
            return day.getMonth() == start.getMonth();
        }
        return rule.months().isEmpty() || rule.months().contains(day.getMonthValue());
    }

    private boolean isWeek(LocalDate day) {
        if (rule.weeks().isEmpty()) {
            return true;
        }
        int week = day.get(weeks.weekOfWeekBasedYear());
        int inYear = (int) weeks.weekOfWeekBasedYear().rangeRefinedBy(day).getMaximum();
        return isOneOf(rule.weeks(), week, inYear);
    }

    private boolean isYearDay(LocalDate day) {
        return isOneOf(rule.yearDays(), day.getDayOfYear(), day.lengthOfYear());
    }

    private boolean isMonthDay(LocalDate day) {
        boolean monthly = rule.frequency() == Frequency.MONTHLY || rule.frequency() == Frequency.YEARLY;
        if (monthly && rule.namesNoDay()) {
            return day.getDayOfMonth() == start.getDayOfMonth();
        }
        return isOneOf(rule.monthDays(), day.getDayOfMonth(), day.lengthOfMonth());
    }

    private boolean isWeekday(LocalDate day) {
        if (rule.days().isEmpty()) {
            boolean weekOnly = rule.frequency() == Frequency.WEEKLY
                    || !rule.weeks().isEmpty() && rule.monthDays().isEmpty() && rule.yearDays().isEmpty();
            return !weekOnly || day.getDayOfWeek() == start.getDayOfWeek();
        }
        boolean inMonth = rule.frequency() == Frequency.MONTHLY || !rule.months().isEmpty();
        int number = inMonth ? day.getDayOfMonth() : day.getDayOfYear();
        int length = inMonth ? day.lengthOfMonth() : day.lengthOfYear();
        return rule.days().stream().anyMatch(wanted -> isWeekday(wanted, day.getDayOfWeek(), number, length));
    }

    private static boolean isWeekday(Day wanted, DayOfWeek day, int number, int length) {
        int fromStart = (number - 1) / WEEK + 1;
        int fromEnd = -((length - number) / WEEK + 1);
        return wanted.day() == day
                && (wanted.ordinal() == 0 || wanted.ordinal() == fromStart || wanted.ordinal() == fromEnd);
    }

    private static boolean isOneOf(List<Integer> wanted, int number, int length) {
        return wanted.isEmpty() || wanted.contains(number) || wanted.contains(number - length - 1);
    }

    private List<LocalDateTime> chosen(List<LocalDateTime> times) {
        if (rule.positions().isEmpty()) {
            return times;
        }
        List<LocalDateTime> chosen = new ArrayList<>();
        for (int i = 0; i < times.size(); i++) {
            if (isOneOf(rule.positions(), i + 1, times.size())) {
                chosen.add(times.get(i));
            }
        }
        return chosen;
    }
}
