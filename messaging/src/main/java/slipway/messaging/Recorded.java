package slipway.messaging;

import slipway.events.Meta;

/// A fact of the past with when, by whom and in what order it was recorded.
///
/// @param <E> facts
public record Recorded<E>(E fact, Meta meta) {}
