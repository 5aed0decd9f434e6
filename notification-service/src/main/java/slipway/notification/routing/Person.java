package slipway.notification.routing;

import java.time.Instant;
import java.time.LocalTime;
import java.time.ZoneId;
import java.time.ZonedDateTime;
import org.jspecify.annotations.Nullable;

/// Somebody who is told personally.
///
/// @param id as tokens and facts call them
/// @param email null: none is known
/// @param slack member id; null: none is known
/// @param quiet null: none
/// @param digestAt when by their clock they get all that is only good to know, once a day; null: at once
public record Person(
        String id,
        @Nullable String email,
        @Nullable String slack,
        ZoneId zone,
        @Nullable Quiet quiet,
        @Nullable LocalTime digestAt) {

    /// @return when they are told of what happens at that moment, never before it
    public Instant told(Urgency urgency, Instant moment) {
        return switch (urgency) {
            case URGENT -> moment;
            case NORMAL -> awake(moment);
            case INFO -> digestAt == null ? awake(moment) : next(digestAt, moment);
        };
    }

    /// Whether such facts wait for each other, for the digest.
    public boolean collects(Urgency urgency) {
        return urgency == Urgency.INFO && digestAt != null;
    }

    /// When they may be told, whatever it is that is not urgent.
    public Instant awake(Instant moment) {
        return quiet == null ? moment : quiet.after(moment, zone);
    }

    /// A time that a clock change leaves out is an hour later that day; one that it doubles is the first.
    private Instant next(LocalTime time, Instant moment) {
        ZonedDateTime day = moment.atZone(zone);
        Instant today = ZonedDateTime.of(day.toLocalDate(), time, zone).toInstant();
        return today.isAfter(moment)
                ? today
                : ZonedDateTime.of(day.toLocalDate().plusDays(1), time, zone).toInstant();
    }
}
