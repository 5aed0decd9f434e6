package slipway.messaging;

/// A command addressed to an aggregate, not yet decided: what a reaction or an effect gives back.
///
/// @param decisions who decides
/// @param aggregateId the aggregate
/// @param command the command
public record Order<C>(Decisions<C, ?, ?> decisions, String aggregateId, C command) {

    Outcome<?> decide(Cause cause) {
        return decisions.decide(aggregateId, command, cause);
    }
}
