package slipway.change;

import java.time.Clock;
import org.springframework.http.ResponseEntity;
import org.springframework.security.core.annotation.AuthenticationPrincipal;
import org.springframework.security.oauth2.jwt.Jwt;
import org.springframework.web.bind.annotation.PathVariable;
import org.springframework.web.bind.annotation.PostMapping;
import org.springframework.web.bind.annotation.RequestBody;
import org.springframework.web.bind.annotation.RequestMapping;
import org.springframework.web.bind.annotation.RestController;
import slipway.change.domain.Asker;
import slipway.change.domain.ChangeCommand;
import slipway.change.domain.VoteDecision;
import slipway.http.Form;
import slipway.http.Person;
import slipway.http.Refusal;

/// What people decide about a change: votes, and afterwards what went ahead without.
@RestController
@RequestMapping("/changes")
class VotingController {

    private final Asking asking;
    private final Ballots ballots;
    private final Attempts attempts;
    private final Memberships memberships;
    private final InventoryStore inventory;
    private final Clock clock;

    VotingController(
            Asking asking, Ballots ballots, Attempts attempts, Memberships memberships, InventoryStore inventory, Clock clock) {
        this.memberships = memberships;
        this.inventory = inventory;
        this.asking = asking;
        this.ballots = ballots;
        this.attempts = attempts;
        this.clock = clock;
    }

    @PostMapping("/{id}/votes")
    ResponseEntity<ChangeView> vote(
            @PathVariable String id, @RequestBody Form form, @AuthenticationPrincipal Jwt token) {
        Person person = Person.of(token);
        String principal = form.optionalText("onBehalfOf");
        VoteDecision decision = Asking.word(form, "decision", VoteDecision.class, VoteDecision.UNKNOWN);
        Ballots.Wish wish = new Ballots.Wish(
                principal,
                form.optionalText("stage"),
                decision,
                // Whoever rejects says why; whoever approves may.
                decision == VoteDecision.REJECT || form.has("reason") ? Asking.reason(form) : null,
                form.optionalText("planDigest"));
        return attempt(id, ballots.vote(id, wish, person), form, person);
    }

    private ResponseEntity<ChangeView> attempt(String id, ChangeCommand command, Form form, Person person) {
        return ballots.attempt(id, person, () -> asking.act(id, command, form, person));
    }

    @PostMapping("/{id}/break-glass")
    ResponseEntity<ChangeView> breakGlass(
            @PathVariable String id, @RequestBody Form form, @AuthenticationPrincipal Jwt token) {
        Person person = Person.of(token);
        asking.facts(id);
        if (!person.groups().contains(Asker.BREAK_GLASS)) {
            Refusal refusal = Refusal.forbidden(person.id() + " is not in the group " + Asker.BREAK_GLASS);
            attempts.refused(id, person, refusal.reasons());
            throw refusal;
        }
        return attempt(
                id,
                new ChangeCommand.BreakGlass(Asking.asker(person), Asking.reason(form), clock.instant()),
                form,
                person);
    }

    @PostMapping("/{id}/ratification")
    ResponseEntity<ChangeView> ratify(
            @PathVariable String id, @RequestBody Form form, @AuthenticationPrincipal Jwt token) {
        Person person = Person.of(token);
        ChangeCommand ratify = new ChangeCommand.Ratify(
                Asking.asker(person),
                Asking.word(form, "decision", VoteDecision.class, VoteDecision.UNKNOWN),
                Asking.reason(form),
                memberships.today(id, asking.state(id), inventory.current()),
                clock.instant());
        return attempt(id, ratify, form, person);
    }
}
