package slipway.change.domain;

import java.time.Instant;

/// Half-open interval of time: touching is no conflict.
///
/// @param notBefore inclusive start
/// @param notAfter exclusive end
public record Window(Instant notBefore, Instant notAfter) {

    boolean opensAfter(Instant at) {
        return at.isBefore(notBefore);
    }

    boolean isOver(Instant at) {
        return !at.isBefore(notAfter);
    }

    public boolean overlaps(Window other) {
        return notBefore.isBefore(other.notAfter) && other.notBefore.isBefore(notAfter);
    }
}
