package slipway.audit;

import java.time.Instant;
import java.util.ArrayList;
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
    private final Runs runs;

    ReplayController(Replay replay, Verification verification, Runs runs) {
        this.replay = replay;
        this.verification = verification;
        this.runs = runs;
    }

    /// Which stories a replay compares; nothing of it: all.
    record Wanted(@Nullable String change, @Nullable Instant from, @Nullable Instant to) {

        Selection selection() {
            List<String> faults = new ArrayList<>();
            if (change != null && change.isBlank()) {
                faults.add("change: which one?");
            }
            if (change != null && (from != null || to != null)) {
                faults.add("change: one story has no period; say either");
            }
            if (from != null && to != null && !from.isBefore(to)) {
                faults.add("to: is not after from");
            }
            if (!faults.isEmpty()) {
                throw Refusal.malformed(faults);
            }
            return new Selection(change, from, to);
        }
    }

    @PostMapping("/replays")
    @ResponseStatus(HttpStatus.ACCEPTED)
    Runs.Run replay(@AuthenticationPrincipal Jwt token, @RequestBody(required = false) @Nullable Wanted wanted) {
        Person person = auditor(token);
        Selection selection = wanted == null ? Selection.ALL : wanted.selection();
        return runs.start(REPLAY, person.id(), selection.toString(), progress -> replay.run(selection, progress));
    }

    @GetMapping("/replays/{number}")
    Runs.Run replay(@AuthenticationPrincipal Jwt token, @PathVariable long number) {
        return run(token, REPLAY, number);
    }

    @PostMapping("/verifications")
    @ResponseStatus(HttpStatus.ACCEPTED)
    Runs.Run verify(@AuthenticationPrincipal Jwt token) {
        Person person = auditor(token);
        return runs.start(VERIFICATION, person.id(), "", verification::run);
    }

    @GetMapping("/verifications/{number}")
    Runs.Run verification(@AuthenticationPrincipal Jwt token, @PathVariable long number) {
        return run(token, VERIFICATION, number);
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
