package slipway.change.intake;

import java.io.IOException;
import java.time.Duration;
import java.util.List;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
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

    private final Callbacks callbacks;
    private final Deliveries deliveries;
    private final Sources sources;
    private final Verbs verbs;
    private final TransactionTemplate transaction;

    Gatekeeper(
            Callbacks callbacks, Deliveries deliveries, Sources sources, Verbs verbs, TransactionTemplate transaction) {
        this.callbacks = callbacks;
        this.deliveries = deliveries;
        this.sources = sources;
        this.verbs = verbs;
        this.transaction = transaction;
    }

    @Scheduled(fixedDelayString = "${slipway.intake.sweep-every:5s}")
    void answer() throws InterruptedException {
        try {
            for (Waiting waiting : callbacks.due()) {
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
        } catch (DataAccessException e) {
            LOG.warn("who waits at the gate cannot be looked for, trying again: {}", e.toString());
        }
    }

    private void answer(Waiting waiting) throws InterruptedException {
        Verbs.Gate gate = waiting.changeId().isEmpty()
                ? new Verbs.Gate(false, "nobody asked for a change of this")
                : verbs.gate(waiting.changeId(), waiting.environment());
        GitHubApp app = sources.here(deliveries.find(waiting.deliveryId()).orElseThrow().source()).app();
        if (gate.open() == null) {
            callbacks.again(waiting, LOOK_AGAIN, false);
        } else if (app == null) {
            through(waiting, "nobody was called back: no app is set up any more");
        } else {
            answer(waiting, app, gate.open(), gate.reason());
        }
    }

    private void answer(Waiting waiting, GitHubApp app, boolean open, String reason) throws InterruptedException {
        String comment = (waiting.changeId().isEmpty() ? "" : waiting.changeId() + ": ") + Wording.shortened(reason);
        try {
            GitHubApp.Said said = app.review(waiting.url(), waiting.installation(), waiting.called(), open, comment);
            if (said.taken()) {
                through(waiting, (open ? "approved: " : "rejected: ") + comment);
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
    }

    private void through(Waiting waiting, String outcome) {
        transaction.executeWithoutResult(_ -> {
            callbacks.through(waiting);
            deliveries.told(waiting.deliveryId(), List.of(outcome));
        });
    }
}
