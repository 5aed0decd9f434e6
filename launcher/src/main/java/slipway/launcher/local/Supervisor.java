package slipway.launcher.local;

import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.ReentrantLock;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/// Looks after what ought to run: what ends unasked is told of and started again, after a pause that grows while it does not stay. What fails in several starts in
/// a row is given up until somebody asks for it; the rest goes on.
public final class Supervisor implements AutoCloseable {

    private static final Logger LOG = LoggerFactory.getLogger(Supervisor.class);

    static final int STARTS = 5;

    private static final Duration TO_LET_GO = Duration.ofSeconds(15);

    /// What is told, a line each.
    public interface Telling {
        void trouble(String line);

        void news(String line);
    }

    /// @param look how often each is looked at, and how long an end is only looked at: Ctrl-C ends all processes of a terminal at once, ours among them
    /// @param first pause; the next ones are twice as long each
    /// @param longest pause
    /// @param steady whoever ran so long before it ended is started after the first pause again
    record Pace(Duration look, Duration first, Duration longest, Duration steady) {}

    private static final Pace USUAL =
            new Pace(Duration.ofMillis(500), Duration.ofSeconds(1), Duration.ofSeconds(30), Duration.ofMinutes(1));

    private final Telling telling;
    private final Pace pace;
    private final List<Keeper> keepers = new CopyOnWriteArrayList<>();
    private volatile boolean closing;

    public Supervisor(Telling telling) {
        this(telling, USUAL);
    }

    Supervisor(Telling telling, Pace pace) {
        this.telling = telling;
        this.pace = pace;
    }

    /// From now on; it runs already.
    public void keep(Kept kept) {
        Keeper keeper = new Keeper(kept);
        keepers.add(keeper);
        keeper.thread.start();
    }

    /// Names of all that is kept.
    List<String> names() {
        return keepers.stream().map(each -> each.kept.name()).sorted().toList();
    }

    /// Restarts one, or all of a kind one after the other, each healthy before the next.
    ///
    /// @param word a name or a kind
    /// @param told how it goes on
    /// @return whether there is anything of that name
    /// @throws Trouble when one does not become healthy; those after it are left as they are
    boolean restart(String word, Consumer<String> told) {
        List<Keeper> meant = keepers.stream().filter(each -> each.kept.isMeantBy(word)).toList();
        meant.forEach(each -> each.restart(told));
        return !meant.isEmpty();
    }

    /// Nothing is started any more when this returns.
    @Override
    public void close() {
        closing = true;
        keepers.forEach(each -> each.thread.interrupt());
        keepers.forEach(Keeper::letGo);
    }

    private final class Keeper {

        private final Kept kept;
        private final Thread thread;
        /// Held while it is started, by whomever.
        private final ReentrantLock starting = new ReentrantLock();

        private Duration pause = pace.first();
        private Instant since = Instant.now();
        private volatile int failed;
        private @Nullable String failure;

        Keeper(Kept kept) {
            this.kept = kept;
            this.thread = Thread.ofVirtual().name("keeper of " + kept.name()).unstarted(this::keep);
        }

        private void keep() {
            try {
                while (!closing) {
                    Thread.sleep(pace.look());
                    if (failed < STARTS && !starting.isLocked() && kept.end().get().isPresent()) {
                        Thread.sleep(pace.look());
                        Optional<String> end = kept.end().get();
                        // Whoever asked for a restart stops it first.
                        if (end.isPresent() && !starting.isLocked()) {
                            startAgain(end.get());
                        }
                    }
                }
            } catch (InterruptedException e) {
                // closing
            }
        }

        private void startAgain(String end) throws InterruptedException {
            if (failure == null && Instant.now().isAfter(since.plus(pace.steady()))) {
                pause = pace.first();
            }
            String what = failure == null ? kept.name() + " " + end + ", see " + kept.log() : failure;
            trouble(what + "; it is started again in " + seconds(pause));
            Thread.sleep(pause);
            pause = pause.multipliedBy(2).compareTo(pace.longest()) < 0 ? pause.multipliedBy(2) : pace.longest();
            starting.lockInterruptibly();
            try {
                // Somebody may have asked for it meanwhile.
                if (kept.end().get().isPresent()) {
                    start();
                    news(kept.name() + " is up again");
                }
            } catch (RuntimeException e) {
                failed(e);
            } finally {
                starting.unlock();
            }
        }

        private void start() {
            kept.restarting().run();
            since = Instant.now();
            failed = 0;
            failure = null;
        }

        private void failed(RuntimeException e) {
            if (closing) {
                return;
            }
            failed = failed + 1;
            failure = String.valueOf(e.getMessage());
            LOG.warn("{} cannot be started", kept.name(), e);
            if (failed == STARTS) {
                trouble(failure + "; it is given up after " + STARTS + " starts, all else goes on. When that is mended: ./slipway restart "
                        + kept.name());
            } else if (kept.end().get().isEmpty()) {
                trouble(failure + "; it runs nevertheless");
                failure = null;
            }
        }

        void restart(Consumer<String> told) {
            if (!starting.tryLock()) {
                told.accept(kept.name() + " is being started already; waiting for that");
                starting.lock();
            }
            try {
                if (closing) {
                    throw new Trouble("./slipway up is stopping");
                }
                told.accept(kept.name() + " is restarted …");
                news(kept.name() + " is restarted, because somebody asked for it");
                Instant begun = Instant.now();
                start();
                pause = pace.first();
                String up = kept.name() + " is up again after " + seconds(Duration.between(begun, Instant.now()));
                told.accept(up);
                news(up);
            } catch (RuntimeException e) {
                if (!closing && kept.end().get().isEmpty()) {
                    trouble(e.getMessage() + "; nobody starts it again. When that is mended: ./slipway restart " + kept.name());
                }
                throw e;
            } finally {
                starting.unlock();
            }
        }

        /// Kept for good: nobody else starts it.
        private void letGo() {
            try {
                if (!starting.tryLock(TO_LET_GO.toMillis(), TimeUnit.MILLISECONDS)) {
                    LOG.warn("{} is still being started", kept.name());
                }
            } catch (InterruptedException e) {
                Thread.currentThread().interrupt();
            }
        }
    }

    private void trouble(String line) {
        LOG.warn(line);
        telling.trouble(line);
    }

    private void news(String line) {
        LOG.info(line);
        telling.news(line);
    }

    private static String seconds(Duration duration) {
        return String.format(Locale.ROOT, "%.1f s", duration.toMillis() / 1000.0);
    }
}
