package slipway.audit;

import java.time.Duration;
import org.jspecify.annotations.Nullable;

/// How far a long reading is; told by whoever reads, asked by others.
final class Progress {

    private Now now = new Now("begins", 0, 0, 0, null);
    private long since = System.nanoTime();
    private long doneBefore;

    /// @param phase what is being done
    /// @param done of `total`, whatever the phase counts: records, facts; 0 of 0: nobody knows
    /// @param perSecond since the phase began, or went on after an interruption
    /// @param secondsLeft null: nobody knows
    record Now(String phase, long done, long total, long perSecond, @Nullable Long secondsLeft) {}

    /// @param done what was done before, by whoever was interrupted
    synchronized void phase(String name, long done, long total) {
        since = System.nanoTime();
        doneBefore = done;
        now = new Now(name, done, total, 0, null);
    }

    synchronized void left(long left) {
        done(Math.max(0, now.total() - left));
    }

    synchronized void done(long done) {
        double seconds = Math.max(1, Duration.ofNanos(System.nanoTime() - since).toMillis()) / 1000.0;
        double rate = (done - doneBefore) / seconds;
        now = new Now(now.phase(), done, now.total(), (long) rate, rate <= 0 ? null : (long) Math.ceil((now.total() - done) / rate));
    }

    synchronized Now now() {
        return now;
    }
}
