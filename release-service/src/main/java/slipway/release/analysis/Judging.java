package slipway.release.analysis;

import java.time.Instant;
import java.util.List;
import java.util.Optional;

/// A judge who read a definition and can be asked about measurements.
public sealed interface Judging permits ThresholdJudge, StatisticalJudge {

    /// @throws IllegalArgumentException when the definition cannot be understood, with every fault
    static Judging of(Analysis analysis) {
        return switch (analysis.judge()) {
            case THRESHOLD -> new ThresholdJudge(analysis);
            case STATISTICAL -> new StatisticalJudge(analysis);
            case UNKNOWN -> throw new IllegalArgumentException("there is no judge of that name");
        };
    }

    /// What is to be measured next; empty when the verdict cannot change any more.
    ///
    /// @param began when the analysis began
    /// @param measured so far, in order
    Optional<Look> next(Instant began, List<Measurement> measured);

    /// What the measurements mean. What was not measured to its end is an ERROR, and never a pass.
    Judgement judge(List<Measurement> measured);
}
