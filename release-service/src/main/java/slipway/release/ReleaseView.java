package slipway.release;

import java.util.List;
import java.util.Optional;
import org.jspecify.annotations.Nullable;
import slipway.release.domain.Journey;
import slipway.release.domain.Outcome;
import slipway.release.domain.ReleaseEvent;
import slipway.release.domain.ReleaseState;
import slipway.release.domain.Shape;
import slipway.release.domain.StepKind;

/// A release as people read it.
///
/// @param environments what happened where, in the order of the plan
/// @param sequence number of its facts so far
/// @param blockedBy why it cannot go on; empty when it can
/// @param waits who works where it wants to, or which copy its backup lacks; null: neither is in its way
/// @param step null: none is under way
/// @param paused why and where it stands still; null: it does not
/// @param outcome how it ended; null: it is not closed
/// @param odd what a step found that is neither as before nor as planned; null: it is not INDETERMINATE
/// @param rollbackFailed why it needs a person; null: it does not
/// @param restoreToApprove which data would be lost, for somebody to approve; null: nobody is asked
record ReleaseView(
        String id,
        String status,
        @Nullable Outcome outcome,
        long sequence,
        ReleaseEvent.ReleasePlanned plan,
        @Nullable String digest,
        List<Stage> environments,
        List<String> blockedBy,
        @Nullable String waits,
        @Nullable Step step,
        ReleaseEvent.@Nullable ReleasePaused paused,
        @Nullable Odd odd,
        ReleaseEvent.@Nullable DataRestoreApprovalRequested restoreToApprove,
        ReleaseEvent.@Nullable RollbackTriggered rollback,
        ReleaseEvent.@Nullable RollbackCompleted rolledBack,
        ReleaseEvent.@Nullable RollbackFailed rollbackFailed,
        ReleaseEvent.@Nullable ReleaseResolved resolved) {

    /// A step that found what it did not expect. Whoever looked brings the environment to one of the two and has it retried, or aborts
    /// the release.
    ///
    /// @param before as the step found it, if nobody else was there
    /// @param planned as it would leave it
    record Odd(String environment, int step, String before, String planned, String observed) {}

    /// The step under way.
    ///
    /// @param of how many there are in this environment
    record Step(String environment, int step, int of, StepKind kind, String name) {}

    /// @param deployed and not taken back
    /// @param digest what this release brings there; null before it started there
    /// @param observedDigest what was seen there last; null before anything was
    /// @param analyses with their raw samples
    record Stage(
            String environment,
            boolean deployed,
            @Nullable String digest,
            @Nullable String observedDigest,
            List<String> backupSets,
            List<ReleaseEvent.ReleaseGateEvaluated> gates,
            List<ReleaseEvent.RolloutStepCompleted> steps,
            List<ReleaseEvent.CanaryAnalysisCompleted> analyses) {}

    /// @param waits why it waits in line, in words
    /// @return null when there is no such release
    static @Nullable ReleaseView of(
            String id, ReleaseState state, List<ReleaseEvent> facts, @Nullable String waits) {
        Optional<ReleaseEvent.ReleasePlanned> plan = last(facts, ReleaseEvent.ReleasePlanned.class);
        if (plan.isEmpty()) {
            return null;
        }
        Journey journey = state instanceof ReleaseState.Open open ? open.journey() : null;
        return new ReleaseView(
                id,
                state.status(),
                last(facts, ReleaseEvent.ReleaseClosed.class)
                        .map(ReleaseEvent.ReleaseClosed::outcome)
                        .orElse(null),
                facts.size(),
                plan.get(),
                journey == null
                        ? last(facts, ReleaseEvent.PackageBuilt.class)
                                .map(ReleaseEvent.PackageBuilt::digest)
                                .orElse(null)
                        : journey.digest(),
                plan.get().environments().stream()
                        .map(environment -> stage(environment, facts))
                        .toList(),
                state instanceof ReleaseState.Blocked
                        ? last(facts, ReleaseEvent.ReleaseBlocked.class)
                                .map(ReleaseEvent.ReleaseBlocked::reasons)
                                .orElse(List.of())
                        : List.of(),
                waits,
                step(state),
                state instanceof ReleaseState.Paused
                        ? last(facts, ReleaseEvent.ReleasePaused.class).orElse(null)
                        : null,
                state instanceof ReleaseState.Indeterminate
                        ? last(facts, ReleaseEvent.RolloutIndeterminate.class)
                                .map(ReleaseView::odd)
                                .orElse(null)
                        : null,
                state instanceof ReleaseState.AwaitingRestore
                        ? last(facts, ReleaseEvent.DataRestoreApprovalRequested.class)
                                .orElse(null)
                        : null,
                last(facts, ReleaseEvent.RollbackTriggered.class).orElse(null),
                last(facts, ReleaseEvent.RollbackCompleted.class).orElse(null),
                state instanceof ReleaseState.NeedsHuman
                        ? last(facts, ReleaseEvent.RollbackFailed.class).orElse(null)
                        : null,
                last(facts, ReleaseEvent.ReleaseResolved.class).orElse(null));
    }

    private static Odd odd(ReleaseEvent.RolloutIndeterminate odd) {
        return new Odd(
                odd.environment(),
                odd.step(),
                new Shape(odd.from()).toString(),
                new Shape(odd.to()).toString(),
                new Shape(odd.observed()).toString());
    }

    private static @Nullable Step step(ReleaseState state) {
        ReleaseState at = state instanceof ReleaseState.Indeterminate(var rolling) ? rolling : state;
        return at instanceof ReleaseState.Rolling running
                ? new Step(
                        running.environment(),
                        running.step(),
                        running.journey().steps(running.environment()).size(),
                        running.current().kind(),
                        running.current().title())
                : null;
    }

    private static Stage stage(String environment, List<ReleaseEvent> facts) {
        List<ReleaseEvent.RolloutStepCompleted> steps = all(facts, ReleaseEvent.RolloutStepCompleted.class).stream()
                .filter(fact -> fact.environment().equals(environment))
                .toList();
        return new Stage(
                environment,
                all(facts, ReleaseEvent.ReleaseDeployed.class).stream()
                                .anyMatch(fact -> fact.environment().equals(environment))
                        && steps.stream().noneMatch(step -> step.kind() == StepKind.REVERT),
                all(facts, ReleaseEvent.ReleaseStarted.class).stream()
                        .filter(fact -> fact.environment().equals(environment))
                        .map(ReleaseEvent.ReleaseStarted::digest)
                        .findFirst()
                        .orElse(null),
                // The last look at all of it: after the rollout, or after the way back.
                steps.reversed().stream()
                        .filter(step -> step.kind() == StepKind.VALIDATE || step.kind() == StepKind.REVERT)
                        .map(ReleaseEvent.RolloutStepCompleted::observed)
                        .findFirst()
                        .orElse(null),
                all(facts, ReleaseEvent.BackupRequested.class).stream()
                        .filter(fact -> fact.environment().equals(environment))
                        .map(ReleaseEvent.BackupRequested::backupSetId)
                        .toList(),
                all(facts, ReleaseEvent.ReleaseGateEvaluated.class).stream()
                        .filter(fact -> fact.environment().equals(environment))
                        .toList(),
                steps,
                all(facts, ReleaseEvent.CanaryAnalysisCompleted.class).stream()
                        .filter(fact -> fact.environment().equals(environment))
                        .toList());
    }

    private static <T> List<T> all(List<ReleaseEvent> facts, Class<T> type) {
        return facts.stream().filter(type::isInstance).map(type::cast).toList();
    }

    private static <T> Optional<T> last(List<ReleaseEvent> facts, Class<T> type) {
        return all(facts, type).reversed().stream().findFirst();
    }
}
