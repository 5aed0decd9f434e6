package slipway.notification.routing;

import java.time.DayOfWeek;
import java.time.Instant;
import java.time.LocalDate;
import java.time.LocalTime;
import java.time.ZoneId;
import java.time.ZonedDateTime;
import java.util.Set;

/// Hours in which a person is told of urgent things only.
///
/// @param from when they begin, by the person's clock
/// @param to when they end; before `from`: on the day after; the same: a whole day
/// @param days on which they begin
public record Quiet(LocalTime from, LocalTime to, Set<DayOfWeek> days) {

    /// @throws IllegalArgumentException when they never end: nobody would ever be told
    public Quiet {
        days = Set.copyOf(days);
        if (from.equals(to) && days.size() == DayOfWeek.values().length) {
            throw new IllegalArgumentException("quiet hours on every day from " + from + " to " + to + " never end");
        }
    }

    /// When the person may be told: the moment itself, or when the quiet hours end in which it lies. Hours that follow each other are one.
    public Instant after(Instant moment, ZoneId zone) {
        Instant at = moment;
        for (boolean moved = true; moved; ) {
            moved = false;
            LocalDate today = at.atZone(zone).toLocalDate();
            // Those that began yesterday may still go on.
            for (LocalDate day : new LocalDate[] {today.minusDays(1), today}) {
                Instant end = end(day, zone);
                if (days.contains(day.getDayOfWeek()) && !at.isBefore(begin(day, zone)) && at.isBefore(end)) {
                    at = end;
                    moved = true;
                }
            }
        }
        return at;
    }

    private Instant begin(LocalDate day, ZoneId zone) {
        return ZonedDateTime.of(day, from, zone).toInstant();
    }

    private Instant end(LocalDate day, ZoneId zone) {
        return ZonedDateTime.of(to.isAfter(from) ? day : day.plusDays(1), to, zone).toInstant();
    }
}
