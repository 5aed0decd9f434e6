package slipway.change.calendar;

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
        return notBefore.isBefore(other.notAfter) && other.notBefore.isBefore(notAfter);
    }
}
