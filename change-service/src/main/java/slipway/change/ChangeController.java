package slipway.change;

import jakarta.servlet.http.HttpServletRequest;
import java.net.URI;
import java.time.Clock;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;
import org.springframework.http.HttpHeaders;
import org.springframework.http.HttpStatus;
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
import slipway.change.domain.RiskLevel;
import slipway.change.domain.VoteDecision;
import slipway.decider.Decision;
import slipway.http.Form;
import slipway.http.Person;
import slipway.http.Refusal;

/// Changes over HTTP. Bodies are JSON or YAML. 400: not readable; 422: a request for change with faults, each of them named;
/// 409: asked at the wrong time or by the wrong person; 412: meant for another state; 404: no such change. A refusal stores
/// nothing but, of a vote, that it was tried.
@RestController
@RequestMapping("/changes")
class ChangeController {

    private final Asking asking;
    private final ChangeRegister register;
    private final Situation situation;
    private final Delegations delegations;
    private final Attempts attempts;
    private final Clock clock;
    private final HttpServletRequest request;

    ChangeController(
            Asking asking,
            ChangeRegister register,
            Situation situation,
            Delegations delegations,
            Attempts attempts,
            Clock clock,
            HttpServletRequest request) {
        this.asking = asking;
        this.register = register;
        this.situation = situation;
        this.delegations = delegations;
        this.attempts = attempts;
        this.clock = clock;
        this.request = request;
    }

    @PostMapping
    ResponseEntity<ChangeView> submit(
            @RequestBody Form form,
            @AuthenticationPrincipal Jwt token) {
        Person person = Person.of(token);
        Instant now = clock.instant();
        RfcForm written = RfcForm.read(form, person.id(), now);
        ChangeCommand submit =
                new ChangeCommand.Submit(written.rfc(), written.unread(), situation.of("", written.rfc(), now));
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
        return created(asking.anew(new ChangeCommand.SaveDraft(asker(person), written.rfc()), person));
    }

    private ResponseEntity<ChangeView> created(String id) {
        ChangeView view = asking.view(id);
        return ResponseEntity.created(URI.create("/changes/" + id)).eTag(etag(view)).body(view);
    }

    /// @param after the cursor that the page before ended with
    @GetMapping
    ChangeRegister.Page list(
            @RequestParam Map<String, String> filters, @RequestParam(required = false) @Nullable String after) {
        return register.list(ChangeFilter.read(filters), after);
    }

    @GetMapping("/{id}")
    ResponseEntity<ChangeView> show(@PathVariable String id) {
        return answer(asking.view(id));
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
                ? new ChangeCommand.SaveDraft(asker(person), written.rfc())
                : new ChangeCommand.Amend(
                        asker(person), written.rfc(), written.unread(), situation.of(id, written.rfc(), now));
        return answer(asking.decide(id, command, person, sequence(meantFor)));
    }

    /// Submits a draft.
    @PostMapping("/{id}/submit")
    ResponseEntity<ChangeView> submitDraft(@PathVariable String id, @AuthenticationPrincipal Jwt token) {
        Person person = Person.of(token);
        if (!(asking.state(id) instanceof ChangeState.Draft(var dossier))) {
            throw Refusal.conflict(List.of(id + " is no draft"));
        }
        if (!dossier.rfc().requester().equals(person.id())) {
            throw Refusal.conflict(List.of("only its requester " + dossier.rfc().requester() + " submits a draft"));
        }
        return answer(asking.judge(
                id,
                new ChangeCommand.Submit(dossier.rfc(), List.of(), situation.of(id, dossier.rfc())),
                person));
    }

    @PostMapping("/{id}/revise")
    ResponseEntity<ChangeView> revise(@PathVariable String id, @AuthenticationPrincipal Jwt token) {
        Person person = Person.of(token);
        return answer(asking.decide(
                id,
                new ChangeCommand.Revise(asker(person)),
                person,
                sequence(request.getHeader(HttpHeaders.IF_MATCH))));
    }

    @PostMapping("/{id}/votes")
    ResponseEntity<ChangeView> vote(
            @PathVariable String id, @RequestBody Form form, @AuthenticationPrincipal Jwt token) {
        Person person = Person.of(token);
        String principal = form.optionalText("onBehalfOf");
        ChangeCommand vote = new ChangeCommand.CastVote(
                person.id(),
                principal,
                principal != null && delegations.delegated(principal, person.id(), clock.instant()),
                form.optionalText("stage"),
                form.word("decision", VoteDecision.class, VoteDecision.UNKNOWN),
                form.optionalText("reason"),
                form.optionalText("planDigest"),
                clock.instant());
        return attempt(id, vote, form, person);
    }

    /// Whoever tries to approve and may not leaves a trace.
    private ResponseEntity<ChangeView> attempt(String id, ChangeCommand command, Form form, Person person) {
        try {
            return act(id, command, form, person);
        } catch (Refusal refusal) {
            if (refusal.getStatusCode() == HttpStatus.CONFLICT) {
                attempts.refused(id, person.id(), true, refusal.reasons());
            }
            throw refusal;
        }
    }

    @PostMapping("/{id}/cancel")
    ResponseEntity<ChangeView> cancel(
            @PathVariable String id, @RequestBody Form form, @AuthenticationPrincipal Jwt token) {
        Person person = Person.of(token);
        return act(id, new ChangeCommand.Cancel(asker(person), form.text("reason")), form, person);
    }

    @PostMapping("/{id}/hold")
    ResponseEntity<ChangeView> hold(
            @PathVariable String id, @RequestBody Form form, @AuthenticationPrincipal Jwt token) {
        Person person = Person.of(token);
        return act(id, new ChangeCommand.PutOnHold(asker(person), form.text("reason")), form, person);
    }

    @PostMapping("/{id}/unhold")
    ResponseEntity<ChangeView> unhold(
            @PathVariable String id, @RequestBody Form form, @AuthenticationPrincipal Jwt token) {
        Person person = Person.of(token);
        return act(id, new ChangeCommand.LiftHold(asker(person), form.text("reason")), form, person);
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
                asker(person),
                form.word("level", RiskLevel.class, RiskLevel.UNKNOWN),
                form.text("reason"),
                situation.of(id, known.dossier().rfc()));
        return act(id, raise, form, person);
    }

    @PostMapping("/{id}/break-glass")
    ResponseEntity<ChangeView> breakGlass(
            @PathVariable String id, @RequestBody Form form, @AuthenticationPrincipal Jwt token) {
        Person person = Person.of(token);
        return attempt(
                id, new ChangeCommand.BreakGlass(asker(person), form.text("reason"), clock.instant()), form, person);
    }

    @PostMapping("/{id}/ratification")
    ResponseEntity<ChangeView> ratify(
            @PathVariable String id, @RequestBody Form form, @AuthenticationPrincipal Jwt token) {
        Person person = Person.of(token);
        ChangeCommand ratify = new ChangeCommand.Ratify(
                person.id(),
                form.word("decision", VoteDecision.class, VoteDecision.UNKNOWN),
                form.text("reason"),
                clock.instant());
        return attempt(id, ratify, form, person);
    }

    @PostMapping("/{id}/review")
    ResponseEntity<ChangeView> review(
            @PathVariable String id, @RequestBody Form form, @AuthenticationPrincipal Jwt token) {
        Person person = Person.of(token);
        person.needs(Asker.CHANGE_MANAGERS);
        ChangeCommand review = new ChangeCommand.Review(
                asker(person), outcome(form), form.text("findings"), form.optionalText("incidentRef"));
        return act(id, review, form, person);
    }

    @PostMapping("/{id}/close")
    ResponseEntity<ChangeView> close(
            @PathVariable String id, @RequestBody Form form, @AuthenticationPrincipal Jwt token) {
        Person person = Person.of(token);
        person.needs(Asker.CHANGE_MANAGERS);
        return act(id, new ChangeCommand.Close(asker(person), outcome(form)), form, person);
    }

    @PostMapping("/{id}/outcome")
    ResponseEntity<ChangeView> reclassify(
            @PathVariable String id, @RequestBody Form form, @AuthenticationPrincipal Jwt token) {
        Person person = Person.of(token);
        person.needs(Asker.CHANGE_MANAGERS);
        ChangeCommand again = new ChangeCommand.ReclassifyOutcome(
                asker(person), outcome(form), form.text("incidentRef"), form.text("reason"));
        return act(id, again, form, person);
    }

    private ResponseEntity<ChangeView> act(String id, ChangeCommand command, Form form, Person person) {
        asking.facts(id);
        List<String> unread = form.faults();
        if (!unread.isEmpty()) {
            throw Refusal.unacceptable(unread);
        }
        return answer(asking.decide(id, command, person, sequence(request.getHeader(HttpHeaders.IF_MATCH))));
    }

    private static ResponseEntity<ChangeView> answer(ChangeView view) {
        return ResponseEntity.ok().eTag(etag(view)).body(view);
    }

    private static String etag(ChangeView view) {
        return "\"" + view.sequence() + "\"";
    }

    private static @Nullable Long sequence(@Nullable String etag) {
        if (etag == null || etag.equals("*")) {
            return null;
        }
        try {
            return Long.parseLong(etag.replace("\"", "").strip());
        } catch (NumberFormatException _) {
            throw Refusal.malformed(List.of("If-Match: must be the ETag of a change, such as \"7\""));
        }
    }

    private static Outcome outcome(Form form) {
        return form.word("outcome", Outcome.class, Outcome.UNKNOWN);
    }

    private static Asker asker(Person person) {
        return new Asker(person.id(), person.groups());
    }
}
