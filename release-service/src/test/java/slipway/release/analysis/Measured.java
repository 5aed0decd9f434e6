package slipway.release.analysis;

import java.time.Instant;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import org.jspecify.annotations.Nullable;
import slipway.release.analysis.Metric.Comparison;
import slipway.release.analysis.Metric.Direction;
import slipway.release.analysis.Metric.Effect;
import slipway.release.analysis.Metric.Source;
import slipway.release.analysis.Metric.Threshold;
import slipway.release.analysis.Metric.Traffic;

/// Definitions and measurements as tests write them.
public final class Measured {

    public static final Instant BEGAN = Instant.parse("2026-03-02T10:00:00Z");

    private Measured() {}

    /// A rate that is good from 0.9 on, bad below 0.5, and neither in between.
    public static Metric rate(int count, int failures, int inconclusive, int errors, int enough) {
        return rate("rate", count, new Threshold("result[0] >= 0.9", "result[0] < 0.5", failures, inconclusive, enough), errors, null);
    }

    static Metric rate(String name, int count, Threshold limits, int errors, @Nullable Traffic traffic) {
        return new Metric(
                name, Source.PROMETHEUS, "rate", "", 1000, count, 60_000, 5_000, errors, traffic, limits, null);
    }

    /// The environment's own probe.
    public static Metric http(int count, int failures) {
        return new Metric(
                Analysis.PROBE,
                Source.HTTP,
                "/",
                "",
                1000,
                count,
                10,
                0,
                Metric.ERRORS_IN_A_ROW,
                null,
                new Threshold("ok", "", failures, 0, 0),
                null);
    }

    public static Measurement answer(boolean ok, String detail) {
        return new Measurement(
                "prod-1",
                BEGAN,
                900,
                ok,
                detail,
                Analysis.PROBE,
                Side.CANARY,
                false,
                List.of((double) Integer.parseInt(detail.substring(0, 3))),
                null);
    }

    static Metric compared(String name, String group, boolean critical) {
        return compared(name, group, critical, Direction.EITHER, Effect.MEAN_RATIO, 1, 1, 1, 1);
    }

    static Metric compared(
            String name,
            String group,
            boolean critical,
            Direction direction,
            Effect effect,
            double increase,
            double decrease,
            double criticalIncrease,
            double criticalDecrease) {
        return new Metric(
                name,
                Source.PROMETHEUS,
                "p99",
                "",
                1000,
                10,
                1000,
                5000,
                1,
                null,
                null,
                new Comparison(
                        "", direction, effect, increase, decrease, criticalIncrease, criticalDecrease, critical, group));
    }

    static Measurement vector(String metric, double... values) {
        return series(metric, Side.CANARY, values);
    }

    static Measurement scalar(String metric, double value) {
        return new Measurement(
                "green", BEGAN, 1000, true, "", metric, Side.CANARY, true, List.of(value), null);
    }

    static Measurement series(String metric, Side side, double... values) {
        return new Measurement(
                "green", BEGAN, 1000, true, "", metric, side, false, Arrays.stream(values).boxed().toList(), null);
    }

    static Measurement error(String metric, Side side) {
        return new Measurement("green", BEGAN, 1000, false, "503", metric, side, false, List.of(), null);
    }

    static Measurement with(Measurement measured, @Nullable Double traffic) {
        return new Measurement(
                measured.instance(),
                measured.at(),
                measured.latencyMicros(),
                measured.ok(),
                measured.detail(),
                measured.metric(),
                measured.side(),
                measured.scalar(),
                measured.values(),
                traffic);
    }

    static Measurement at(Instant at, Measurement measured) {
        return new Measurement(
                measured.instance(),
                at,
                measured.latencyMicros(),
                measured.ok(),
                measured.detail(),
                measured.metric(),
                measured.side(),
                measured.scalar(),
                measured.values(),
                measured.traffic());
    }

    /// One letter each: success, failure, inconclusive, error, NaN, Infinite, empty (0).
    public static List<Measurement> rates(String letters) {
        List<Measurement> measured = new ArrayList<>();
        for (char letter : letters.toCharArray()) {
            measured.add(
                    switch (letter) {
                        case 's' -> vector("rate", 0.95);
                        case 'f' -> vector("rate", 0.1);
                        case 'i' -> vector("rate", 0.7);
                        case 'e' -> error("rate", Side.CANARY);
                        case 'N' -> vector("rate", Double.NaN);
                        case 'I' -> vector("rate", Double.POSITIVE_INFINITY);
                        case '0' -> vector("rate");
                        default -> throw new IllegalArgumentException(letters);
                    });
        }
        return measured;
    }
}
