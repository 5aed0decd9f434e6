package slipway.release.analysis;

import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/// One thing that is measured. Queries name what they are about by `{part}`, `{digest}` and `{environment}`: those of the canary, and
/// in a baseline's query those of what still runs the old release.
///
/// @param query PromQL; of HTTP: the path below the url of the part
/// @param contains of HTTP: what the answer has to contain; empty: anything
/// @param timeoutMillis for a whole answer, in milliseconds
/// @param count how many measurements there have to be; errors are no measurements
/// @param intervalMillis from the end of one to the next, in milliseconds; of a comparison: the distance of its samples
/// @param initialDelayMillis from the start of the analysis to the first, in milliseconds
/// @param consecutiveErrorLimit how many errors in a row are borne
/// @param traffic without which nothing is measured; null: it is not looked at
/// @param threshold of THRESHOLD; null otherwise
/// @param comparison of STATISTICAL; null otherwise
public record Metric(
        String name,
        Source source,
        String query,
        String contains,
        long timeoutMillis,
        int count,
        long intervalMillis,
        long initialDelayMillis,
        int consecutiveErrorLimit,
        @Nullable Traffic traffic,
        @Nullable Threshold threshold,
        @Nullable Comparison comparison) {

    /// As Argo Rollouts has it.
    public static final int ERRORS_IN_A_ROW = 4;

    /// So many samples fit into one fact.
    public static final int MOST = 1000;

    /// Fewer samples on each side could never show a difference with 98 % confidence.
    public static final int FEWEST_TO_COMPARE = 5;

    /// An error is looked at again after this time, or after the interval where that is shorter.
    static final Duration AFTER_ERROR = Duration.ofSeconds(10);

    public enum Source {
        PROMETHEUS,
        HTTP,
        UNKNOWN
    }

    /// @param query PromQL; the sum of what it gives is the traffic
    /// @param minimum less of it is no traffic; above 0
    public record Traffic(String query, double minimum) {}

    /// When a measurement is good, and how many others are borne; the words are those of
    /// [Argo Rollouts](https://argo-rollouts.readthedocs.io/en/stable/features/analysis/).
    ///
    /// @param successCondition empty: whatever is no failure
    /// @param failureCondition empty: whatever is no success
    /// @param failureLimit how many failures are borne; -1: any number
    /// @param inconclusiveLimit how many measurements are borne that are neither
    /// @param consecutiveSuccessLimit so many successes in a row are enough; 0: it is not looked at
    public record Threshold(
            String successCondition,
            String failureCondition,
            int failureLimit,
            int inconclusiveLimit,
            int consecutiveSuccessLimit) {}

    /// What is worse, and from what on; the words are those of
    /// [Kayenta](https://github.com/spinnaker/kayenta/blob/master/docs/canary-config.md).
    ///
    /// @param baselineQuery PromQL; empty: the same query about the baseline
    /// @param direction which change is for the worse
    /// @param allowedIncrease an effect of less is no increase, whatever the interval says
    /// @param allowedDecrease an effect of more is no decrease
    /// @param critical whether a change from criticalIncrease or criticalDecrease on fails the whole analysis
    /// @param group of metrics, which has a weight
    public record Comparison(
            String baselineQuery,
            Direction direction,
            Effect effect,
            double allowedIncrease,
            double allowedDecrease,
            double criticalIncrease,
            double criticalDecrease,
            boolean critical,
            String group) {}

    public enum Direction {
        INCREASE,
        DECREASE,
        EITHER,
        UNKNOWN
    }

    /// How the size of a change is measured.
    public enum Effect {
        /// The mean of the canary by that of the baseline; 1: the same.
        MEAN_RATIO,
        /// The share of pairs in which the canary's value is higher, equal ones by half; 0.5: the same.
        CLES,
        UNKNOWN
    }

    /// @param field as settings call it
    public record Fault(String field, String what) {}

    /// Conditions that nobody can understand, and what makes no sense together: limits under which nothing could fail, or nothing would have to pass.
    public List<Fault> faults() {
        List<Fault> faults = new ArrayList<>();
        if (count < 1 || count > MOST) {
            faults.add(new Fault("count", "a number from 1 to " + MOST + " is needed"));
        }
        if (intervalMillis < 1 || initialDelayMillis < 0 || timeoutMillis < 1) {
            faults.add(new Fault("intervalMillis", "times are above 0, and initialDelayMillis not below"));
        }
        if (consecutiveErrorLimit < 0 || consecutiveErrorLimit > 100) {
            faults.add(new Fault("consecutiveErrorLimit", "a number from 0 to 100 is needed"));
        }
        if (traffic != null && !(traffic.minimum() > 0 && Double.isFinite(traffic.minimum()))) {
            faults.add(new Fault("traffic.minimum", "has to be above 0: less of it is no traffic"));
        }
        if (threshold != null) {
            faults(threshold, faults);
        }
        if (comparison != null) {
            faults(comparison, faults);
        }
        return faults;
    }

    private void faults(Threshold limits, List<Fault> faults) {
        condition("successCondition", limits.successCondition(), faults);
        condition("failureCondition", limits.failureCondition(), faults);
        if (limits.successCondition().isBlank() && limits.failureCondition().isBlank()) {
            faults.add(new Fault("successCondition", "without a condition nothing can pass"));
        }
        if (limits.failureLimit() < -1 || limits.inconclusiveLimit() < 0 || limits.consecutiveSuccessLimit() < 0) {
            faults.add(new Fault("failureLimit", "limits are not below 0, but a failureLimit of -1 for any number"));
        }
        int enough = limits.consecutiveSuccessLimit();
        int failures = limits.failureLimit();
        if (failures == -1 && enough == 0) {
            faults.add(new Fault("failureLimit", "with -1 and no consecutiveSuccessLimit nothing could fail"));
        }
        if (count < 1) {
            return;
        }
        if (count < Math.max(0, failures) + enough) {
            faults.add(new Fault(
                    "count", count + " is less than failureLimit and consecutiveSuccessLimit together: one is never reached"));
        } else if (enough == 0 && count <= (long) Math.max(0, failures) + limits.inconclusiveLimit()) {
            faults.add(new Fault("failureLimit", "of " + count + " measurements not one would have to be a success"));
        }
    }

    private void condition(String field, String text, List<Fault> faults) {
        List<String> found = new ArrayList<>();
        if (!text.isBlank()) {
            Condition.read(source, text, found);
        }
        found.forEach(fault -> faults.add(new Fault(field, fault)));
    }

    private void faults(Comparison compared, List<Fault> faults) {
        if (source != Source.PROMETHEUS) {
            faults.add(new Fault("query", "only what Prometheus keeps can be compared"));
        }
        if (count < FEWEST_TO_COMPARE) {
            faults.add(new Fault(
                    "count", "at least " + FEWEST_TO_COMPARE + " samples are needed to see any difference with 98 % confidence"));
        }
        double most = compared.effect() == Effect.CLES ? 1 : Double.MAX_VALUE;
        double same = compared.effect() == Effect.CLES ? 0.5 : 1;
        for (double increase : new double[] {compared.allowedIncrease(), compared.criticalIncrease()}) {
            if (!(increase >= same && increase <= most)) {
                faults.add(new Fault("effect", "an increase of " + increase + " is none: " + same + " is no change"));
            }
        }
        for (double decrease : new double[] {compared.allowedDecrease(), compared.criticalDecrease()}) {
            if (!(decrease >= 0 && decrease <= same)) {
                faults.add(new Fault("effect", "a decrease of " + decrease + " is none: " + same + " is no change"));
            }
        }
    }

    /// When a measurement that followed this one would be due.
    Instant after(Measurement last, boolean error) {
        Duration interval = Duration.ofMillis(intervalMillis);
        return last.ended().plus(error && interval.compareTo(AFTER_ERROR) > 0 ? AFTER_ERROR : interval);
    }
}
