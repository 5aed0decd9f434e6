package slipway.release.domain;

import java.util.List;
import java.util.Optional;
import org.jspecify.annotations.Nullable;
import slipway.decider.Decision;
import slipway.release.domain.ReleaseEvent.DataRestoreRequested;
import slipway.release.domain.ReleaseEvent.ReleaseAborted;
import slipway.release.domain.ReleaseEvent.ReleaseClosed;
import slipway.release.domain.ReleaseEvent.RollbackCompleted;
import slipway.release.domain.ReleaseEvent.RollbackFailed;
import slipway.release.domain.ReleaseEvent.RollbackTriggered;
import slipway.release.domain.ReleaseEvent.RolloutStepCompleted;
import slipway.release.domain.ReleaseEvent.RolloutStepStarted;
import slipway.release.domain.ReleaseState.Asking;
import slipway.release.domain.ReleaseState.Blocked;
import slipway.release.domain.ReleaseState.Building;
import slipway.release.domain.ReleaseState.Indeterminate;
import slipway.release.domain.ReleaseState.NeedsHuman;
import slipway.release.domain.ReleaseState.Nothing;
import slipway.release.domain.ReleaseState.Open;
import slipway.release.domain.ReleaseState.Packaged;
import slipway.release.domain.ReleaseState.Released;
import slipway.release.domain.ReleaseState.Restoring;
import slipway.release.domain.ReleaseState.Reverting;
import slipway.release.domain.ReleaseState.RolledBack;
import slipway.release.domain.ReleaseState.Rolling;
import slipway.release.domain.ReleaseState.Securing;
import slipway.release.domain.ReleaseState.Testing;

/// Back again: every environment that was touched, last first, and then the data where the plan says so.
final class WayBack {

    /// What a step back saw where nothing ran before.
    private static final String NOTHING_RUNS = "nothing";

    private WayBack() {}

    static Decision<ReleaseEvent> trigger(Journey journey, String environment, RollbackCause cause, String reason) {
        return Decision.accept(facts(journey, environment, cause, reason));
    }

    static List<ReleaseEvent> facts(Journey journey, String environment, RollbackCause cause, String reason) {
        List<Journey.Touched> data = journey.dataWayBack();
        // Where data go back, the set that they come from; otherwise the failing environment's own.
        Optional<Journey.Touched> set = data.isEmpty()
                ? journey.touched(environment)
                : Optional.of(data.getFirst());
        List<String> wayBack = journey.wayBack();
        return List.of(
                new RollbackTriggered(
                        environment,
                        wayBack,
                        cause,
                        reason,
                        journey.touched(environment)
                                .map(touched -> touched.before().digest())
                                .orElse(null),
                        !data.isEmpty(),
                        set.map(Journey.Touched::backupSetId).orElse(null),
                        set.map(Journey.Touched::manifestDigest).orElse(null)),
                revert(wayBack.getFirst(), 1, 1));
    }

    static Decision<ReleaseEvent> reverted(ReleaseCommand.CompleteRevert done, ReleaseState state) {
        if (!(state instanceof Reverting reverting) || !reverting.isAt(done.environment())) {
            return Decision.nothing();
        }
        Journey journey = reverting.journey();
        int step = step(reverting);
        RolloutStepCompleted completed = new RolloutStepCompleted(
                done.environment(),
                step,
                StepKind.REVERT,
                done.environment(),
                reverting.attempt(),
                done.adopted(),
                done.observed() == null ? NOTHING_RUNS : done.observed());
        if (reverting.left().size() > 1) {
            return Decision.accept(completed, revert(reverting.left().get(1), step + 1, 1));
        }
        String observed = reverting.observed() == null ? completed.observed() : reverting.observed();
        List<Journey.Touched> data = journey.dataWayBack();
        return data.isEmpty()
                ? Decision.accept(
                        completed, new RollbackCompleted(reverting.toDigest(), digest(observed), false, null))
                : Decision.accept(completed, restore(journey, data.getFirst()));
    }

    static Decision<ReleaseEvent> notReverted(ReleaseCommand.FailRevert failed, ReleaseState state) {
        return state instanceof Reverting reverting && reverting.isAt(failed.environment())
                ? Decision.accept(new RollbackFailed(failed.environment(), failed.reason()))
                : Decision.nothing();
    }

    static Decision<ReleaseEvent> restored(ReleaseCommand.CompleteRestore done, ReleaseState state) {
        if (!(state instanceof Restoring(var journey, var left, var reverted))
                || !left.getFirst().backupSetId().equals(done.backupSetId())) {
            return Decision.nothing();
        }
        return left.size() > 1
                ? Decision.accept(restore(journey, left.get(1)))
                : Decision.accept(new RollbackCompleted(
                        reverted.toDigest(), digest(reverted.observed()), true, done.dataLossMillis()));
    }

    static Decision<ReleaseEvent> notRestored(ReleaseCommand.FailRestore failed, ReleaseState state) {
        return state instanceof Restoring(_, var left, _)
                        && left.getFirst().backupSetId().equals(failed.backupSetId())
                ? Decision.accept(
                        new RollbackFailed(left.getFirst().environment(), String.join("; ", failed.reasons())))
                : Decision.nothing();
    }

    static Decision<ReleaseEvent> retry(ReleaseCommand.Retry retry, ReleaseState state) {
        return switch (state) {
            // As long as nothing is touched, what somebody mended in the catalogue counts.
            case Blocked(var journey, var environment)
            when environment == null
                    || journey.touched().isEmpty() && !journey.plan().stages().equals(retry.stages()) ->
                Decision.accept(journey.plan().with(retry.stages()));
            case Blocked(var journey, var environment) -> Decision.accept(journey.backup(environment));
            case Indeterminate(var at) -> Decision.accept(Rollout.again(at));
            // A record pattern matches null as well.
            case NeedsHuman(_, Reverting reverting) when reverting != null ->
                Decision.accept(revert(reverting.left().getFirst(), step(reverting), reverting.attempt() + 1));
            case NeedsHuman _ ->
                Decision.refuse("the data could not be restored: follow the next step that RestoreFailed names");
            case Nothing _,
                    Building _,
                    Testing _,
                    Packaged _,
                    Securing _,
                    Asking _,
                    Rolling _,
                    Reverting _,
                    Restoring _,
                    Released _,
                    RolledBack _,
                    ReleaseState.Aborted _,
                    ReleaseState.Closed _ ->
                Decision.refuse("there is nothing to retry: the release is " + state.status());
        };
    }

    /// Nothing touched: it ends here. Otherwise it goes back.
    static Decision<ReleaseEvent> abort(ReleaseCommand.Abort abort, ReleaseState state) {
        return switch (state) {
            case Building _, Testing _, Packaged _, Securing _, Asking _, Rolling _, Blocked _, Indeterminate _ -> {
                Journey journey = ((Open) state).journey();
                if (journey.touched().isEmpty()) {
                    yield Decision.accept(new ReleaseAborted(abort.reason()));
                }
                if (state instanceof Rolling running && running.current().kind() == StepKind.MIGRATE) {
                    // Whether its transaction is committed is known only afterwards, and with it whether data go back.
                    yield Decision.refuse(
                            "the migration of " + running.environment() + " is under way; abort when it is done");
                }
                String here = journey.touched().getLast().environment();
                yield trigger(journey, here, RollbackCause.ABORTED, abort.reason());
            }
            case Released _ ->
                Decision.refuse("it is deployed everywhere; to go back, ask for a change to the version before");
            case Nothing _,
                    Reverting _,
                    Restoring _,
                    NeedsHuman _,
                    RolledBack _,
                    ReleaseState.Aborted _,
                    ReleaseState.Closed _ ->
                Decision.nothing();
        };
    }

    static Decision<ReleaseEvent> close(ReleaseCommand.Close close, ReleaseState state) {
        return switch (state) {
            case Released _, RolledBack _, NeedsHuman _, ReleaseState.Aborted _ ->
                Decision.accept(new ReleaseClosed(close.outcome()));
            case Nothing _,
                    Building _,
                    Testing _,
                    Packaged _,
                    Securing _,
                    Asking _,
                    Rolling _,
                    Indeterminate _,
                    Blocked _,
                    Reverting _,
                    Restoring _,
                    ReleaseState.Closed _ ->
                Decision.nothing();
        };
    }

    private static RolloutStepStarted revert(String environment, int step, int attempt) {
        return new RolloutStepStarted(environment, step, StepKind.REVERT, environment, attempt, List.of(), List.of());
    }

    private static @Nullable String digest(@Nullable String observed) {
        return NOTHING_RUNS.equals(observed) ? null : observed;
    }

    /// Which of the environments on the way back is the current one, from 1.
    private static int step(Reverting reverting) {
        return reverting.journey().touched().size() - reverting.left().size() + 1;
    }

    private static DataRestoreRequested restore(Journey journey, Journey.Touched where) {
        return new DataRestoreRequested(
                where.environment(),
                where.backupSetId(),
                where.manifestDigest(),
                journey.plan().approvers());
    }
}
