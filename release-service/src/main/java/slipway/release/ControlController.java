package slipway.release;

import java.time.Clock;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Set;
import org.jspecify.annotations.Nullable;
import org.springframework.http.HttpHeaders;
import org.springframework.http.ResponseEntity;
import org.springframework.security.core.annotation.AuthenticationPrincipal;
import org.springframework.security.oauth2.jwt.Jwt;
import org.springframework.web.bind.annotation.PathVariable;
import org.springframework.web.bind.annotation.PostMapping;
import org.springframework.web.bind.annotation.RequestBody;
import org.springframework.web.bind.annotation.RequestHeader;
import org.springframework.web.bind.annotation.RequestMapping;
import org.springframework.web.bind.annotation.RestController;
import slipway.decider.Wording;
import slipway.http.ETag;
import slipway.http.Form;
import slipway.http.Person;
import slipway.http.Refusal;
import slipway.messaging.Cause;
import slipway.messaging.Decisions;
import slipway.messaging.Outcome;
import slipway.release.domain.Instruction;
import slipway.release.domain.ReleaseCommand;
import slipway.release.domain.ReleaseEvent;
import slipway.release.domain.ReleaseState;
import slipway.release.domain.RollbackCause;

/// What people do with a release under way. 404: no such release; 403: not for this person; 409: not in the state it is in; 412: it
/// went on since it was looked at (`If-Match`); 422: the reason is missing.
@RestController
@RequestMapping("/releases/{id}")
class ControlController {

    static final Set<String> MAY_ACT = Set.of("operators", "change-managers");

    private final Decisions<ReleaseCommand, ReleaseState, ReleaseEvent> releases;
    private final ReleaseController reading;
    private final Catalogue catalogue;
    private final Inspection inspection;
    private final Clock clock;

    ControlController(
            Decisions<ReleaseCommand, ReleaseState, ReleaseEvent> releases,
            ReleaseController reading,
            Catalogue catalogue,
            Inspection inspection,
            Clock clock) {
        this.releases = releases;
        this.reading = reading;
        this.catalogue = catalogue;
        this.inspection = inspection;
        this.clock = clock;
    }

    /// Who asks for what.
    record Ask(Person person, String reason) {

        /// The reason with the person before it, as it stands in facts.
        String words() {
            return person.id() + ": " + reason;
        }

        /// Kept beside what follows from it.
        ReleaseCommand instructs(Instruction instruction, ReleaseCommand what) {
            return new ReleaseCommand.Instruct(instruction, words(), what);
        }
    }

    @PostMapping("/{verb:pause|resume|promote|start|retry|abort|rollback|resolve|approve-restore|decline-restore}")
    ResponseEntity<ReleaseView> act(
            @PathVariable String id,
            @PathVariable String verb,
            @RequestBody Form form,
            @AuthenticationPrincipal Jwt token,
            @RequestHeader(name = HttpHeaders.IF_MATCH, required = false) @Nullable String match)
            throws InterruptedException {
        ReleaseView before = reading.view(id);
        Person person = actor(token);
        String reason = form.text("reason");
        List<String> faults = new ArrayList<>(form.faults());
        faults.addAll(Wording.reason("reason", reason));
        if (!faults.isEmpty()) {
            throw Refusal.unacceptable(faults);
        }
        // The story is that of its change, whoever steps in.
        Cause cause = Cause.person(
                person.id(), person.actors(), before.plan().changeIds().getFirst());
        Verb asked = Verb.of(verb);
        ReleaseCommand command = command(asked, id, new Ask(person, reason));
        // What was seen has to be what is decided about.
        String held = asked == Verb.RESOLVE && match == null ? ETag.of(before.sequence()) : match;
        List<String> refused = decide(id, command, cause, held);
        if (!refused.isEmpty()) {
            throw Refusal.conflict(refused);
        }
        return reading.show(id);
    }

    /// @param match the `If-Match` that came with it; null: none
    /// @return why it is refused; empty: it is not
    /// @throws Refusal 412
    List<String> decide(String id, ReleaseCommand command, Cause cause, @Nullable String match) {
        return switch (decideAt(id, command, cause, match)) {
            case Outcome.Accepted<ReleaseState> _ -> List.of();
            case Outcome.Refused<ReleaseState>(var reasons) -> reasons;
            case Outcome.Outdated<ReleaseState>(var sequence) ->
                throw Refusal.outdated("it was meant for " + match + ", but " + id + " is at \"" + sequence + "\"");
        };
    }

    private enum Verb {
        PAUSE,
        RESUME,
        PROMOTE,
        START,
        RETRY,
        ABORT,
        ROLLBACK,
        RESOLVE,
        APPROVE_RESTORE,
        DECLINE_RESTORE;

        static Verb of(String path) {
            return valueOf(path.replace('-', '_').toUpperCase(Locale.ROOT));
        }
    }

    private ReleaseCommand command(Verb verb, String id, Ask ask) throws InterruptedException {
        Person person = ask.person();
        return switch (verb) {
            case PAUSE -> new ReleaseCommand.Pause(ask.words());
            case RESUME -> ask.instructs(Instruction.RESUME, new ReleaseCommand.AskToResume(List.of()));
            case PROMOTE -> new ReleaseCommand.Promote(ask.words(), clock.instant());
            case START -> ask.instructs(Instruction.START, new ReleaseCommand.Begin(true, clock.instant()));
            case RETRY ->
                ask.instructs(Instruction.RETRY, new ReleaseCommand.Retry(catalogue.stages(releases.state(id)), clock.instant()));
            case ABORT -> new ReleaseCommand.Abort(ask.words(), person.everybody(), clock.instant());
            case ROLLBACK -> {
                List<String> later = reading.laterThan(id);
                if (!later.isEmpty()) {
                    throw Refusal.conflict(later);
                }
                yield new ReleaseCommand.RollBack(RollbackCause.PERSON, ask.words(), person.everybody(), clock.instant());
            }
            case RESOLVE -> new ReleaseCommand.Resolve(ask.words(), inspection.left(id, releases.state(id)));
            case APPROVE_RESTORE ->
                ask.instructs(
                        Instruction.APPROVE_RESTORE,
                        new ReleaseCommand.ApproveRestore(person.id(), person.actors()));
            case DECLINE_RESTORE ->
                new ReleaseCommand.DeclineRestore(person.id(), person.actors(), ask.reason());
        };
    }

    /// @throws Refusal 403
    Person actor(Jwt token) {
        Person person = Person.of(token);
        if (person.groups().stream().noneMatch(MAY_ACT::contains)) {
            throw Refusal.forbidden(person.id() + " is in none of the groups " + MAY_ACT.stream().sorted().toList());
        }
        return person;
    }

    private Outcome<ReleaseState> decideAt(String id, ReleaseCommand command, Cause cause, @Nullable String match) {
        Long sequence = ETag.meantFor(match);
        return sequence == null
                ? releases.decide(id, command, cause)
                : releases.decideAt(sequence, id, command, cause);
    }
}
