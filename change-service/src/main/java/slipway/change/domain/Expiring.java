package slipway.change.domain;

import java.util.ArrayList;
import java.util.List;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;
import slipway.change.domain.ChangeCommand.Expire;
import slipway.change.domain.ChangeEvent.ApprovalEscalated;
import slipway.change.domain.ChangeEvent.ChangeExpired;
import slipway.change.domain.ChangeState.Approved;
import slipway.change.domain.ChangeState.Asked;
import slipway.change.domain.ChangeState.AwaitingApproval;
import slipway.change.domain.ChangeState.Scheduled;
import slipway.change.policy.Tally;
import slipway.decider.Decision;

/// Time runs out: more people are asked, once; after that, or when an approval is not used, the change expires.
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
            ApprovalEscalated escalated = escalated(expire, asked, waiting.dossier());
            if (escalated == null) {
                return Decision.accept(new ChangeExpired("not approved until " + asked.dueAt() + " by stage "
                        + asked.stage().name()));
            }
            facts.add(escalated);
        }
        return Decision.accept(facts);
    }

    /// Null when nobody is left to ask, or no time.
    private static @Nullable ApprovalEscalated escalated(
            Expire expire, Asked asked, Dossier dossier) {
        var due = Assessment.earlier(
                expire.at().plusSeconds(asked.escalationSeconds()),
                dossier.rfc().outerWindow().notAfter());
        if (asked.escalation().isEmpty() || !due.isAfter(expire.at())) {
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
