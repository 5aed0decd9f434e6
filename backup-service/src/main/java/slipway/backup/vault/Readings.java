package slipway.backup.vault;

import java.time.Duration;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.function.LongSupplier;
import org.jspecify.annotations.Nullable;

/// Copies that this process read to the last byte and found sound. For a while that is believed of a copy of which its location says that
/// nobody wrote to it since; what rots without a word is found by the next full reading.
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

    private record Reading(String manifestDigest, String traces, long at) {}

    /// @param nanos a clock that is never set
    Readings(LongSupplier nanos) {
        this.nanos = nanos;
    }

    /// @param traces as they were before it was read; null: it has to be read each time
    synchronized void note(String copy, String manifestDigest, @Nullable String traces) {
        readings.remove(copy);
        if (traces != null) {
            readings.put(copy, new Reading(manifestDigest, traces, nanos.getAsLong()));
        }
    }

    synchronized boolean hold(String copy, String manifestDigest, @Nullable String traces) {
        Reading reading = readings.get(copy);
        return reading != null
                && reading.manifestDigest().equals(manifestDigest)
                && reading.traces().equals(traces)
                && nanos.getAsLong() - reading.at() < BELIEVED.toNanos();
    }
}
