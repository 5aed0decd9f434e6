package slipway.audit.domain;

import java.util.Optional;
import slipway.audit.domain.BreachEvent.InvariantBroken;
import slipway.decider.Decider;
import slipway.decider.Decision;

/// What is broken is told once.
public final class BreachDecider implements Decider<InvariantBroken, Optional<InvariantBroken>, BreachEvent> {

    /// @param by eventId of the fact by which it does not hold, or what else is looked at
    public static String id(Invariant invariant, String by) {
        return "BRC-" + invariant + "-" + by;
    }

    @Override
    public Optional<InvariantBroken> initial() {
        return Optional.empty();
    }

    @Override
    public Decision<BreachEvent> decide(InvariantBroken found, Optional<InvariantBroken> state) {
        return state.isPresent() ? Decision.nothing() : Decision.accept(found);
    }

    @Override
    public Optional<InvariantBroken> evolve(Optional<InvariantBroken> state, BreachEvent fact) {
        return switch (fact) {
            case InvariantBroken broken -> Optional.of(broken);
        };
    }
}
