package slipway.change.domain;

import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import slipway.change.domain.ChangeCommand.Vote;
import slipway.change.domain.ChangeEvent.ApprovalVoteCast;
import slipway.change.domain.ChangeEvent.ChangeApproved;
import slipway.change.domain.ChangeEvent.ChangeRejected;
import slipway.change.domain.ChangeState.Approved;
import slipway.change.domain.ChangeState.AwaitingApproval;
import slipway.decider.Decision;

/// Votes: one human counts once, the newest vote of a person stands for them, nobody votes on their own change. Approved
/// when the quorum is met; rejected when it can no longer be met.
final class Voting {

    private Voting() {}

    static Decision<ChangeEvent> cast(Vote vote, ChangeState state) {
        if (state instanceof AwaitingApproval waiting) {
            return cast(vote, waiting);
        }
        boolean repeated = state instanceof Approved approved
                && vote.decision() == VoteDecision.APPROVE
                && approved.approvers().contains(vote.voter());
        return repeated
                ? Decision.nothing()
                : Decision.refuse("there is nothing to vote on: the change is " + state.status());
    }

    private static Decision<ChangeEvent> cast(Vote vote, AwaitingApproval waiting) {
        List<String> reasons = reasonsAgainst(vote, waiting);
        if (!reasons.isEmpty()) {
            return Decision.refuse(reasons);
        }
        if (waiting.votes().get(vote.voter()) == vote.decision()) {
            return Decision.nothing();
        }
        ApprovalStage stage = waiting.stage();
        AwaitingApproval after = waiting.with(vote.voter(), vote.decision());
        List<ChangeEvent> facts = new ArrayList<>();
        facts.add(new ApprovalVoteCast(stage.name(), vote.voter(), vote.decision(), vote.reason()));
        List<String> approvers = who(VoteDecision.APPROVE, after);
        if (approvers.size() >= stage.quorum()) {
            Instant validUntil = Submission.lastsUntil(waiting.plan().rfc().window(), vote.at());
            facts.add(new ChangeApproved(ApprovedBy.HUMAN, approvers, waiting.plan().digest(), validUntil));
        } else if (stage.eligible().size() - who(VoteDecision.REJECT, after).size() < stage.quorum()) {
            facts.add(new ChangeRejected(stage.name(), vote.voter(), String.valueOf(vote.reason())));
        }
        return Decision.accept(facts);
    }

    private static List<String> reasonsAgainst(Vote vote, AwaitingApproval waiting) {
        List<String> reasons = new ArrayList<>();
        Rfc rfc = waiting.plan().rfc();
        if (waiting.plan().isOwn(vote.voter())) {
            String role = vote.voter().equals(rfc.requester()) ? "requester" : "implementer";
            reasons.add("separation of duties: " + vote.voter() + " is the " + role + " and never votes on this change");
        } else if (!waiting.stage().eligible().contains(vote.voter())) {
            reasons.add(vote.voter() + " is not among those who may vote: " + waiting.stage().eligible());
        }
        switch (vote.decision()) {
            case APPROVE -> {}
            case REJECT -> {
                if (vote.reason() == null || vote.reason().isBlank()) {
                    reasons.add("reason: is missing; whoever rejects says why");
                }
            }
            case UNKNOWN -> reasons.add("decision: must be APPROVE or REJECT");
        }
        if (!vote.at().isBefore(waiting.dueAt())) {
            reasons.add("the time to vote ended at " + waiting.dueAt());
        }
        return reasons;
    }

    private static List<String> who(VoteDecision decision, AwaitingApproval waiting) {
        return waiting.votes().entrySet().stream()
                .filter(vote -> vote.getValue() == decision)
                .map(Map.Entry::getKey)
                .toList();
    }
}
