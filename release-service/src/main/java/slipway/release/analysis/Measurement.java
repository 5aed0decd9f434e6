package slipway.release.analysis;

import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.List;
import org.jspecify.annotations.Nullable;

/// One answer, or the lack of one, as it came.
///
/// @param instance the part that it is about
/// @param at when it was asked for
/// @param latencyMicros until the whole answer was there, or until it failed
/// @param ok of HTTP: 2xx, and with the text that it has to contain; of PROMETHEUS: there was an answer that could be understood
/// @param detail status, and why it is not ok
/// @param metric its name
/// @param scalar the answer is a number and not a list of them; then `values` has one
/// @param values of PROMETHEUS: the numbers; of HTTP: the status, or nothing where there was no answer
/// @param traffic the sum of what the traffic's query gave; null: it was not asked for, or gave nothing
public record Measurement(
        String instance,
        Instant at,
        long latencyMicros,
        boolean ok,
        String detail,
        String metric,
        Side side,
        boolean scalar,
        List<Double> values,
        @Nullable Double traffic) {

    Instant ended() {
        return at.plus(latencyMicros, ChronoUnit.MICROS);
    }

    boolean isOf(Metric of, Side on) {
        return metric.equals(of.name()) && side == on;
    }

    /// Whether there was enough traffic for this to say anything.
    boolean hasTraffic(Metric of) {
        return of.traffic() == null || (traffic != null && traffic >= of.traffic().minimum());
    }
}
