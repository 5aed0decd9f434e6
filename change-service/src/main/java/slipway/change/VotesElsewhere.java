package slipway.change;

import java.time.Clock;
import java.util.List;
import java.util.Set;
import org.springframework.stereotype.Component;
import slipway.change.domain.ChangeCommand;
import slipway.change.domain.ChangeEvent;
import slipway.change.domain.ChangeState;
import slipway.change.domain.VoteAnswerDecider.Answer;
import slipway.change.domain.VoteAnswerDecider.Answered;
import slipway.change.domain.VoteAnswerEvent;
import slipway.change.domain.VoteAnswerEvent.ApprovalVoteAnswered;
import slipway.change.domain.VoteDecision;
import slipway.events.Actor;
import slipway.events.ActorKind;
import slipway.events.notification.ApprovalVoteRequested;
import slipway.http.Person;
import slipway.messaging.Cause;
import slipway.messaging.Decisions;
import slipway.messaging.Order;
import slipway.messaging.Outcome;
import slipway.messaging.Reactions;

/// Votes that people gave where they were told of the change, such as in Slack. They are wishes: the rules are those of any vote, the
/// service that passes it on acts in the person's place, and they are told what became of it.
@Component
class VotesElsewhere {

    private final Decisions<ChangeCommand, ChangeState, ChangeEvent> changes;
    private final Decisions<Answer, Answered, VoteAnswerEvent> answers;
    private final Memberships memberships;
    private final InventoryStore inventory;
    private final Attempts attempts;
    private final Clock clock;

    VotesElsewhere(
            Decisions<ChangeCommand, ChangeState, ChangeEvent> changes,
            Decisions<Answer, Answered, VoteAnswerEvent> answers,
            Memberships memberships,
            InventoryStore inventory,
            Attempts attempts,
            Clock clock) {
        this.changes = changes;
        this.answers = answers;
        this.memberships = memberships;
        this.inventory = inventory;
        this.attempts = attempts;
        this.clock = clock;
    }

    void on(Reactions.Table table) {
        table.decide(ApprovalVoteRequested.class, "count a vote that was given elsewhere", this::count);
    }

    private List<Order<?>> count(ApprovalVoteRequested wish) {
        VoteDecision decision = VoteDecision.valueOf(wish.getDecision().name());
        List<String> reasons = reasonsAgainst(wish, decision);
        String voteId = wish.getMeta().getAggregateId();
        return List.of(answers.order(
                "ANS-" + voteId,
                new Answer(new ApprovalVoteAnswered(
                        voteId, wish.getChangeId(), wish.getPerson(), decision, reasons.isEmpty(), reasons))));
    }

    /// @return empty: it counts
    private List<String> reasonsAgainst(ApprovalVoteRequested wish, VoteDecision decision) {
        String id = wish.getChangeId();
        // Other aggregates have states of their own kind.
        if (!id.startsWith("CHG-") || changes.sequence(id) == 0) {
            return List.of("there is no change " + id);
        }
        List<String> faults = Ballots.faults(decision, wish.getReason() == null ? "" : wish.getReason().strip());
        if (!faults.isEmpty()) {
            return faults;
        }
        String service = wish.getMeta().getActor().getId();
        Person person = new Person(wish.getPerson(), Set.of(), List.of(service));
        ChangeCommand vote = new ChangeCommand.CastVote(
                Asking.asker(person),
                null,
                false,
                null,
                decision,
                wish.getReason(),
                wish.getPlanDigest(),
                memberships.today(id, changes.state(id), inventory.current()),
                clock.instant());
        Cause cause = new Cause(
                new Actor(service, ActorKind.SERVICE, person.id()),
                id,
                wish.getMeta().getEventId(),
                wish.getMeta().getTraceparent(),
                null);
        if (changes.decide(id, vote, cause) instanceof Outcome.Refused<ChangeState>(var reasons)) {
            attempts.refused(id, person, reasons);
            return reasons;
        }
        return List.of();
    }
}
