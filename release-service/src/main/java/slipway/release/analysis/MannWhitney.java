package slipway.release.analysis;

import java.util.Arrays;
import java.util.Optional;

/// How far the canary's values are shifted against the baseline's, with 98 % confidence.
///
/// The interval is that of R's `wilcox.test(canary, baseline, conf.int = TRUE, conf.level = 0.98, exact = FALSE)`, which Kayenta
/// calculates, too: the shifts at which the standardised U, with continuity correction and corrected for ties
/// ([Hollander and Wolfe, Nonparametric Statistical Methods](https://doi.org/10.1002/9781119196037), section 4.3), crosses the normal
/// quantile. As a function of the shift U is a stair that steps at the differences of all pairs, so what those two search for to
/// 0.0001 is one of these differences, and is taken as it is. Series that are constant need no noise then: their one difference is
/// the interval.
///
/// @param lower end of the interval, in the unit of the values
/// @param upper end of it
/// @param estimate of the shift: the median of the differences (Hodges and Lehmann)
record MannWhitney(double lower, double upper, double estimate) {

    /// The normal distribution's quantile at 0.99.
    private static final double QUANTILE = 2.3263478740408408;

    /// @param canary finite numbers, in any order
    /// @param baseline likewise
    /// @return empty when there are too few values for this confidence, however different they are
    static Optional<MannWhitney> of(double[] canary, double[] baseline) {
        double m = canary.length;
        double n = baseline.length;
        if (canary.length == 0 || baseline.length == 0) {
            return Optional.empty();
        }
        double ties = (ties(canary) + ties(baseline)) / ((m + n) * (m + n - 1));
        double deviation = Math.sqrt(m * n / 12 * (m + n + 1 - ties));
        int step = (int) Math.ceil(m * n / 2 - 0.5 - QUANTILE * deviation);
        if (step < 1) {
            return Optional.empty();
        }
        double[] differences = differences(canary, baseline);
        int middle = differences.length / 2;
        double estimate = differences.length % 2 == 1
                ? differences[middle]
                : differences[middle - 1] / 2 + differences[middle] / 2;
        return Optional.of(
                new MannWhitney(differences[step - 1], differences[differences.length - step], estimate));
    }

    /// Of all pairs, canary less baseline, in order.
    private static double[] differences(double[] canary, double[] baseline) {
        double[] differences = new double[canary.length * baseline.length];
        int next = 0;
        for (double here : canary) {
            for (double there : baseline) {
                differences[next++] = here - there;
            }
        }
        Arrays.sort(differences);
        return differences;
    }

    /// The sum of t³ − t over the groups of equal values.
    private static double ties(double[] values) {
        double[] sorted = values.clone();
        Arrays.sort(sorted);
        double sum = 0;
        for (int i = 0; i < sorted.length; ) {
            int same = i;
            while (i < sorted.length && sorted[i] == sorted[same]) {
                i++;
            }
            double t = i - same;
            sum += t * t * t - t;
        }
        return sum;
    }
}
