package slipway.change.domain;

import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.stream.Collectors;
import slipway.change.domain.ChangeCommand.CastVote;
import slipway.change.domain.ChangeCommand.NoteAttempt;
import slipway.change.domain.ChangeEvent.ApprovalAttemptRefused;
import slipway.change.domain.ChangeEvent.ApprovalVoteCast;
import slipway.change.domain.ChangeEvent.ChangeApproved;
import slipway.change.domain.ChangeEvent.ChangeRejected;
import slipway.change.domain.ChangeState.Approved;
import slipway.change.domain.ChangeState.Asked;
import slipway.change.domain.ChangeState.AwaitingApproval;
import slipway.change.domain.ChangeState.Vote;
import slipway.change.policy.Tally;
import slipway.decider.Decision;

/// Votes: one human counts once, the newest vote of a seat stands, nobody votes on their own change, by whatever road. Approved
/// when every stage has its quorum; rejected by a veto, or when a quorum can no longer be met.
final class Voting {

    private Voting() {}

    static Decision<ChangeEvent> cast(CastVote vote, ChangeState state) {
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

    private static Decision<ChangeEvent> cast(CastVote cast, AwaitingApproval waiting) {
        String seat = cast.onBehalfOf() == null ? cast.voter() : cast.onBehalfOf();
        List<Asked> stages = stages(cast, seat, waiting);
        List<String> reasons = reasonsAgainst(cast, seat, stages, waiting);
        if (!reasons.isEmpty()) {
            return Decision.refuse(reasons);
        }
        String stage = needed(cast, seat, stages, waiting);
        Vote vote = new Vote(stage, cast.voter(), cast.decision());
        if (vote.equals(waiting.votes().get(seat))) {
            return Decision.nothing();
        }
        AwaitingApproval after = waiting.with(seat, vote);
        List<ChangeEvent> facts = new ArrayList<>();
        facts.add(new ApprovalVoteCast(stage, cast.voter(), cast.decision(), cast.reason(), cast.onBehalfOf()));
        Tally tally = tally(after);
        if (cast.decision() == VoteDecision.APPROVE && !tally.reachable()) {
            return Decision.refuse("one human counts once, and without " + seat + " these stages cannot reach their quorum: "
                    + lost(stage, seat, waiting) + "; vote for one of them");
        }
        if (tally.vetoed() || !tally.reachable()) {
            facts.add(new ChangeRejected(
                    stage, cast.voter(), Objects.requireNonNull(cast.reason(), "whoever rejects says why")));
        } else if (tally.met()) {
            facts.add(new ChangeApproved(
                    ApprovedBy.HUMAN,
                    approvers(after),
                    waiting.dossier().digest(),
                    Assessment.lastsUntil(waiting.dossier().rfc().outerWindow(), cast.at())));
        }
        return Decision.accept(facts);
    }

    /// The other stages in which this seat is needed.
    private static List<String> lost(String stage, String seat, AwaitingApproval waiting) {
        return waiting.asked().stream()
                .map(Asked::stage)
                .filter(other -> !other.name().equals(stage) && other.eligible().contains(seat))
                .map(ApprovalStage::name)
                .toList();
    }

    /// Where this seat may vote so.
    private static List<Asked> stages(CastVote cast, String seat, AwaitingApproval waiting) {
        return waiting.asked().stream()
                .filter(asked -> cast.stage() == null || cast.stage().equals(asked.stage().name()))
                .filter(asked -> asked.stage().eligible().contains(seat)
                        || cast.decision() == VoteDecision.REJECT
                                && asked.stage().vetoers().contains(seat))
                .toList();
    }

    /// Where it is needed most: the first stage for which all can still be brought to their quorum.
    private static String needed(CastVote cast, String seat, List<Asked> stages, AwaitingApproval waiting) {
        Vote standing = waiting.votes().get(seat);
        if (standing != null && stages.stream().anyMatch(asked -> asked.stage().name().equals(standing.stage()))) {
            return standing.stage();
        }
        return stages.stream()
                .map(asked -> asked.stage().name())
                .filter(stage -> useful(stage, seat, cast, waiting))
                .findFirst()
                .orElseGet(() -> stages.getFirst().stage().name());
    }

    private static boolean useful(String stage, String seat, CastVote cast, AwaitingApproval waiting) {
        Tally before = tally(waiting);
        Tally after = tally(waiting.with(seat, new Vote(stage, cast.voter(), cast.decision())));
        boolean missing = before.stages().stream()
                .anyMatch(each -> each.stage().equals(stage) && before.missing(each) > 0);
        return cast.decision() == VoteDecision.REJECT || missing && after.reachable();
    }

    private static List<String> reasonsAgainst(
            CastVote cast, String seat, List<Asked> stages, AwaitingApproval waiting) {
        List<String> reasons = new ArrayList<>();
        Dossier dossier = waiting.dossier();
        for (String person : seat.equals(cast.voter()) ? List.of(seat) : List.of(cast.voter(), seat)) {
            if (dossier.isOwn(person)) {
                String role = person.equals(dossier.rfc().requester()) ? "requester" : "implementer";
                reasons.add("separation of duties: " + person + " is the " + role + " and never votes on this change"
                        + (person.equals(cast.voter()) ? "" : ", nor does their delegate"));
            }
        }
        if (!seat.equals(cast.voter()) && !cast.delegated()) {
            reasons.add(seat + " has not delegated their votes to " + cast.voter() + " for now");
        }
        if (reasons.isEmpty() && stages.isEmpty()) {
            reasons.add(seat + " is not among those who may vote: " + who(waiting));
        }
        waiting.votes().forEach((other, vote) -> {
            if (vote.voter().equals(cast.voter()) && !other.equals(seat)) {
                reasons.add("one human counts once: " + cast.voter() + " has voted in the place of " + other);
            }
        });
        if (cast.planDigest() != null && !cast.planDigest().equals(dossier.digest())) {
            reasons.add("planDigest: the plan is another one by now, " + dossier.digest() + ": look at it again");
        }
        switch (cast.decision()) {
            case APPROVE -> {}
            case REJECT -> {
                if (cast.reason() == null || cast.reason().isBlank()) {
                    reasons.add("reason: is missing; whoever rejects says why");
                }
            }
            case UNKNOWN -> reasons.add("decision: must be APPROVE or REJECT");
        }
        stages.stream()
                .filter(asked -> !cast.at().isBefore(asked.dueAt()))
                .forEach(asked -> reasons.add("the time to vote ended at " + asked.dueAt()));
        return reasons;
    }

    private static Map<String, List<String>> who(AwaitingApproval waiting) {
        return waiting.asked().stream()
                .collect(Collectors.toMap(
                        asked -> asked.stage().name(), asked -> asked.stage().eligible(), (one, _) -> one));
    }

    static Tally tally(AwaitingApproval waiting) {
        return new Tally(
                waiting.asked().stream().map(asked -> requirement(asked.stage())).toList(),
                waiting.votes().entrySet().stream()
                        .collect(Collectors.toMap(
                                Map.Entry::getKey,
                                vote -> new Tally.Cast(
                                        vote.getValue().stage(), vote.getValue().decision() == VoteDecision.APPROVE))));
    }

    private static Tally.Requirement requirement(ApprovalStage stage) {
        return new Tally.Requirement(stage.name(), stage.eligible(), stage.quorum(), stage.vetoers());
    }

    private static List<String> approvers(AwaitingApproval waiting) {
        return waiting.votes().values().stream()
                .filter(vote -> vote.decision() == VoteDecision.APPROVE)
                .map(Vote::voter)
                .toList();
    }

    static Decision<ChangeEvent> note(NoteAttempt attempt) {
        return Decision.accept(
                new ApprovalAttemptRefused(attempt.who(), attempt.authenticated(), attempt.reasons()));
    }
}
