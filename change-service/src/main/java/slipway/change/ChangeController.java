package slipway.change;

import java.net.URI;
import java.time.Clock;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;
import org.springframework.http.HttpHeaders;
import org.springframework.http.ResponseEntity;
import org.springframework.security.core.annotation.AuthenticationPrincipal;
import org.springframework.security.oauth2.jwt.Jwt;
import org.springframework.web.bind.annotation.GetMapping;
import org.springframework.web.bind.annotation.PathVariable;
import org.springframework.web.bind.annotation.PostMapping;
import org.springframework.web.bind.annotation.PutMapping;
import org.springframework.web.bind.annotation.RequestBody;
import org.springframework.web.bind.annotation.RequestHeader;
import org.springframework.web.bind.annotation.RequestMapping;
import org.springframework.web.bind.annotation.RequestParam;
import org.springframework.web.bind.annotation.RestController;
import slipway.change.domain.Asker;
import slipway.change.domain.ChangeCommand;
import slipway.change.domain.ChangeDecider;
import slipway.change.domain.ChangeEvent;
import slipway.change.domain.ChangeState;
import slipway.change.domain.Explanation;
import slipway.change.domain.Outcome;
import slipway.change.domain.Rfc;
import slipway.change.domain.RiskLevel;
import slipway.decider.Decision;
import slipway.decider.Wording;
import slipway.http.ETag;
import slipway.http.Form;
import slipway.http.Person;
import slipway.http.Refusal;

/// Changes over HTTP. Bodies are JSON or YAML. 400: not readable; 422: a request for change with faults, each of them named;
/// 409: asked at the wrong time or by the wrong person; 403: for another group; 412: meant for another state; 404: no such change. A refusal stores
/// nothing but, of a vote, that it was tried.
@RestController
@RequestMapping("/changes")
class ChangeController {

    private final Asking asking;
    private final ChangeRegister register;
    private final Situation situation;
    private final Clock clock;

    ChangeController(
            Asking asking,
            ChangeRegister register,
            Situation situation,
            Clock clock) {
        this.asking = asking;
        this.register = register;
        this.situation = situation;
        this.clock = clock;
    }

    @PostMapping
    ResponseEntity<ChangeView> submit(
            @RequestBody Form form,
            @AuthenticationPrincipal Jwt token) {
        Person person = Person.of(token);
        Instant now = clock.instant();
        RfcForm written = RfcForm.read(form, person.id(), now);
        ChangeCommand submit =
                new ChangeCommand.Submit(
                written.rfc(), Asking.asker(person).everybody(), written.unread(), situation.of("", written.rfc(), now));
        // Looked at before it gets a number: what is refused leaves no gap.
        if (new ChangeDecider().decide(submit, new ChangeState.Nothing())
                instanceof Decision.Refused<ChangeEvent>(var reasons)) {
            throw Refusal.unacceptable(reasons);
        }
        return created(asking.anew(submit, person));
    }

    /// Keeps what is written so far; its faults are named when it is submitted.
    @PostMapping("/drafts")
    ResponseEntity<ChangeView> draft(
            @RequestBody Form form,
            @AuthenticationPrincipal Jwt token) {
        Person person = Person.of(token);
        RfcForm written = RfcForm.draft(form, person.id(), clock.instant());
        return created(asking.anew(new ChangeCommand.SaveDraft(Asking.asker(person), written.rfc(), written.relative()), person));
    }

    private ResponseEntity<ChangeView> created(String id) {
        ChangeView view = asking.view(id);
        return ResponseEntity.created(URI.create("/changes/" + id)).eTag(ETag.of(view.sequence())).body(view);
    }

    /// @param after the cursor that the page before ended with
    @GetMapping
    ChangeRegister.Page list(
            @RequestParam Map<String, String> filters, @RequestParam(required = false) @Nullable String after) {
        return register.list(ChangeFilter.read(filters), after);
    }

    @GetMapping("/{id}")
    ResponseEntity<ChangeView> show(@PathVariable String id) {
        return Asking.answer(asking.view(id));
    }

    /// How the risk was calculated, and what follows from it.
    @GetMapping("/{id}/explanation")
    Explanation explain(@PathVariable String id) {
        return Explanation.of(asking.facts(id))
                .orElseThrow(() -> Refusal.conflict(List.of(id + " was not assessed yet")));
    }

    /// Saves a draft, or amends what was submitted: the whole request, as it shall be.
    ///
    /// @param meantFor ETag of the state that it was written for; 412 when there is a newer one
    @PutMapping("/{id}")
    ResponseEntity<ChangeView> put(
            @PathVariable String id,
            @RequestBody Form form,
            @RequestHeader(name = HttpHeaders.IF_MATCH, required = false) @Nullable String meantFor,
            @AuthenticationPrincipal Jwt token) {
        Person person = Person.of(token);
        ChangeView before = asking.view(id);
        String requester = before.rfc() == null ? person.id() : before.rfc().requester();
        boolean draft = before.state().equals("DRAFT");
        Instant now = clock.instant();
        RfcForm written = draft ? RfcForm.draft(form, requester, now) : RfcForm.read(form, requester, now);
        ChangeCommand command = draft
                ? new ChangeCommand.SaveDraft(Asking.asker(person), written.rfc(), written.relative())
                : new ChangeCommand.Amend(
                        Asking.asker(person), written.rfc(), written.unread(), situation.of(id, written.rfc(), now));
        if (command instanceof ChangeCommand.Amend amend) {
            List<String> faults = ChangeDecider.faults(amend, asking.state(id));
            if (!faults.isEmpty()) {
                throw Refusal.unacceptable(faults);
            }
        }
        return Asking.answer(asking.decide(id, command, person, ETag.meantFor(meantFor)));
    }

    /// Submits a draft.
    @PostMapping("/{id}/submit")
    ResponseEntity<ChangeView> submitDraft(@PathVariable String id, @AuthenticationPrincipal Jwt token) {
        Person person = Person.of(token);
        if (!(asking.state(id) instanceof ChangeState.Draft draft)) {
            throw Refusal.conflict(List.of(id + " is no draft"));
        }
        Instant now = clock.instant();
        Rfc rfc = draft.at(now);
        if (!rfc.requester().equals(person.id())) {
            throw Refusal.conflict(List.of("only its requester " + rfc.requester() + " submits a draft"));
        }
        return Asking.answer(asking.judgeAgain(
                id,
                new ChangeCommand.Submit(
                        rfc, Asking.asker(person).everybody(), List.of(), situation.of(id, rfc, now)),
                person));
    }

    @PostMapping("/{id}/revise")
    ResponseEntity<ChangeView> revise(@PathVariable String id, @AuthenticationPrincipal Jwt token) {
        Person person = Person.of(token);
        return asking.act(id, new ChangeCommand.Revise(Asking.asker(person)), person);
    }

    @PostMapping("/{id}/cancel")
    ResponseEntity<ChangeView> cancel(
            @PathVariable String id, @RequestBody Form form, @AuthenticationPrincipal Jwt token) {
        Person person = Person.of(token);
        return asking.act(id, new ChangeCommand.Cancel(Asking.asker(person), Asking.reason(form)), form, person);
    }

    @PostMapping("/{id}/hold")
    ResponseEntity<ChangeView> hold(
            @PathVariable String id, @RequestBody Form form, @AuthenticationPrincipal Jwt token) {
        Person person = Person.of(token);
        return asking.act(id, new ChangeCommand.PutOnHold(Asking.asker(person), Asking.reason(form)), form, person);
    }

    @PostMapping("/{id}/unhold")
    ResponseEntity<ChangeView> unhold(
            @PathVariable String id, @RequestBody Form form, @AuthenticationPrincipal Jwt token) {
        Person person = Person.of(token);
        return asking.act(id, new ChangeCommand.LiftHold(Asking.asker(person), Asking.reason(form)), form, person);
    }

    @PostMapping("/{id}/risk")
    ResponseEntity<ChangeView> raiseRisk(
            @PathVariable String id, @RequestBody Form form, @AuthenticationPrincipal Jwt token) {
        Person person = Person.of(token);
        person.needs(Asker.CHANGE_MANAGERS);
        ChangeState state = asking.state(id);
        if (!(state instanceof ChangeState.Known known)) {
            throw Refusal.conflict(List.of("the risk cannot be raised: the change is " + state.status()));
        }
        ChangeCommand raise = new ChangeCommand.RaiseRisk(
                Asking.asker(person),
                Asking.word(form, "level", RiskLevel.class, RiskLevel.UNKNOWN),
                Asking.reason(form),
                situation.of(id, known.dossier().rfc()));
        return asking.act(id, raise, form, person);
    }

    @PostMapping("/{id}/review")
    ResponseEntity<ChangeView> review(
            @PathVariable String id, @RequestBody Form form, @AuthenticationPrincipal Jwt token) {
        Person person = Person.of(token);
        person.needs(Asker.CHANGE_MANAGERS);
        ChangeCommand review = new ChangeCommand.Review(
                Asking.asker(person), outcome(form), Asking.needed(form, "findings", Wording::findings), form.optionalText("incidentRef"));
        return asking.act(id, review, form, person);
    }

    @PostMapping("/{id}/close")
    ResponseEntity<ChangeView> close(
            @PathVariable String id, @RequestBody Form form, @AuthenticationPrincipal Jwt token) {
        Person person = Person.of(token);
        person.needs(Asker.CHANGE_MANAGERS);
        return asking.act(id, new ChangeCommand.Close(Asking.asker(person), outcome(form)), form, person);
    }

    @PostMapping("/{id}/outcome")
    ResponseEntity<ChangeView> reclassify(
            @PathVariable String id, @RequestBody Form form, @AuthenticationPrincipal Jwt token) {
        Person person = Person.of(token);
        person.needs(Asker.CHANGE_MANAGERS);
        ChangeCommand again = new ChangeCommand.ReclassifyOutcome(
                Asking.asker(person), outcome(form), Asking.needed(form, "incidentRef", Wording::name), Asking.reason(form));
        Instant now = clock.instant();
        Instant at = form.has("happenedAt") ? form.time("happenedAt", now) : null;
        Rfc rfc = asking.view(id).rfc();
        Instant begins = rfc == null ? now : rfc.window().notBefore();
        if (at != null && at.isAfter(now)) {
            form.fault("happenedAt", "has not come yet");
        } else if (at != null && at.isBefore(begins)) {
            form.fault("happenedAt", "is before its window, which began at " + begins);
        }
        return asking.act(id, again, form, person, at);
    }

    private static Outcome outcome(Form form) {
        return Asking.word(form, "outcome", Outcome.class, Outcome.UNKNOWN);
    }

}
