package slipway.messaging;

import java.util.List;

/// What came of a command.
///
/// @param <S> state
public sealed interface Outcome<S> {

    /// Decided and stored. The state includes the new facts.
    record Accepted<S>(S state, int facts) implements Outcome<S> {}

    /// Nothing was stored.
    record Refused<S>(List<String> reasons) implements Outcome<S> {}

    /// Nothing was decided: it was meant for a state that is no longer.
    ///
    /// @param sequence how many facts there are by now
    record Outdated<S>(long sequence) implements Outcome<S> {}
}
