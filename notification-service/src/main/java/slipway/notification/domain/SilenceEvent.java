package slipway.notification.domain;

import java.time.Instant;
import java.util.List;

/// What became of a silence. That it ended by itself is no fact: it was said when it was declared.
public sealed interface SilenceEvent {

    /// @param matchers all of these have to hold
    /// @param until it ends by itself
    record SilenceDeclared(List<SilenceMatcher> matchers, Instant from, Instant until, String reason, String by)
            implements SilenceEvent {}

    /// Before its time.
    record SilenceEnded(String by) implements SilenceEvent {}
}
