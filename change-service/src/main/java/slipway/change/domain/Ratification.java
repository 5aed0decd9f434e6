package slipway.change.domain;

import java.time.Instant;
import java.util.List;

/// A change went ahead without approval; people judge it afterwards.
///
/// @param ratifiers who may
/// @param resolved whether somebody did, or the time ran out
public record Ratification(List<String> ratifiers, Instant dueAt, boolean resolved) {

    Ratification done() {
        return new Ratification(ratifiers, dueAt, true);
    }
}
