package slipway.audit.evidence;

import java.time.Instant;

/// What a pack is about.
public sealed interface Scope {

    /// The story of one change.
    record OfChange(String change) implements Scope {}

    /// Some of the changes that were first asked for in a period.
    ///
    /// @param from first fact recorded then or later
    /// @param to first fact recorded before
    /// @param sample how many are drawn, at most [#MOST]
    /// @param seed see [Sample]
    record OfPeriod(Instant from, Instant to, int sample, long seed) implements Scope {

        public static final int MOST = 100;
    }
}
