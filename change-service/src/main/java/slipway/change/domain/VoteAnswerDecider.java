package slipway.change.domain;

import slipway.change.domain.VoteAnswerEvent.ApprovalVoteAnswered;
import slipway.decider.Decider;
import slipway.decider.Decision;

/// A vote that was given elsewhere is answered once; the first answer stands.
public final class VoteAnswerDecider
        implements Decider<VoteAnswerDecider.Answer, VoteAnswerDecider.Answered, VoteAnswerEvent> {

    public record Answer(ApprovalVoteAnswered answer) {}

    /// Whether it is.
    public record Answered(boolean done) {}

    @Override
    public Answered initial() {
        return new Answered(false);
    }

    @Override
    public Decision<VoteAnswerEvent> decide(Answer command, Answered state) {
        return state.done() ? Decision.nothing() : Decision.accept(command.answer());
    }

    @Override
    public Answered evolve(Answered state, VoteAnswerEvent fact) {
        return switch (fact) {
            case ApprovalVoteAnswered _ -> new Answered(true);
        };
    }
}
