package slipway.change;

import java.time.Clock;
import java.util.List;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;
import org.springframework.http.HttpStatus;
import org.springframework.stereotype.Component;
import slipway.change.domain.ChangeCommand;
import slipway.change.domain.ChangeDecider;
import slipway.change.domain.ChangeEvent;
import slipway.change.domain.ChangeState;
import slipway.change.domain.VoteDecision;
import slipway.decider.Decision;
import slipway.decider.Wording;
import slipway.http.Person;
import slipway.http.Refusal;

/// Votes of people who are signed in here, by whichever door they come: one way to make them, to judge them, and to note who tried.
@Component
class Ballots {

    private final Asking asking;
    private final Delegations delegations;
    private final Attempts attempts;
    private final Memberships memberships;
    private final InventoryStore inventory;
    private final Clock clock;

    Ballots(
            Asking asking,
            Delegations delegations,
            Attempts attempts,
            Memberships memberships,
            InventoryStore inventory,
            Clock clock) {
        this.asking = asking;
        this.delegations = delegations;
        this.attempts = attempts;
        this.memberships = memberships;
        this.inventory = inventory;
        this.clock = clock;
    }

    /// What somebody wants to say about a change.
    ///
    /// @param principal in whose place; null: for oneself
    /// @param stage null: where it is needed
    /// @param planDigest of the plan that was read; null: whichever it is
    record Wish(
            @Nullable String principal,
            @Nullable String stage,
            VoteDecision decision,
            @Nullable String reason,
            @Nullable String planDigest) {}

    ChangeCommand.CastVote vote(String id, Wish wish, Person person) {
        return vote(id, asking.state(id), wish, person);
    }

    private ChangeCommand.CastVote vote(String id, ChangeState state, Wish wish, Person person) {
        String principal = wish.principal();
        return new ChangeCommand.CastVote(
                Asking.asker(person),
                principal,
                principal != null && delegations.delegated(principal, person.id(), clock.instant()),
                wish.stage(),
                wish.decision(),
                wish.reason(),
                wish.planDigest(),
                memberships.today(id, state, inventory.current()),
                clock.instant());
    }

    /// Those in whose place this person may vote now.
    List<String> principals(Person person) {
        return delegations.principals(person.id(), clock.instant());
    }

    /// Every reason against a vote that nobody has cast yet, by the rules that it would be judged by; empty: it would count. Nothing is stored.
    List<String> reasonsAgainst(String id, ChangeState state, Wish wish, Person person) {
        return switch (new ChangeDecider().decide(vote(id, state, wish, person), state)) {
            case Decision.Refused<ChangeEvent>(var reasons) -> reasons;
            case Decision.Accepted<ChangeEvent> _ -> List.of();
        };
    }

    /// What is written wrongly is no attempt to do what one may not.
    static List<String> faults(VoteDecision decision, String written) {
        return switch (decision) {
            case APPROVE -> Wording.lines("reason", written, Wording.REASON);
            case REJECT -> written.isEmpty() ? List.of("reason: is missing; whoever rejects says why") : Wording.reason("reason", written);
            case UNKNOWN -> List.of("decision: must be approve or reject");
        };
    }

    /// Whoever tries to approve and may not leaves a trace; whoever only writes it wrongly does not.
    ///
    /// @throws Refusal as the attempt does
    <T> T attempt(String id, Person person, Supplier<T> attempt) {
        try {
            return attempt.get();
        } catch (Refusal refusal) {
            if (refusal.getStatusCode() == HttpStatus.CONFLICT) {
                attempts.refused(id, person, refusal.reasons());
            }
            throw refusal;
        }
    }
}
