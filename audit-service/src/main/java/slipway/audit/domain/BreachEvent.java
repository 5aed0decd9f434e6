package slipway.audit.domain;

import org.jspecify.annotations.Nullable;

/// What is found out about the facts.
public sealed interface BreachEvent {

    /// @param subject of whom: the aggregate
    /// @param factId eventId of the fact by which it does not hold; null: no single one
    /// @param what is wrong, for people
    record InvariantBroken(Invariant invariant, String subject, @Nullable String factId, String what) implements BreachEvent {}
}
