package slipway.change;

import java.net.URI;
import java.time.Clock;
import java.time.Instant;
import java.util.Arrays;
import java.util.List;
import org.jspecify.annotations.Nullable;
import org.springframework.http.ResponseEntity;
import org.springframework.security.core.annotation.AuthenticationPrincipal;
import org.springframework.security.oauth2.jwt.Jwt;
import org.springframework.web.bind.annotation.GetMapping;
import org.springframework.web.bind.annotation.PathVariable;
import org.springframework.web.bind.annotation.PostMapping;
import org.springframework.web.bind.annotation.RequestBody;
import org.springframework.web.bind.annotation.RequestMapping;
import org.springframework.web.bind.annotation.RequestParam;
import org.springframework.web.bind.annotation.RestController;
import slipway.change.domain.Asker;
import slipway.change.domain.ChangeCommand;
import slipway.change.domain.ChangeDecider;
import slipway.change.domain.ChangeEvent;
import slipway.change.domain.ChangeState;
import slipway.change.domain.Outcome;
import slipway.change.domain.Status;
import slipway.change.domain.VoteDecision;
import slipway.decider.Decision;
import slipway.http.Form;
import slipway.http.Person;
import slipway.http.Refusal;
import slipway.messaging.Cause;
import slipway.messaging.Decisions;

/// Changes over HTTP. Bodies are JSON or YAML. 400: not readable; 422: a request for change with faults, each of them named;
/// 409: asked at the wrong time or by the wrong person; 404: no such change. A refusal stores nothing.
@RestController
@RequestMapping("/changes")
class ChangeController {

    private final Decisions<ChangeCommand, ChangeState, ChangeEvent> changes;
    private final ChangeRegister register;
    private final InventoryStore inventory;
    private final Clock clock;

    ChangeController(
            Decisions<ChangeCommand, ChangeState, ChangeEvent> changes,
            ChangeRegister register,
            InventoryStore inventory,
            Clock clock) {
        this.changes = changes;
        this.register = register;
        this.inventory = inventory;
        this.clock = clock;
    }

    @PostMapping
    ResponseEntity<ChangeView> submit(
            @RequestBody Form form,
            @AuthenticationPrincipal Jwt token) {
        Person person = Person.of(token);
        Instant now = clock.instant();
        RfcForm request = RfcForm.read(form, person.id(), now);
        ChangeCommand submit = new ChangeCommand.Submit(
                request.rfc(), request.unread(), inventory.current(), register.history(now), now);
        // Looked at before it gets a number: what is refused leaves no gap.
        if (new ChangeDecider().decide(submit, new ChangeState.Nothing())
                instanceof Decision.Refused<ChangeEvent>(var reasons)) {
            throw Refusal.unacceptable(reasons);
        }
        String id = register.nextId();
        if (changes.decide(id, submit, Cause.person(person.id(), id))
                instanceof slipway.messaging.Outcome.Refused<ChangeState>(var reasons)) {
            throw Refusal.unacceptable(reasons);
        }
        return ResponseEntity.created(URI.create("/changes/" + id)).body(view(id));
    }

    @GetMapping
    List<ChangeRegister.Line> list(@RequestParam(required = false) @Nullable String state) {
        return register.list(state == null ? null : status(state));
    }

    @GetMapping("/{id}")
    ChangeView show(@PathVariable String id) {
        return view(id);
    }

    @PostMapping("/{id}/votes")
    ChangeView vote(
            @PathVariable String id,
            @RequestBody Form form,
            @AuthenticationPrincipal Jwt token) {
        Person person = Person.of(token);
        ChangeCommand vote = new ChangeCommand.Vote(
                person.id(),
                form.word("decision", VoteDecision.class, VoteDecision.UNKNOWN),
                form.optionalText("reason"),
                clock.instant());
        return decide(id, vote, form, person);
    }

    @PostMapping("/{id}/cancel")
    ChangeView cancel(
            @PathVariable String id,
            @RequestBody Form form,
            @AuthenticationPrincipal Jwt token) {
        Person person = Person.of(token);
        return decide(id, new ChangeCommand.Cancel(asker(person), form.text("reason")), form, person);
    }

    @PostMapping("/{id}/review")
    ChangeView review(
            @PathVariable String id,
            @RequestBody Form form,
            @AuthenticationPrincipal Jwt token) {
        Person person = Person.of(token);
        ChangeCommand review = new ChangeCommand.Review(
                asker(person), form.word("outcome", Outcome.class, Outcome.UNKNOWN), form.text("findings"));
        return decide(id, review, form, person);
    }

    private ChangeView decide(String id, ChangeCommand command, Form form, Person person) {
        known(changes.facts(id), id);
        List<String> unread = form.faults();
        if (!unread.isEmpty()) {
            throw Refusal.unacceptable(unread);
        }
        if (changes.decide(id, command, Cause.person(person.id(), id))
                instanceof slipway.messaging.Outcome.Refused<ChangeState>(var reasons)) {
            throw Refusal.conflict(reasons);
        }
        return view(id);
    }

    private ChangeView view(String id) {
        List<ChangeEvent> facts = known(changes.facts(id), id);
        return ChangeView.of(id, changes.state(id), facts);
    }

    private static List<ChangeEvent> known(List<ChangeEvent> facts, String id) {
        if (facts.isEmpty()) {
            throw Refusal.unknown("there is no change " + id);
        }
        return facts;
    }

    private static Asker asker(Person person) {
        return new Asker(person.id(), person.groups());
    }

    private static Status status(String name) {
        return Arrays.stream(Status.values())
                .filter(status -> status.name().equalsIgnoreCase(name))
                .findFirst()
                .orElseThrow(() -> Refusal.malformed(
                        List.of("state: must be one of " + List.of(Status.values()))));
    }
}
