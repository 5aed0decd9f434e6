package slipway.messaging;

import java.time.Duration;
import java.util.concurrent.Callable;
import java.util.function.BooleanSupplier;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/// Work that somebody may do only as long as they hold something, such as a lock or a job: who has lost it is interrupted, because another may have it by
/// now, and what comes of the work counts for nothing.
public final class WhileHeld {

    private static final Logger LOG = LoggerFactory.getLogger(WhileHeld.class);

    private static final Duration EVERY = Duration.ofSeconds(1);

    /// It was lost before the work was done.
    public static final class Lost extends Exception {

        private static final long serialVersionUID = 1L;

        Lost(String what) {
            super(what + " was lost while somebody worked with it");
        }
    }

    private final String what;
    private final BooleanSupplier holds;
    /// Null: nobody works.
    private @Nullable Thread worker = Thread.currentThread();
    private boolean lost;

    private WhileHeld(String what, BooleanSupplier holds) {
        this.what = what;
        this.holds = holds;
    }

    /// @param what is held, such as `the lock of staging`
    /// @param holds whether it still is; asked each second, by another thread
    /// @throws Lost it was not, and so is nothing of the work
    public static <T> T call(String what, BooleanSupplier holds, Callable<T> work) throws Exception {
        WhileHeld held = new WhileHeld(what, holds);
        Thread watch = Thread.ofVirtual().name("whether " + what + " is held").start(held::watch);
        try {
            T done = work.call();
            if (held.untilNow(watch)) {
                return done;
            }
        } catch (Exception e) {
            if (held.untilNow(watch)) {
                throw e;
            }
            LOG.warn("{}: what was done with it ended with it: {}", what, e.toString());
        }
        throw new Lost(what);
    }

    private void watch() {
        while (working()) {
            if (!holds.getAsBoolean()) {
                lose();
            }
        }
    }

    /// @return after a while, whether somebody still works
    private synchronized boolean working() {
        try {
            if (worker != null) {
                wait(EVERY.toMillis());
            }
        } catch (InterruptedException _) {
            Thread.currentThread().interrupt();
            return false;
        }
        return worker != null;
    }

    private synchronized void lose() {
        Thread working = worker;
        if (working != null) {
            lost = true;
            worker = null;
            LOG.warn("{} is lost; who works with it is stopped", what);
            working.interrupt();
        }
    }

    private boolean untilNow(Thread watch) throws InterruptedException {
        synchronized (this) {
            worker = null;
            notifyAll();
            if (lost) {
                // That was ours, and nobody's who stops the service.
                Thread.interrupted();
                return false;
            }
        }
        watch.join();
        return holds.getAsBoolean();
    }
}
