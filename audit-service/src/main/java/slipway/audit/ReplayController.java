package slipway.audit;

import java.time.Instant;
import java.util.List;
import org.jspecify.annotations.Nullable;
import org.springframework.http.HttpStatus;
import org.springframework.security.core.annotation.AuthenticationPrincipal;
import org.springframework.security.oauth2.jwt.Jwt;
import org.springframework.web.bind.annotation.GetMapping;
import org.springframework.web.bind.annotation.PathVariable;
import org.springframework.web.bind.annotation.PostMapping;
import org.springframework.web.bind.annotation.RequestBody;
import org.springframework.web.bind.annotation.ResponseStatus;
import org.springframework.web.bind.annotation.RestController;
import slipway.audit.domain.BreachEvent.InvariantBroken;
import slipway.audit.domain.Invariant;
import slipway.http.Form;
import slipway.http.Person;
import slipway.http.Refusal;

/// Replays and verifies on demand; for auditors and operators. Both are started, and asked how far they are: 202 with a number, 400 for what
/// cannot be compared, 403 for others, 409 while another runs.
@RestController
class ReplayController {

    private static final String REPLAY = "replay";
    private static final String VERIFICATION = "verification";

    private final Replay replay;
    private final Verification verification;
    private final Conformance conformance;
    private final Conformance.Teller teller;
    private final Breaches breaches;
    private final Runs runs;

    ReplayController(Replay replay, Verification verification, Conformance conformance, Conformance.Teller teller, Breaches breaches, Runs runs) {
        this.replay = replay;
        this.verification = verification;
        this.conformance = conformance;
        this.teller = teller;
        this.breaches = breaches;
        this.runs = runs;
    }

    /// Which stories a replay compares; nothing of it: all.
    ///
    /// @param form `change`: one story; `from`: stories that began then or later; `to`: stories that began before
    private Selection selection(Form form) {
        Parameters parameters = new Parameters();
        String change = form.optionalText("change");
        String from = form.optionalText("from");
        String to = form.optionalText("to");
        form.faults().forEach(parameters::fault);
        Instant since = parameters.time("from", from);
        Instant until = parameters.time("to", to);
        if (change != null && change.isBlank()) {
            parameters.fault("change: which one?");
        }
        if (change != null && (from != null || to != null)) {
            parameters.fault("change: one story has no period; say either");
        }
        if (since != null && until != null && !since.isBefore(until)) {
            parameters.fault("to: is not after from");
        }
        parameters.check();
        if (change != null && !replay.knows(change)) {
            throw Refusal.unknown("there is no story " + change);
        }
        return new Selection(change, since, until);
    }

    @PostMapping("/replays")
    @ResponseStatus(HttpStatus.ACCEPTED)
    Runs.Run replay(@AuthenticationPrincipal Jwt token, @RequestBody(required = false) @Nullable Form wanted) {
        Person person = auditor(token);
        Selection selection = wanted == null ? Selection.ALL : selection(wanted);
        return runs.start(REPLAY, person.id(), selection.toString(), (number, progress) -> {
            Replay.Report report = replay.run(selection, progress);
            if (selection.isAll() && !(report.identical() && report.faults().isEmpty())) {
                teller.tell(new Conformance.Broken(
                        REPLAY + "-" + number,
                        REPLAY + "-" + number,
                        new InvariantBroken(Invariant.REPLAY_IS_IDENTICAL, REPLAY + " " + number, null, String.join("; ", report.faults()))));
            }
            return report;
        });
    }

    @GetMapping("/replays/{number}")
    Runs.Run replay(@AuthenticationPrincipal Jwt token, @PathVariable long number) {
        return run(token, REPLAY, number);
    }

    @PostMapping("/verifications")
    @ResponseStatus(HttpStatus.ACCEPTED)
    Runs.Run verify(@AuthenticationPrincipal Jwt token) {
        Person person = auditor(token);
        return runs.start(VERIFICATION, person.id(), "", (_, progress) -> verification.run(progress));
    }

    @GetMapping("/verifications/{number}")
    Runs.Run verification(@AuthenticationPrincipal Jwt token, @PathVariable long number) {
        return run(token, VERIFICATION, number);
    }

    /// What was found broken.
    ///
    /// @param reach how far the facts were looked at
    /// @param found the newest first, at most 1,000
    record Broken(Conformance.Reach reach, List<Breaches.Breach> found) {}

    /// For every signed-in person.
    @GetMapping("/breaches")
    Broken breaches() {
        return new Broken(conformance.reach(), breaches.latest());
    }

    private Runs.Run run(Jwt token, String kind, long number) {
        auditor(token);
        return runs.find(number)
                .filter(run -> run.kind().equals(kind))
                .orElseThrow(() -> Refusal.unknown("there is no " + kind + " " + number));
    }

    static Person auditor(Jwt token) {
        Person person = Person.of(token);
        if (!person.groups().contains("auditors") && !person.groups().contains("operators")) {
            throw Refusal.forbidden("this is for the groups auditors and operators");
        }
        return person;
    }
}
