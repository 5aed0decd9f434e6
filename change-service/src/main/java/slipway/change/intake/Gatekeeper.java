package slipway.change.intake;

import java.io.IOException;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.Semaphore;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import org.springframework.beans.factory.annotation.Value;
import org.springframework.dao.DataAccessException;
import org.springframework.scheduling.annotation.Scheduled;
import org.springframework.stereotype.Component;
import org.springframework.transaction.support.TransactionTemplate;
import slipway.change.intake.Callbacks.Waiting;
import slipway.decider.Wording;

/// Calls back whoever waits at the gate, as soon as it is decided. An answer that may not have got there is given again; given twice, the second is not
/// taken, and the first stays known.
@Component
class Gatekeeper {

    private static final Logger LOG = LoggerFactory.getLogger(Gatekeeper.class);
    private static final Duration LOOK_AGAIN = Duration.ofSeconds(2);
    private static final Duration LONGEST_PAUSE = Duration.ofMinutes(10);
    private static final int MOST = 100;
    /// Then GitHub fails the job that waits ([its documentation](https://docs.github.com/actions/reference/workflows-and-actions/deployments-and-environments)).
    private static final Duration GITHUB_WAITS = Duration.ofDays(30);

    private final Callbacks callbacks;
    private final Deliveries deliveries;
    private final Subjects subjects;
    private final Sources sources;
    private final Verbs verbs;
    private final TransactionTemplate transaction;
    private final Duration patience;
    private final Semaphore turn = new Semaphore(1);

    /// @param patience while nobody asked for a change: what tells of it may be on its way
    Gatekeeper(
            Callbacks callbacks,
            Deliveries deliveries,
            Subjects subjects,
            Sources sources,
            Verbs verbs,
            TransactionTemplate transaction,
            @Value("${slipway.intake.gate-patience:2m}") Duration patience) {
        this.callbacks = callbacks;
        this.deliveries = deliveries;
        this.subjects = subjects;
        this.sources = sources;
        this.verbs = verbs;
        this.transaction = transaction;
        this.patience = patience;
    }

    /// At a rate, and so on a thread of its own: who waits for GitHub keeps no delivery waiting.
    @Scheduled(fixedRateString = "${slipway.intake.sweep-every:5s}")
    void answer() throws InterruptedException {
        if (!turn.tryAcquire()) {
            return;
        }
        try {
            for (int i = 0; i < MOST; i++) {
                Optional<Waiting> due = callbacks.due();
                if (due.isEmpty() || !decide(due.get())) {
                    return;
                }
            }
        } catch (DataAccessException e) {
            LOG.warn("who waits at the gate cannot be looked for, trying again: {}", e.toString());
        } finally {
            turn.release();
        }
    }

    /// @return false: nobody answers there, and the others would not be answered either
    private boolean decide(Waiting waiting) throws InterruptedException {
        try {
            answer(waiting);
            return true;
        } catch (IOException e) {
            later(waiting, pause(waiting), e.toString());
            return false;
        } catch (DataAccessException e) {
            throw e;
        } catch (RuntimeException e) {
            // One that cannot be decided stands in nobody's way.
            LOG.error("{} cannot be decided", waiting.deliveryId(), e);
            later(waiting, pause(waiting), "a fault of the service: " + e.getClass().getSimpleName());
            return true;
        }
    }

    private void answer(Waiting waiting) throws IOException, InterruptedException {
        Decision gate = decision(waiting);
        GitHubApp app = sources.here(deliveries.find(waiting.deliveryId()).orElseThrow().source()).app();
        if (gate.open() == null && waiting.waited().compareTo(GITHUB_WAITS) > 0) {
            through(waiting, null, "nobody was called back: GitHub waits for " + GITHUB_WAITS.toDays() + " days, and nothing was decided");
        } else if (gate.open() == null) {
            callbacks.again(waiting, LOOK_AGAIN, false);
        } else if (app == null) {
            through(waiting, gate.change(), "nobody was called back: no app is set up any more");
        } else {
            answer(waiting, app, gate, gate.open());
        }
    }

    /// @param change that decides; null: none
    /// @param open null: not decided yet
    private record Decision(@Nullable String change, @Nullable Boolean open, String reason) {}

    /// The change that was named decides. Otherwise one that is open is enough; while one is not decided nobody is sent away, nor as long as the one that it
    /// is for may be on its way.
    private Decision decision(Waiting waiting) {
        boolean named = !waiting.changeId().isEmpty();
        List<String> changes = named ? List.of(waiting.changeId()) : subjects.changes(waiting.about());
        List<Decision> decisions = changes.stream()
                .map(change -> {
                    Verbs.Gate gate = verbs.gate(change, waiting.service(), waiting.environment());
                    return new Decision(change, gate.open(), change + ": " + gate.reason());
                })
                .toList();
        Optional<Decision> deciding = decisions.stream()
                .filter(each -> Boolean.TRUE.equals(each.open()))
                .findFirst()
                .or(() -> decisions.stream().filter(each -> each.open() == null).findFirst());
        if (deciding.isPresent()) {
            return deciding.get();
        }
        String reasons = decisions.isEmpty()
                ? "nobody asked for a change of this"
                : decisions.stream().map(Decision::reason).collect(Collectors.joining("; "));
        boolean expected = !named && waiting.waited().compareTo(patience) < 0;
        return new Decision(decisions.isEmpty() ? null : changes.getFirst(), expected ? null : false, reasons);
    }

    private void answer(Waiting waiting, GitHubApp app, Decision gate, boolean open) throws IOException, InterruptedException {
        String comment = Wording.shortened(gate.reason());
        String answer = (open ? "approved: " : "rejected: ") + comment;
        GitHubApp.Said token = app.token(waiting.installation());
        if (!token.taken()) {
            refused(waiting, token);
            return;
        }
        if (!callbacks.answers(waiting, answer)) {
            return;
        }
        GitHubApp.Said said = app.review(token, waiting.url(), waiting.called(), open, comment);
        if (said.taken()) {
            through(waiting, gate.change(), answer);
        } else if (said.already() && waiting.answer() != null) {
            // The one that nobody heard of got there; this one is not taken any more.
            through(waiting, gate.change(), waiting.answer() + " (sent before, and once more, which was answered: HTTP 422 " + said.words() + ")");
        } else {
            callbacks.answers(waiting, waiting.answer());
            refused(waiting, said);
        }
    }

    private void refused(Waiting waiting, GitHubApp.Said said) {
        String words = "HTTP " + said.status() + " " + said.words();
        if (said.forGood()) {
            through(waiting, null, "the answer was not taken: " + words);
        } else {
            Duration pause = pause(waiting);
            later(waiting, said.retryAfter().filter(asked -> asked.compareTo(pause) > 0).orElse(pause), words);
        }
    }

    private static Duration pause(Waiting waiting) {
        Duration pause = LOOK_AGAIN.multipliedBy(1L << Math.min(waiting.tries(), 10));
        return pause.compareTo(LONGEST_PAUSE) < 0 ? pause : LONGEST_PAUSE;
    }

    private void later(Waiting waiting, Duration in, String why) {
        if (callbacks.again(waiting, in, true)) {
            LOG.warn("{} cannot be answered, again in {} s: {}", waiting.deliveryId(), in.toSeconds(), why);
            deliveries.told(waiting.deliveryId(), List.of("cannot be answered, trying again: " + why));
        }
    }

    private void through(Waiting waiting, @Nullable String change, String outcome) {
        transaction.executeWithoutResult(_ -> {
            if (callbacks.through(waiting)) {
                deliveries.told(waiting.deliveryId(), List.of(outcome));
                deliveries.ledTo(waiting.deliveryId(), change);
            }
        });
    }
}
