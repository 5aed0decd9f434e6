package slipway.change;

import java.time.Clock;
import java.time.DateTimeException;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;
import org.springframework.web.bind.annotation.GetMapping;
import org.springframework.web.bind.annotation.PathVariable;
import org.springframework.web.bind.annotation.RequestMapping;
import org.springframework.web.bind.annotation.RequestParam;
import org.springframework.web.bind.annotation.RestController;
import slipway.change.Gates.View;
import slipway.change.domain.Verdict;
import slipway.http.Refusal;

/// The gate for pipelines: one verdict on a change, with the reason and the next possible moment.
@RestController
@RequestMapping("/api/gates")
class GateController {

    private static final Duration LONGEST_WAIT = Duration.ofSeconds(60);
    private static final Duration AGAIN = Duration.ofMillis(250);

    private final Asking asking;
    private final Gates gates;
    private final Clock clock;

    GateController(Asking asking, Gates gates, Clock clock) {
        this.asking = asking;
        this.gates = gates;
        this.clock = clock;
    }

    /// @param wait how long to wait while it is PENDING, at most a minute: `30s`, `PT30S`
    /// @param environment where it shall start; one that was not approved is DENIED
    @GetMapping("/{changeId}")
    View ask(
            @PathVariable String changeId,
            @RequestParam(required = false) @Nullable String wait,
            @RequestParam(required = false) @Nullable String environment)
            throws InterruptedException {
        Instant until = clock.instant().plus(duration(wait));
        while (true) {
            // Counted before: what comes while the verdict is found is looked at again.
            int facts = asking.facts(changeId).size();
            View view = gates.look(changeId, null, environment);
            if (view.verdict() != Verdict.Answer.PENDING || !clock.instant().isBefore(until)) {
                return view;
            }
            await(changeId, facts, until, view.nextMoment());
        }
    }

    /// Until the change has another fact, or time alone may bring another answer.
    private void await(String changeId, int facts, Instant until, @Nullable Instant next) throws InterruptedException {
        Instant end = next != null && next.isBefore(until) ? next : until;
        do {
            TimeUnit.MILLISECONDS.sleep(AGAIN.toMillis());
        } while (clock.instant().isBefore(end) && asking.facts(changeId).size() == facts);
    }

    private static Duration duration(@Nullable String text) {
        if (text == null || text.isBlank()) {
            return Duration.ZERO;
        }
        try {
            Duration wait = Duration.parse(text.matches("\\d+s") ? "PT" + text : text);
            if (!wait.isNegative() && wait.compareTo(LONGEST_WAIT) <= 0) {
                return wait;
            }
        } catch (DateTimeException _) {
            // Named below, like one out of bounds.
        }
        throw Refusal.malformed(List.of("wait: must be 0s to " + LONGEST_WAIT.toSeconds() + "s, not '" + text + "'"));
    }
}
