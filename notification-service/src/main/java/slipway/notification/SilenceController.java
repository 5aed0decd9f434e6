package slipway.notification;

import java.net.URI;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.springframework.http.ResponseEntity;
import org.springframework.security.core.annotation.AuthenticationPrincipal;
import org.springframework.security.oauth2.jwt.Jwt;
import org.springframework.web.bind.annotation.GetMapping;
import org.springframework.web.bind.annotation.PathVariable;
import org.springframework.web.bind.annotation.PostMapping;
import org.springframework.web.bind.annotation.RequestBody;
import org.springframework.web.bind.annotation.RequestMapping;
import org.springframework.web.bind.annotation.RestController;
import slipway.decider.Decision;
import slipway.http.Form;
import slipway.http.Person;
import slipway.http.Refusal;
import slipway.messaging.Cause;
import slipway.messaging.Decisions;
import slipway.messaging.Outcome;
import slipway.notification.domain.SilenceDecider;
import slipway.notification.domain.SilenceDecider.Command;
import slipway.notification.domain.SilenceDecider.State;
import slipway.notification.domain.SilenceEvent;

/// Silences over HTTP: everybody sees them, operators and change-managers declare and end them.
@RestController
@RequestMapping("/silences")
class SilenceController {

    private static final Set<String> GROUPS = Set.of("operators", "change-managers");

    private final Decisions<Command, State, SilenceEvent> decisions;
    private final Silences silences;

    SilenceController(Decisions<Command, State, SilenceEvent> decisions, Silences silences) {
        this.decisions = decisions;
        this.silences = silences;
    }

    @GetMapping
    List<Silences.Line> list() {
        return silences.list();
    }

    /// `match` as in a route, `until`, `reason`; `from` is now when it is not there.
    @PostMapping
    ResponseEntity<Map<String, String>> declare(@RequestBody Form form, @AuthenticationPrincipal Jwt token) {
        Person by = allowed(token);
        Instant now = Instant.now().truncatedTo(ChronoUnit.MILLIS);
        Command.Declare declare = new Command.Declare(
                RoutingTree.matches(form.part("match")).stream().map(Silences::matcher).toList(),
                form.has("from") ? form.time("from", now) : now,
                form.time("until", now),
                form.text("reason"),
                by.id(),
                now);
        // Looked at before it gets a number: what is refused leaves no gap.
        List<String> against = new SilenceDecider().decide(declare, new State.None())
                        instanceof Decision.Refused<SilenceEvent>(var reasons)
                ? reasons
                : List.of();
        List<String> faults = form.faultsWith(against);
        if (!faults.isEmpty()) {
            throw Refusal.unacceptable(faults);
        }
        String id = silences.nextId();
        if (decisions.decide(id, declare, cause(by)) instanceof Outcome.Refused<State>(var reasons)) {
            throw Refusal.unacceptable(reasons);
        }
        return ResponseEntity.created(URI.create("/silences/" + id)).body(Map.of("id", id, "until", declare.until().toString()));
    }

    @PostMapping("/{id}/end")
    void end(@PathVariable String id, @AuthenticationPrincipal Jwt token) {
        Person by = allowed(token);
        if (decisions.state(id) instanceof State.None) {
            throw Refusal.unknown("there is no silence " + id);
        }
        if (decisions.decide(id, new Command.End(by.id(), Instant.now()), cause(by))
                instanceof Outcome.Refused<State>(var reasons)) {
            throw Refusal.conflict(reasons);
        }
    }

    private static Person allowed(Jwt token) {
        Person person = Person.of(token);
        if (person.groups().stream().noneMatch(GROUPS::contains)) {
            throw Refusal.forbidden(person.id() + " is neither in the group operators nor in change-managers");
        }
        return person;
    }

    private static Cause cause(Person by) {
        return Cause.person(by.id(), by.actors(), null);
    }
}
