package slipway.change.calendar;

import java.time.Duration;
import java.time.Instant;

/// Half-open interval of time: touching is no conflict.
///
/// @param notBefore inclusive start
/// @param notAfter exclusive end
public record Window(Instant notBefore, Instant notAfter) {

    public boolean opensAfter(Instant at) {
        return at.isBefore(notBefore);
    }

    public boolean isOver(Instant at) {
        return !at.isBefore(notAfter);
    }

    public boolean overlaps(Window other) {
        return !neverOpens()
                && !other.neverOpens()
                && notBefore.isBefore(other.notAfter)
                && other.notBefore.isBefore(notAfter);
    }

    /// Whether all of the other lies within.
    public boolean covers(Window other) {
        return !other.notBefore.isBefore(notBefore) && !other.notAfter.isAfter(notAfter);
    }

    public Duration length() {
        return Duration.between(notBefore, notAfter);
    }

    /// Whether there is no moment in it. No `isEmpty`: what is asked of a window is no part of it when it is written down.
    public boolean neverOpens() {
        return !notBefore.isBefore(notAfter);
    }
}
