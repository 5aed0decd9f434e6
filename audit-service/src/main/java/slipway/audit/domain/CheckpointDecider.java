package slipway.audit.domain;

import java.util.Optional;
import slipway.audit.domain.CheckpointEvent.CheckpointSigned;
import slipway.decider.Decider;
import slipway.decider.Decision;

/// Of each size of the log there is one checkpoint. Who signs another one for the same size says two things about one past, which is
/// what a log is there to make impossible.
public final class CheckpointDecider implements Decider<CheckpointSigned, Optional<CheckpointSigned>, CheckpointEvent> {

    /// The aggregate of a size.
    public static String id(long size) {
        return "CKP-" + size;
    }

    @Override
    public Optional<CheckpointSigned> initial() {
        return Optional.empty();
    }

    @Override
    public Decision<CheckpointEvent> decide(CheckpointSigned signed, Optional<CheckpointSigned> state) {
        if (state.isEmpty()) {
            return Decision.accept(signed);
        }
        return state.get().root().equals(signed.root()) && state.get().origin().equals(signed.origin())
                ? Decision.nothing()
                : Decision.refuse("of " + signed.size() + " leaves " + state.get().origin() + " signed " + state.get().root() + ", and not "
                        + signed.root());
    }

    @Override
    public Optional<CheckpointSigned> evolve(Optional<CheckpointSigned> state, CheckpointEvent fact) {
        return switch (fact) {
            case CheckpointSigned signed -> Optional.of(signed);
        };
    }
}
