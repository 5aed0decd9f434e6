package slipway.change.intake;

import java.io.IOException;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.stream.Collectors;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import org.springframework.beans.factory.annotation.Value;
import org.springframework.dao.DataAccessException;
import org.springframework.scheduling.annotation.Scheduled;
import org.springframework.stereotype.Component;
import org.springframework.transaction.support.TransactionTemplate;
import slipway.change.intake.Callbacks.Waiting;
import slipway.decider.Wording;

/// Calls back whoever waits at the gate, as soon as it is decided. An answer that did not get there is given again; given twice, the second is
/// not taken.
@Component
class Gatekeeper {

    private static final Logger LOG = LoggerFactory.getLogger(Gatekeeper.class);
    private static final Duration LOOK_AGAIN = Duration.ofSeconds(2);
    private static final Duration LONGEST_PAUSE = Duration.ofMinutes(10);
    /// Then others of this service have their turn, too.
    private static final int MOST = 100;

    private final Callbacks callbacks;
    private final Deliveries deliveries;
    private final Subjects subjects;
    private final Sources sources;
    private final Verbs verbs;
    private final TransactionTemplate transaction;
    private final Duration patience;

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

    @Scheduled(fixedDelayString = "${slipway.intake.sweep-every:5s}")
    void answer() throws InterruptedException {
        try {
            for (int i = 0; i < MOST; i++) {
                Optional<Waiting> due = callbacks.due();
                if (due.isEmpty()) {
                    return;
                }
                decide(due.get());
            }
        } catch (DataAccessException e) {
            LOG.warn("who waits at the gate cannot be looked for, trying again: {}", e.toString());
        }
    }

    private void decide(Waiting waiting) throws InterruptedException {
        try {
            answer(waiting);
        } catch (DataAccessException e) {
            throw e;
        } catch (RuntimeException e) {
            // One that cannot be decided stands in nobody's way.
            LOG.error("{} cannot be decided", waiting.deliveryId(), e);
            later(waiting, pause(waiting), "a fault of the service: " + e.getClass().getSimpleName());
        }
    }

    private void answer(Waiting waiting) throws InterruptedException {
        Verbs.Gate gate = gate(waiting);
        GitHubApp app = sources.here(deliveries.find(waiting.deliveryId()).orElseThrow().source()).app();
        if (gate.open() == null) {
            callbacks.again(waiting, LOOK_AGAIN, false);
        } else if (app == null) {
            through(waiting, "nobody was called back: no app is set up any more");
        } else {
            answer(waiting, app, gate.open(), gate.reason());
        }
    }

    /// The change that was named decides. Otherwise one that is open is enough, and while one is not decided nobody is sent away.
    private Verbs.Gate gate(Waiting waiting) {
        List<String> changes =
                waiting.changeId().isEmpty() ? subjects.changes(waiting.about()) : List.of(waiting.changeId());
        if (changes.isEmpty()) {
            boolean expected = waiting.waited().compareTo(patience) < 0;
            return new Verbs.Gate(expected ? null : false, "nobody asked for a change of this");
        }
        List<Verbs.Gate> gates = changes.stream()
                .map(change -> {
                    Verbs.Gate gate = verbs.gate(change, waiting.service(), waiting.environment());
                    return new Verbs.Gate(gate.open(), change + ": " + gate.reason());
                })
                .toList();
        return gates.stream()
                .filter(gate -> Boolean.TRUE.equals(gate.open()))
                .findFirst()
                .or(() -> gates.stream().filter(gate -> gate.open() == null).findFirst())
                .orElseGet(() -> new Verbs.Gate(
                        false, gates.stream().map(Verbs.Gate::reason).collect(Collectors.joining("; "))));
    }

    private void answer(Waiting waiting, GitHubApp app, boolean open, String reason) throws InterruptedException {
        String comment = Wording.shortened(reason);
        String answer = (open ? "approved: " : "rejected: ") + comment;
        boolean again = answer.equals(waiting.answer());
        callbacks.answers(waiting, answer);
        try {
            GitHubApp.Said said = app.review(waiting.url(), waiting.installation(), waiting.called(), open, comment);
            if (said.taken()) {
                through(waiting, answer);
            } else if (again && said.status() == 422) {
                // Given twice, because nobody knew whether it got there: the second one GitHub does not take.
                through(waiting, answer + " (sent before, and once more, which was answered: HTTP 422 " + said.words() + ")");
            } else if (said.forGood()) {
                through(waiting, "the answer was not taken: HTTP " + said.status() + " " + said.words());
            } else {
                later(waiting, said.retryAfter().orElse(pause(waiting)), "HTTP " + said.status() + " " + said.words());
            }
        } catch (IOException e) {
            later(waiting, pause(waiting), e.toString());
        }
    }

    private static Duration pause(Waiting waiting) {
        Duration pause = LOOK_AGAIN.multipliedBy(1L << Math.min(waiting.tries(), 10));
        return pause.compareTo(LONGEST_PAUSE) < 0 ? pause : LONGEST_PAUSE;
    }

    private void later(Waiting waiting, Duration in, String why) {
        LOG.warn("{} cannot be answered, again in {} s: {}", waiting.deliveryId(), in.toSeconds(), why);
        callbacks.again(waiting, in, true);
        deliveries.told(waiting.deliveryId(), List.of("cannot be answered, trying again: " + why));
    }

    private void through(Waiting waiting, String outcome) {
        transaction.executeWithoutResult(_ -> {
            callbacks.through(waiting);
            deliveries.told(waiting.deliveryId(), List.of(outcome));
        });
    }
}
