package slipway.release.analysis;

import java.util.Arrays;
import org.jspecify.annotations.Nullable;
import slipway.release.analysis.Metric.Comparison;
import slipway.release.analysis.Metric.Direction;
import slipway.release.analysis.Metric.Effect;

/// One metric of the canary beside its baseline.
///
/// @param shift null: there is too little to tell
/// @param effect NaN: it cannot be calculated, and is not asked then
/// @param criticalFailure the change is so large that nothing else counts
/// @param reason in words, for people
record Compared(
        Metric metric,
        Label label,
        Series canary,
        Series baseline,
        @Nullable MannWhitney shift,
        double effect,
        boolean criticalFailure,
        String reason) {

    /// As Kayenta calls them.
    enum Label {
        PASS,
        HIGH,
        LOW,
        NODATA
    }

    /// What of a side can be compared.
    ///
    /// @param missing how many samples were no numbers
    record Series(double[] values, int missing) {

        /// In order, so that it does not depend on the order in which values came. NaN when there are none.
        double mean() {
            double sum = 0;
            for (double each : values) {
                sum += each;
            }
            return sum / values.length;
        }
    }

    /// A shift is worth looking at when the whole interval lies beyond this part of the estimate, as in Kayenta.
    private static final double TOLERANCE = 0.25;

    static Compared nothing(Metric metric, Series canary, Series baseline, String why) {
        return new Compared(metric, Label.NODATA, canary, baseline, null, Double.NaN, false, why);
    }

    static Compared of(Metric metric, Comparison terms, Series canary, Series baseline, MannWhitney shift) {
        double effect = terms.effect() == Effect.CLES
                ? cles(canary.values(), baseline.values())
                : ratio(canary.mean(), baseline.mean());
        double tolerance = TOLERANCE * Math.abs(shift.estimate());
        // An effect that cannot be calculated excuses nothing.
        boolean high = terms.direction() != Direction.DECREASE
                && shift.lower() > tolerance
                && !(effect < terms.allowedIncrease());
        boolean low = terms.direction() != Direction.INCREASE
                && shift.upper() < -tolerance
                && !(effect > terms.allowedDecrease());
        boolean critical = terms.critical()
                && (high && !(effect < terms.criticalIncrease()) || low && !(effect > terms.criticalDecrease()));
        Label label = high ? Label.HIGH : low ? Label.LOW : Label.PASS;
        String reason = "shifted by " + shift.estimate() + ", with 98 % confidence between " + shift.lower() + " and "
                + shift.upper() + ", effect " + (Double.isNaN(effect) ? "unknown" : Double.toString(effect));
        return new Compared(metric, label, canary, baseline, shift, effect, critical, reason);
    }

    /// Only of positive means: the ratio of others says nothing about which is higher.
    private static double ratio(double canary, double baseline) {
        return canary > 0 && baseline > 0 ? canary / baseline : Double.NaN;
    }

    /// The common language effect size of
    /// [Vargha and Delaney, 2000](https://doi.org/10.3102/10769986025002101): counted pair by pair.
    private static double cles(double[] canary, double[] baseline) {
        double[] sorted = baseline.clone();
        Arrays.sort(sorted);
        long halves = 0;
        for (double here : canary) {
            for (double there : sorted) {
                if (there > here) {
                    break;
                }
                halves += there < here ? 2 : 1;
            }
        }
        return halves / (2.0 * canary.length * baseline.length);
    }

    Json json() {
        Json json = new Json()
                .text("name", metric.name())
                .text("verdict", label.name())
                .flag("criticalFailure", criticalFailure)
                .part("canary", json(canary))
                .part("baseline", json(baseline));
        return json.number("estimate", shift == null ? null : shift.estimate())
                .number("lower", shift == null ? null : shift.lower())
                .number("upper", shift == null ? null : shift.upper())
                .number("effect", effect)
                .text("reason", reason);
    }

    private static Json json(Series series) {
        return new Json()
                .number("samples", series.values().length)
                .number("missing", series.missing())
                .number("mean", series.mean());
    }
}
