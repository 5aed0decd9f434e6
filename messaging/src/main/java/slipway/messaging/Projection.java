package slipway.messaging;

import slipway.events.Meta;

/// Keeps a read table in step with the facts, in the transaction that stores them. A constraint of the table that says no
/// undoes the whole decision: so rules across aggregates are kept.
///
/// @param <E> facts
@FunctionalInterface
public interface Projection<E> {

    void project(E fact, Meta meta);
}
