package slipway.audit.history;

import java.time.DayOfWeek;
import java.time.Duration;
import java.time.Instant;
import java.time.LocalDate;
import java.time.Month;
import java.time.OffsetDateTime;
import java.time.ZoneOffset;
import java.util.ArrayList;
import java.util.List;

/// When people work. In UTC, because the rules of time zones change with Java.
final class Working {

    static final LocalDate FIRST_DAY = LocalDate.of(2025, Month.JANUARY, 1);
    static final Instant BEGIN = FIRST_DAY.atStartOfDay().toInstant(ZoneOffset.UTC);
    static final Instant END = FIRST_DAY.plusYears(1).atStartOfDay().toInstant(ZoneOffset.UTC);

    private static final LocalDate LAST_REQUESTS = LocalDate.of(2025, Month.DECEMBER, 10);
    private static final int OPENS = 7;
    private static final int CLOSES = 17;
    private static final int WEEKDAY = 100;
    private static final int FRIDAY = 60;
    private static final int WEEKEND = 6;
    /// A quiet December, and the first days of January are none for changes.
    private static final int QUIET = 3;

    private Working() {}

    /// How much is asked for on a day, against others.
    private static int busy(LocalDate day) {
        if (day.isAfter(LAST_REQUESTS) || day.isBefore(FIRST_DAY.plusDays(1))) {
            return 0;
        }
        int usual =
                switch (day.getDayOfWeek()) {
                    case MONDAY, TUESDAY, WEDNESDAY, THURSDAY -> WEEKDAY;
                    case FRIDAY -> FRIDAY;
                    case SATURDAY, SUNDAY -> WEEKEND;
                };
        return day.getMonth() == Month.DECEMBER ? usual / QUIET : usual;
    }

    /// How many of all requests come before the end of a day.
    static long until(LocalDate day, long all) {
        long sum = 0;
        long before = 0;
        for (LocalDate each = FIRST_DAY; each.getYear() == FIRST_DAY.getYear(); each = each.plusDays(1)) {
            sum += busy(each);
            before += each.isAfter(day) ? 0 : busy(each);
        }
        return all * before / sum;
    }

    /// Moments of one day, in their order; most while people work.
    static List<Instant> moments(LocalDate day, int many, Dice dice) {
        List<Instant> moments = new ArrayList<>();
        Instant midnight = day.atStartOfDay().toInstant(ZoneOffset.UTC);
        for (int i = 0; i < many; i++) {
            int second = dice.in(930) ? dice.between(OPENS * 3600, CLOSES * 3600 - 1) : dice.below(24 * 3600);
            moments.add(midnight.plusSeconds(second));
        }
        return moments.stream().sorted().toList();
    }

    /// The same moment, or the next at which somebody is at work.
    static Instant atWork(Instant moment) {
        OffsetDateTime time = moment.atOffset(ZoneOffset.UTC);
        if (time.getHour() >= CLOSES) {
            time = time.plusDays(1).toLocalDate().atTime(OPENS, time.getMinute(), time.getSecond()).atOffset(ZoneOffset.UTC);
        } else if (time.getHour() < OPENS) {
            time = time.toLocalDate().atTime(OPENS, time.getMinute(), time.getSecond()).atOffset(ZoneOffset.UTC);
        }
        while (isWeekend(time)) {
            time = time.plusDays(1);
        }
        return time.toInstant();
    }

    /// As change-service counts: Monday to Friday, in UTC.
    static Instant businessDays(Instant from, int days) {
        OffsetDateTime due = from.atOffset(ZoneOffset.UTC);
        for (int left = days; left > 0; ) {
            due = due.plusDays(1);
            left -= isWeekend(due) ? 0 : 1;
        }
        return due.toInstant();
    }

    private static boolean isWeekend(OffsetDateTime time) {
        return time.getDayOfWeek() == DayOfWeek.SATURDAY || time.getDayOfWeek() == DayOfWeek.SUNDAY;
    }

    static Instant earlier(Instant one, Instant other) {
        return one.isBefore(other) ? one : other;
    }

    static Instant later(Instant one, Instant other) {
        return one.isAfter(other) ? one : other;
    }

    static long seconds(Instant from, Instant to) {
        return Duration.between(from, to).toSeconds();
    }
}
