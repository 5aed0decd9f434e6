package slipway.backup.vault;

import java.time.Duration;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Objects;
import java.util.function.LongSupplier;
import org.jspecify.annotations.Nullable;

/// Copies that this process read to the last byte and found sound, for a while; what rots without a word is found by the next full reading.
final class Readings {

    /// How long, at most.
    static final Duration BELIEVED = Duration.ofHours(1);

    private static final int MOST = 1_000;

    private final LongSupplier nanos;
    /// By the URI of the copy; the oldest are forgotten.
    private final Map<String, Reading> readings = new LinkedHashMap<>() {
        @Override
        protected boolean removeEldestEntry(Map.Entry<String, Reading> eldest) {
            return size() > MOST;
        }
    };

    private record Reading(String manifestDigest, @Nullable String traces, long at) {}

    /// Who may rely on one.
    enum Belief {
        /// Nobody: it is read.
        NONE,
        /// Whoever asks whether the copy is still sound: where its location says that nobody wrote to it since.
        UNTOUCHED,
        /// Whoever goes on with what an attempt before read: also where a location says nothing of that.
        READ
    }

    /// @param nanos a clock that is never set
    Readings(LongSupplier nanos) {
        this.nanos = nanos;
    }

    /// @param traces as they were before it was read; null: its location says nothing of them
    synchronized void note(String copy, String manifestDigest, @Nullable String traces) {
        forget(copy);
        readings.put(copy, new Reading(manifestDigest, traces, nanos.getAsLong()));
    }

    synchronized void forget(String copy) {
        readings.remove(copy);
    }

    synchronized boolean hold(Belief belief, String copy, String manifestDigest, @Nullable String traces) {
        boolean believed = switch (belief) {
            case NONE -> false;
            case UNTOUCHED -> traces != null;
            case READ -> true;
        };
        Reading reading = readings.get(copy);
        return believed
                && reading != null
                && reading.manifestDigest().equals(manifestDigest)
                && Objects.equals(reading.traces(), traces)
                && nanos.getAsLong() - reading.at() < BELIEVED.toNanos();
    }
}
