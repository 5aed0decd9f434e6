package slipway.change;

import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.time.Clock;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import org.jspecify.annotations.Nullable;
import org.springframework.http.HttpStatus;
import org.springframework.http.ResponseEntity;
import org.springframework.security.core.annotation.AuthenticationPrincipal;
import org.springframework.security.oauth2.jwt.Jwt;
import org.springframework.transaction.support.TransactionTemplate;
import org.springframework.web.bind.annotation.GetMapping;
import org.springframework.web.bind.annotation.PathVariable;
import org.springframework.web.bind.annotation.PostMapping;
import org.springframework.web.bind.annotation.RequestBody;
import org.springframework.web.bind.annotation.RequestMapping;
import org.springframework.web.bind.annotation.RequestParam;
import org.springframework.web.bind.annotation.ResponseStatus;
import org.springframework.web.bind.annotation.RestController;
import slipway.change.calendar.Freeze;
import slipway.change.calendar.FreezeScope;
import slipway.change.domain.Asker;
import slipway.change.domain.ChangeCommand;
import slipway.change.domain.ChangeEvent;
import slipway.change.domain.ChangeState;
import slipway.change.domain.Dossier;
import slipway.change.domain.FreezeDecider;
import slipway.change.domain.FreezeEvent;
import slipway.change.hindsight.Rehearsal;
import slipway.decider.Decision;
import slipway.decider.Wording;
import slipway.http.Document;
import slipway.http.Form;
import slipway.http.Person;
import slipway.http.Refusal;
import slipway.messaging.Cause;
import slipway.messaging.Decisions;
import slipway.messaging.Outcome;

/// Freezes over HTTP.
@RestController
@RequestMapping("/freezes")
class FreezeController {

    private static final String DEFAULT_APPROVERS = "change-managers";

    private final Decisions<FreezeDecider.Command, FreezeDecider.State, FreezeEvent> decisions;
    private final Decisions<ChangeCommand, ChangeState, ChangeEvent> changes;
    private final Freezes freezes;
    private final Situation situation;
    private final TransactionTemplate transaction;
    private final Hindsight hindsight;
    private final Clock clock;

    FreezeController(
            Decisions<FreezeDecider.Command, FreezeDecider.State, FreezeEvent> decisions,
            Decisions<ChangeCommand, ChangeState, ChangeEvent> changes,
            Freezes freezes,
            Situation situation,
            TransactionTemplate transaction,
            Hindsight hindsight,
            Clock clock) {
        this.decisions = decisions;
        this.changes = changes;
        this.freezes = freezes;
        this.situation = situation;
        this.transaction = transaction;
        this.hindsight = hindsight;
        this.clock = clock;
    }

    /// @param holds ids of the changes that it holds, or would
    record Declared(@Nullable String id, List<String> holds) {}

    @GetMapping
    List<Freezes.Line> list() {
        return freezes.all();
    }

    /// What it would hold; nothing is stored.
    @PostMapping("/preview")
    Declared preview(@RequestBody Form form, @AuthenticationPrincipal Jwt token) {
        FreezeDecider.Declare declare = read(form, manager(token));
        acceptable(declare);
        return new Declared(null, holds("", declare));
    }

    /// What it would have held of what was in the calendar since then, what became of that, and what it would hold now; nothing is
    /// stored.
    ///
    /// @param since a day, a moment, or `90d`
    /// @param until likewise; without it: now
    /// @param limit so many of each list; totals are of all
    @PostMapping("/rehearsals")
    Rehearsal.Report rehearse(
            @RequestBody Form form,
            @RequestParam String since,
            @RequestParam(required = false) @Nullable String until,
            @RequestParam(defaultValue = PolicyController.LISTED) int limit,
            @AuthenticationPrincipal Jwt token) {
        Asker by = manager(token);
        Instant now = clock.instant();
        Period period = Period.read(since, until, limit, now);
        FreezeDecider.Declare declare = read(form, by);
        acceptable(declare);
        return hindsight.rehearse(freeze("", declare), period.time(), period.listed(), now);
    }

    @PostMapping
    ResponseEntity<Declared> declare(
            @RequestBody Form form, @AuthenticationPrincipal Jwt token) {
        FreezeDecider.Declare declare = read(form, manager(token));
        String id = declare(declare);
        return ResponseEntity.created(URI.create("/freezes/" + id)).body(new Declared(id, holds(id, declare)));
    }

    /// Declares every event of a calendar, or none. An event that came before (by its UID) replaces its freeze; our own calendar makes
    /// none, because what it says holds already.
    ///
    /// @param zone in which whole days begin
    /// @return ids of the freezes that are of this calendar
    @PostMapping(path = "/ics", consumes = "text/calendar")
    @ResponseStatus(HttpStatus.CREATED)
    List<String> take(
            @RequestBody Document calendar,
            @RequestParam(defaultValue = DEFAULT_APPROVERS) String approverGroup,
            @RequestParam(defaultValue = "") String zone,
            @AuthenticationPrincipal Jwt token) {
        Ics.Imported imported = Ics.read(new String(calendar.bytes(), StandardCharsets.UTF_8), zone);
        if (!imported.faults().isEmpty()) {
            throw Refusal.unacceptable(imported.faults());
        }
        Asker by = manager(token);
        if (imported.own()) {
            return List.of();
        }
        return transaction.execute(_ -> {
            List<String> ids = new ArrayList<>();
            for (Ics.Entry entry : imported.entries()) {
                String reason = entry.description().isBlank() ? entry.summary() : entry.description();
                ids.add(replace(new FreezeDecider.Declare(
                        by,
                        entry.summary(),
                        reason,
                        entry.scope(),
                        entry.when(),
                        approverGroup,
                        entry.uid(),
                        Set.of(),
                        situation.environments(),
                        List.of())));
            }
            return ids;
        });
    }

    private String replace(FreezeDecider.Declare declare) {
        Freeze before = freezes.ofEvent(String.valueOf(declare.uid())).orElse(null);
        if (before != null
                && before.equals(new Freeze(
                        before.id(),
                        declare.name(),
                        declare.reason(),
                        declare.scope(),
                        declare.when(),
                        declare.approverGroup(),
                        before.letThrough()))) {
            return before.id();
        }
        String id = declare(declare);
        if (before != null) {
            // After the new one holds: in between nothing starts.
            decisions.decide(
                    before.id(),
                    new FreezeDecider.Lift(declare.by(), "replaced by " + id + ": its calendar was read again"),
                    Cause.person(declare.by().id(), declare.by().actors(), null));
        }
        return id;
    }

    @PostMapping("/{id}/lift")
    void lift(@PathVariable String id, @RequestBody Form form, @AuthenticationPrincipal Jwt token) {
        Asker by = manager(token);
        act(id, new FreezeDecider.Lift(by, Asking.reason(form)), form, by);
    }

    /// Lets one change through.
    @PostMapping("/{id}/override")
    void letThrough(@PathVariable String id, @RequestBody Form form, @AuthenticationPrincipal Jwt token) {
        Asker by = asker(token);
        if (decisions.state(id) instanceof FreezeDecider.Holding(var approvers, _)) {
            Person.of(token).needs(approvers);
        }
        String changeId = Asking.needed(form, "changeId", Wording::name);
        String reason = Asking.reason(form);
        if (!form.faults().isEmpty()) {
            throw Refusal.unacceptable(form.faults());
        }
        if (!(changes.state(changeId) instanceof ChangeState.Known known)) {
            throw Refusal.unacceptable(List.of("changeId: there is no open change " + changeId));
        }
        Dossier dossier = known.dossier();
        act(id, new FreezeDecider.LetThrough(by, changeId, dossier.digest(), dossier.parties(), reason), form, by);
    }

    private void act(String id, FreezeDecider.Command command, Form form, Asker by) {
        List<String> unread = form.faults();
        if (!unread.isEmpty()) {
            throw Refusal.unacceptable(unread);
        }
        if (decisions.facts(id).isEmpty()) {
            throw Refusal.unknown("there is no freeze " + id);
        }
        if (decisions.decide(id, command, Cause.person(by.id(), by.actors(), null))
                instanceof Outcome.Refused<FreezeDecider.State>(var reasons)) {
            throw Refusal.conflict(reasons);
        }
    }

    private static void acceptable(FreezeDecider.Declare declare) {
        if (new FreezeDecider().decide(declare, new FreezeDecider.None())
                instanceof Decision.Refused<FreezeEvent>(var reasons)) {
            throw Refusal.unacceptable(reasons);
        }
    }

    private String declare(FreezeDecider.Declare declare) {
        // Looked at before it gets a number: what is refused leaves no gap.
        acceptable(declare);
        String id = freezes.nextId();
        if (decisions.decide(id, declare, Cause.person(declare.by().id(), declare.by().actors(), null))
                instanceof Outcome.Refused<FreezeDecider.State>(var reasons)) {
            throw Refusal.unacceptable(reasons);
        }
        return id;
    }

    private List<String> holds(String id, FreezeDecider.Declare declare) {
        return situation.heldBy(freeze(id, declare));
    }

    private static Freeze freeze(String id, FreezeDecider.Declare declare) {
        return new Freeze(
                id,
                declare.name(),
                declare.reason(),
                declare.scope(),
                declare.when(),
                declare.approverGroup(),
                Set.of());
    }

    private FreezeDecider.Declare read(Form form, Asker by) {
        Form scope = form.part("scope");
        String approvers = form.optionalText("approverGroup");
        FreezeDecider.Declare declare = new FreezeDecider.Declare(
                by,
                form.text("name"),
                form.text("reason"),
                new FreezeScope(
                        scope.texts("environments"), scope.texts("services"), scope.texts("configurationItems")),
                InventoryForm.recurrence(form.part("when")),
                approvers == null ? DEFAULT_APPROVERS : approvers,
                null,
                Set.of(),
                situation.environments(),
                List.of());
        return new FreezeDecider.Declare(
                by,
                declare.name(),
                declare.reason(),
                declare.scope(),
                declare.when(),
                declare.approverGroup(),
                declare.uid(),
                declare.letThrough(),
                declare.environments(),
                form.faults());
    }

    private static Asker manager(Jwt token) {
        Person.of(token).needs(Asker.CHANGE_MANAGERS);
        return asker(token);
    }

    private static Asker asker(Jwt token) {
        Person person = Person.of(token);
        return Asking.asker(person);
    }
}
