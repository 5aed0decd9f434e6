package slipway.release.analysis;

import java.util.List;

/// What is measured of a canary and how that is judged. It is frozen with the plan, and stored again beside its measurements: from
/// those two alone a verdict can be calculated again.
///
/// @param name unique in its environment
/// @param metrics at least one, with unique names
/// @param weights of STATISTICAL: what groups of metrics count for; those without one share what is left of 100
/// @param pass of STATISTICAL: the score, from 0 to 100, from which on it passes
/// @param marginal of STATISTICAL: the score from which on it is INCONCLUSIVE and not a failure
public record Analysis(
        String name, Judge judge, List<Metric> metrics, List<Weight> weights, double pass, double marginal) {

    /// The analysis that every environment has: its own probe over HTTP.
    public static final String PROBE = "probe";

    /// @param percent from 0 to 100
    public record Weight(String group, double percent) {}

    public static Analysis threshold(String name, List<Metric> metrics) {
        return new Analysis(name, Judge.THRESHOLD, List.copyOf(metrics), List.of(), 0, 0);
    }

    public static Analysis statistical(
            String name, List<Metric> metrics, List<Weight> weights, double pass, double marginal) {
        return new Analysis(name, Judge.STATISTICAL, List.copyOf(metrics), List.copyOf(weights), pass, marginal);
    }

    public Analysis named(String other) {
        return new Analysis(other, judge, metrics, weights, pass, marginal);
    }
}
