package slipway.notification.domain;

import slipway.decider.Decider;
import slipway.decider.Decision;
import slipway.notification.domain.VoteEvent.ApprovalVoteRequested;

/// A click is one vote, however often it comes.
public final class VoteDecider implements Decider<VoteDecider.Pass, VoteDecider.Passed, VoteEvent> {

    public record Pass(ApprovalVoteRequested vote) {}

    /// Whether it was passed on.
    public record Passed(boolean done) {}

    @Override
    public Passed initial() {
        return new Passed(false);
    }

    @Override
    public Decision<VoteEvent> decide(Pass command, Passed state) {
        return state.done() ? Decision.nothing() : Decision.accept(command.vote());
    }

    @Override
    public Passed evolve(Passed state, VoteEvent fact) {
        return switch (fact) {
            case ApprovalVoteRequested _ -> new Passed(true);
        };
    }
}
