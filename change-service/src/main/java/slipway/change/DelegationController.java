package slipway.change;

import java.net.URI;
import java.time.Clock;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import org.springframework.http.HttpStatus;
import org.springframework.http.ResponseEntity;
import org.springframework.security.core.annotation.AuthenticationPrincipal;
import org.springframework.security.oauth2.jwt.Jwt;
import org.springframework.web.bind.annotation.DeleteMapping;
import org.springframework.web.bind.annotation.GetMapping;
import org.springframework.web.bind.annotation.PathVariable;
import org.springframework.web.bind.annotation.PostMapping;
import org.springframework.web.bind.annotation.RequestBody;
import org.springframework.web.bind.annotation.RequestMapping;
import org.springframework.web.bind.annotation.ResponseStatus;
import org.springframework.web.bind.annotation.RestController;
import slipway.change.calendar.Window;
import slipway.change.domain.Asker;
import slipway.change.domain.DelegationDecider;
import slipway.change.domain.DelegationEvent;
import slipway.http.Form;
import slipway.http.Person;
import slipway.http.Refusal;
import slipway.messaging.Cause;
import slipway.messaging.Decisions;
import slipway.messaging.Outcome;

/// Delegations over HTTP: one's own votes, to somebody else, for a while.
@RestController
@RequestMapping("/delegations")
class DelegationController {

    private final Decisions<DelegationDecider.Command, DelegationDecider.State, DelegationEvent> decisions;
    private final Delegations delegations;
    private final InventoryStore inventory;
    private final Clock clock;

    DelegationController(
            Decisions<DelegationDecider.Command, DelegationDecider.State, DelegationEvent> decisions,
            Delegations delegations,
            InventoryStore inventory,
            Clock clock) {
        this.decisions = decisions;
        this.delegations = delegations;
        this.inventory = inventory;
        this.clock = clock;
    }

    @GetMapping
    List<Delegations.Line> list() {
        return delegations.all();
    }

    @PostMapping
    ResponseEntity<Map<String, String>> delegate(
            @RequestBody Form form,
            @AuthenticationPrincipal Jwt token) {
        Person person = Person.of(token);
        Instant now = clock.instant();
        String delegate = form.text("delegate");
        Form during = form.part("during");
        Window window = new Window(during.time("notBefore", now), during.time("notAfter", now));
        String reason = form.text("reason");
        DelegationDecider.Delegate given = new DelegationDecider.Delegate(
                person.id(), delegate, window, reason, inventory.current(), form.faults(), now);
        String id = delegations.nextId();
        if (decisions.decide(id, given, Cause.person(person.id(), person.actors(), null))
                instanceof Outcome.Refused<DelegationDecider.State>(var reasons)) {
            throw Refusal.unacceptable(reasons);
        }
        return ResponseEntity.created(URI.create("/delegations/" + id)).body(Map.of("id", id));
    }

    @DeleteMapping("/{id}")
    @ResponseStatus(HttpStatus.NO_CONTENT)
    void end(@PathVariable String id, @AuthenticationPrincipal Jwt token) {
        Person person = Person.of(token);
        if (decisions.facts(id).isEmpty()) {
            throw Refusal.unknown("there is no delegation " + id);
        }
        // Whoever has nothing to do with it is told so before anything else.
        if (decisions.state(id) instanceof DelegationDecider.Given(var principal, var delegate)
                && !List.of(principal, delegate).contains(person.id())) {
            person.needs(Asker.CHANGE_MANAGERS);
        }
        if (decisions.decide(
                        id,
                        new DelegationDecider.End(Asking.asker(person)),
                        Cause.person(person.id(), person.actors(), null))
                instanceof Outcome.Refused<DelegationDecider.State>(var reasons)) {
            throw Refusal.conflict(reasons);
        }
    }
}
