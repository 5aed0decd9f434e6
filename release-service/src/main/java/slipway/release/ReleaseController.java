package slipway.release;

import java.util.List;
import java.util.Set;
import org.springframework.security.core.annotation.AuthenticationPrincipal;
import org.springframework.security.oauth2.jwt.Jwt;
import org.springframework.web.bind.annotation.GetMapping;
import org.springframework.web.bind.annotation.PathVariable;
import org.springframework.web.bind.annotation.PostMapping;
import org.springframework.web.bind.annotation.RequestBody;
import org.springframework.web.bind.annotation.RequestMapping;
import org.springframework.web.bind.annotation.RestController;
import slipway.http.Form;
import slipway.http.Person;
import slipway.http.Refusal;
import slipway.messaging.Cause;
import slipway.messaging.Decisions;
import slipway.messaging.Outcome;
import slipway.release.domain.ReleaseCommand;
import slipway.release.domain.ReleaseEvent;
import slipway.release.domain.ReleaseState;
import slipway.release.domain.Stage;

/// Releases over HTTP. 404: no such release; 403: not for this person; 409: not in the state it is in.
@RestController
@RequestMapping("/releases")
class ReleaseController {

    private static final Set<String> MAY_ACT = Set.of("operators", "change-managers");

    private final Decisions<ReleaseCommand, ReleaseState, ReleaseEvent> releases;
    private final ReleaseRegister register;
    private final Catalogue catalogue;

    ReleaseController(
            Decisions<ReleaseCommand, ReleaseState, ReleaseEvent> releases,
            ReleaseRegister register,
            Catalogue catalogue) {
        this.releases = releases;
        this.register = register;
        this.catalogue = catalogue;
    }

    @GetMapping
    List<ReleaseRegister.Line> list() {
        return register.list();
    }

    @GetMapping("/{id}")
    ReleaseView show(@PathVariable String id) {
        ReleaseView view = ReleaseView.of(id, releases.state(id), releases.facts(id));
        if (view == null) {
            throw Refusal.unknown("there is no release " + id);
        }
        return view;
    }

    @PostMapping("/{id}/retry")
    ReleaseView retry(@PathVariable String id, @AuthenticationPrincipal Jwt token) {
        Person person = actor(id, token);
        ReleaseState state = releases.state(id);
        List<Stage> stages = state instanceof ReleaseState.Open open
                ? catalogue.stages(
                        open.journey().plan().service(), open.journey().plan().environments())
                : List.of();
        return decide(id, new ReleaseCommand.Retry(stages), person);
    }

    @PostMapping("/{id}/abort")
    ReleaseView abort(
            @PathVariable String id, @RequestBody Form form, @AuthenticationPrincipal Jwt token) {
        Person person = actor(id, token);
        String reason = form.text("reason");
        if (reason.isBlank()) {
            form.fault("reason", "is missing");
        }
        List<String> faults = form.faults();
        if (!faults.isEmpty()) {
            throw Refusal.unacceptable(faults);
        }
        return decide(id, new ReleaseCommand.Abort(person.id() + ": " + reason), person);
    }

    private Person actor(String id, Jwt token) {
        show(id);
        Person person = Person.of(token);
        if (person.groups().stream().noneMatch(MAY_ACT::contains)) {
            throw Refusal.forbidden(person.id() + " is in none of the groups " + MAY_ACT.stream().sorted().toList());
        }
        return person;
    }

    private ReleaseView decide(String id, ReleaseCommand command, Person person) {
        if (releases.decide(id, command, Cause.person(person.id(), null))
                instanceof Outcome.Refused<ReleaseState>(var reasons)) {
            throw Refusal.conflict(reasons);
        }
        return show(id);
    }
}
