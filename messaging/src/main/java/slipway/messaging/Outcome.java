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
}
