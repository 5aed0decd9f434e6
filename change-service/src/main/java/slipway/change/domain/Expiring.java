package slipway.change.domain;

import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;
import slipway.change.domain.ChangeCommand.Expire;
import slipway.change.domain.ChangeCommand.LookAtVoters;
import slipway.change.domain.ChangeEvent.ApprovalEscalated;
import slipway.change.domain.ChangeEvent.ChangeExpired;
import slipway.change.domain.ChangeEvent.ChangeRejected;
import slipway.change.domain.ChangeState.Approved;
import slipway.change.domain.ChangeState.Asked;
import slipway.change.domain.ChangeState.AwaitingApproval;
import slipway.change.domain.ChangeState.Scheduled;
import slipway.change.policy.Tally;
import slipway.decider.Decision;

/// Time runs out, or people do: more are asked, once; after that, or when an approval is not used, the change expires, and what
/// nobody is left to approve is rejected.
final class Expiring {

    private Expiring() {}

    static Decision<ChangeEvent> expire(Expire expire, ChangeState state) {
        return switch (state) {
            case AwaitingApproval waiting -> expire(expire, waiting);
            case Approved(_, _, var validUntil) when !expire.at().isBefore(validUntil) ->
                Decision.accept(new ChangeExpired("approved only until " + validUntil));
            case Scheduled(_, _, var validUntil, _) when !expire.at().isBefore(validUntil) ->
                Decision.accept(new ChangeExpired("not started until the approval ended at " + validUntil));
            case ChangeState.Known _,
                    ChangeState.Nothing _,
                    ChangeState.Refused _,
                    ChangeState.Closed _,
                    ChangeState.Cancelled _ ->
                Decision.nothing();
        };
    }

    private static Decision<ChangeEvent> expire(Expire expire, AwaitingApproval waiting) {
        Tally tally = Voting.tally(waiting);
        List<ChangeEvent> facts = new ArrayList<>();
        for (Asked asked : waiting.asked()) {
            boolean open = tally.stages().stream()
                    .anyMatch(stage -> stage.stage().equals(asked.stage().name()) && tally.missing(stage) > 0);
            if (!open || expire.at().isBefore(asked.dueAt())) {
                continue;
            }
            ApprovalEscalated escalated = escalated(expire.at(), asked, waiting.dossier());
            if (escalated == null) {
                return Decision.accept(new ChangeExpired("not approved until " + asked.dueAt() + " by stage "
                        + asked.stage().name()));
            }
            facts.add(escalated);
        }
        return Decision.accept(facts);
    }

    /// Whoever was asked and left cannot be waited for: those who come next are asked now, and when they are too few as well,
    /// everybody is told at once instead of at the end of the time.
    static Decision<ChangeEvent> look(LookAtVoters look, ChangeState state) {
        if (!(state instanceof AwaitingApproval waiting)) {
            return Decision.nothing();
        }
        Tally left = Voting.tally(waiting, look.today());
        if (left.reachable()) {
            return Decision.nothing();
        }
        List<String> wanting =
                left.shortSubset().stream().map(Tally.Requirement::stage).toList();
        List<ChangeEvent> facts = new ArrayList<>();
        AwaitingApproval after = waiting;
        for (Asked asked : waiting.asked()) {
            ApprovalEscalated escalated =
                    wanting.contains(asked.stage().name()) ? escalated(look.at(), asked, waiting.dossier()) : null;
            if (escalated != null) {
                facts.add(escalated);
                after = after.with(new Asked(escalated.stage(), escalated.dueAt(), List.of(), 0));
            }
        }
        return Voting.tally(after, look.today()).reachable()
                ? Decision.accept(facts)
                : Decision.accept(new ChangeRejected(wanting.getFirst(), "policy", Voting.tooFew(left)));
    }

    /// Null when nobody is left to ask, or no time.
    private static @Nullable ApprovalEscalated escalated(
            Instant at, Asked asked, Dossier dossier) {
        Instant due = Assessment.earlier(
                at.plusSeconds(asked.escalationSeconds()),
                dossier.rfc().outerWindow().notAfter());
        if (asked.escalation().isEmpty() || !due.isAfter(at)) {
            return null;
        }
        ApprovalStage stage = asked.stage();
        List<String> more = Stream.concat(stage.eligible().stream(), asked.escalation().stream())
                .distinct()
                .sorted()
                .toList();
        return new ApprovalEscalated(
                new ApprovalStage(stage.name(), more, stage.quorum(), stage.vetoers()), due);
    }
}
