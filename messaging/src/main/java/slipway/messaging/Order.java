package slipway.messaging;

/// A command addressed to an aggregate, not yet decided: what a reaction or an effect gives back.
///
/// @param decisions who decides
/// @param aggregateId the aggregate
/// @param command the command
/// @param begins whether a story of its own begins with it
public record Order<C>(Decisions<C, ?, ?> decisions, String aggregateId, C command, boolean begins) {

    /// The same, but the story is the aggregate's own; the fact that led to it stays its cause.
    public Order<C> beginning() {
        return new Order<>(decisions, aggregateId, command, true);
    }

    Outcome<?> decide(Cause cause) {
        return decisions.decide(aggregateId, command, begins ? cause.beginning() : cause);
    }
}
