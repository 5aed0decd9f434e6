package slipway.backup.vault;

import java.time.Duration;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Objects;
import java.util.function.LongSupplier;
import org.jspecify.annotations.Nullable;

/// Copies that this process read to the last byte and found sound, for a while; what rots without a word is found by the next full reading.
final class Readings {

    /// How long, at most, by whoever asks whether a copy is still sound.
    static final Duration BELIEVED = Duration.ofHours(1);

    /// How long, at most, by the attempts at one thing: each goes on where the one before was hindered.
    static final Duration GOES_ON = Duration.ofDays(1);

    private static final int MOST = 1_000;

    private final LongSupplier nanos;
    /// By the URI of the copy; the oldest are forgotten.
    private final Map<String, Reading> readings = new LinkedHashMap<>() {
        @Override
        protected boolean removeEldestEntry(Map.Entry<String, Reading> eldest) {
            return size() > MOST;
        }
    };

    private record Reading(String manifestDigest, @Nullable String traces, @Nullable String attempt, long at) {}

    /// Who relies on one.
    sealed interface Belief {

        /// Nobody: it is read.
        record None() implements Belief {}

        /// Whoever asks whether the copy is still sound: where its location says that nobody wrote to it since.
        record Untouched() implements Belief {}

        /// Whoever goes on with what it could not finish, by its own readings only: also where a location says nothing of who wrote to it.
        ///
        /// @param attempt what it is that is tried again
        record Own(String attempt) implements Belief {}
    }

    /// @param nanos a clock that is never set
    Readings(LongSupplier nanos) {
        this.nanos = nanos;
    }

    /// @param traces as they were before it was read; null: its location says nothing of them
    /// @param belief of who read it
    synchronized void note(Belief belief, String copy, String manifestDigest, @Nullable String traces) {
        forget(copy);
        String attempt = belief instanceof Belief.Own(String own) ? own : null;
        readings.put(copy, new Reading(manifestDigest, traces, attempt, nanos.getAsLong()));
    }

    /// It is not what was read any more, or never was.
    synchronized void forget(String copy) {
        readings.remove(copy);
    }

    synchronized boolean hold(Belief belief, String copy, String manifestDigest, @Nullable String traces) {
        Reading reading = readings.get(copy);
        if (reading == null || !reading.manifestDigest().equals(manifestDigest) || !Objects.equals(reading.traces(), traces)) {
            return false;
        }
        long age = nanos.getAsLong() - reading.at();
        return switch (belief) {
            case Belief.None _ -> false;
            case Belief.Untouched _ -> traces != null && age < BELIEVED.toNanos();
            case Belief.Own(var attempt) -> attempt.equals(reading.attempt()) && age < GOES_ON.toNanos();
        };
    }
}
