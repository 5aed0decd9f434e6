package slipway.release.domain;

import java.util.List;
import slipway.decider.Decider;
import slipway.decider.Decision;
import slipway.release.domain.ReleaseCommand.BackupTerms;
import slipway.release.domain.ReleaseState.Asking;
import slipway.release.domain.ReleaseState.Blocked;
import slipway.release.domain.ReleaseState.NeedsHuman;
import slipway.release.domain.ReleaseState.Open;
import slipway.release.domain.ReleaseState.Restoring;
import slipway.release.domain.ReleaseState.Reverting;
import slipway.release.domain.ReleaseState.Rolling;
import slipway.release.domain.ReleaseState.Securing;

/// How a release decides: its package once, then environment by environment, and back again when something fails.
///
/// A command that comes late or twice (a job done again, a fact redelivered) is accepted with no facts.
public final class ReleaseDecider implements Decider<ReleaseCommand, ReleaseState, ReleaseEvent> {

    @Override
    public ReleaseState initial() {
        return new ReleaseState.Nothing();
    }

    @Override
    public Decision<ReleaseEvent> decide(ReleaseCommand command, ReleaseState state) {
        return switch (command) {
            case ReleaseCommand.Plan plan -> Preparation.plan(plan, state);
            case ReleaseCommand.RecordPackage built -> Preparation.built(built, state);
            case ReleaseCommand.RecordTest tested -> Preparation.tested(tested, state);
            case ReleaseCommand.Block block -> Preparation.block(block, state);
            case ReleaseCommand.Begin begin -> Preparation.begin(begin, state);
            case ReleaseCommand.RefuseBackup refused -> Preparation.backupRefused(refused, state);
            case ReleaseCommand.PassGates gates -> Preparation.gates(gates, state);
            case ReleaseCommand.RefuseStart refused -> Preparation.startRefused(refused, state);
            case ReleaseCommand.Start start -> Rollout.start(start, state);
            case ReleaseCommand.CompleteStep completed -> Rollout.complete(completed, state);
            case ReleaseCommand.JudgeCanary judged -> Rollout.judge(judged, state);
            case ReleaseCommand.FailStep failed -> Rollout.fail(failed, state);
            case ReleaseCommand.FindIndeterminate found -> Rollout.indeterminate(found, state);
            case ReleaseCommand.CompleteRevert completed -> WayBack.reverted(completed, state);
            case ReleaseCommand.FailRevert failed -> WayBack.notReverted(failed, state);
            case ReleaseCommand.CompleteRestore completed -> WayBack.restored(completed, state);
            case ReleaseCommand.FailRestore failed -> WayBack.notRestored(failed, state);
            case ReleaseCommand.Retry retry -> WayBack.retry(retry, state);
            case ReleaseCommand.Abort abort -> WayBack.abort(abort, state);
            case ReleaseCommand.Close close -> WayBack.close(close, state);
        };
    }

    @Override
    public ReleaseState evolve(ReleaseState state, ReleaseEvent fact) {
        return switch (fact) {
            case ReleaseEvent.ReleasePlanned plan ->
                new ReleaseState.Building(
                        state instanceof Open open ? open.journey().replanned(plan) : Journey.of(plan));
            case ReleaseEvent.PackageBuilt built -> new ReleaseState.Testing(journey(state).built(built.location()), built.digest());
            case ReleaseEvent.PackageTested tested ->
                new ReleaseState.Packaged(journey(state).tested(tested.digest(), tested.migrations()));
            case ReleaseEvent.BackupRequested asked ->
                new Securing(
                        journey(state).askedForBackup(),
                        new BackupTerms(asked.environment(), asked.plan(), asked.rpoSeconds(), asked.minLevel()),
                        asked.backupSetId());
            case ReleaseEvent.ImplementationRequested asked ->
                new Asking(journey(state), asked.environment(), asked.backupSetId(), asked.manifestDigest(), asked.startBy());
            case ReleaseEvent.ReleaseStarted started ->
                state instanceof Asking asking
                        ? new Asking(
                                asking.journey()
                                        .touching(new Journey.Touched(
                                                started.environment(),
                                                asking.backupSetId(),
                                                asking.manifestDigest(),
                                                new Shape(started.before()),
                                                false)),
                                asking.environment(),
                                asking.backupSetId(),
                                asking.manifestDigest(),
                                asking.startBy())
                        : state;
            case ReleaseEvent.RolloutStepStarted step -> stepStarted(state, step);
            case ReleaseEvent.RolloutStepCompleted step -> stepCompleted(state, step);
            case ReleaseEvent.RolloutIndeterminate _ ->
                state instanceof Rolling running ? new ReleaseState.Indeterminate(running) : state;
            case ReleaseEvent.ReleaseDeployed deployed ->
                deployed.last()
                        ? new ReleaseState.Released(journey(state).deployedIn(deployed.environment()))
                        : new ReleaseState.Packaged(journey(state).deployedIn(deployed.environment()));
            case ReleaseEvent.RollbackTriggered back ->
                new Reverting(journey(state), back.environments(), 1, back.toDigest(), null);
            case ReleaseEvent.DataRestoreRequested asked -> restoring(state, asked.backupSetId());
            case ReleaseEvent.RollbackCompleted _ -> new ReleaseState.RolledBack(journey(state));
            case ReleaseEvent.RollbackFailed _ ->
                new NeedsHuman(journey(state), state instanceof Reverting reverting ? reverting : null);
            case ReleaseEvent.ReleaseBlocked blocked -> new Blocked(journey(state), blocked.environment());
            case ReleaseEvent.ReleaseAborted _ -> new ReleaseState.Aborted();
            case ReleaseEvent.ReleaseClosed closed -> new ReleaseState.Closed(closed.outcome());
            case ReleaseEvent.ReleaseGateEvaluated _,
                    ReleaseEvent.CanaryAnalysisCompleted _,
                    ReleaseEvent.ReleasePromoted _ ->
                state;
        };
    }

    private static ReleaseState stepStarted(ReleaseState state, ReleaseEvent.RolloutStepStarted step) {
        if (step.kind() != StepKind.REVERT) {
            return new Rolling(
                    journey(state),
                    step.environment(),
                    step.step(),
                    step.attempt(),
                    new Shape(step.from()),
                    new Shape(step.to()));
        }
        Reverting reverting = state instanceof NeedsHuman(_, Reverting failed) ? failed : (Reverting) state;
        return new Reverting(
                reverting.journey(), reverting.left(), step.attempt(), reverting.toDigest(), reverting.observed());
    }

    private static ReleaseState stepCompleted(ReleaseState state, ReleaseEvent.RolloutStepCompleted step) {
        return switch (step.kind()) {
            case MIGRATE ->
                state instanceof Rolling running
                        ? new Rolling(
                                running.journey().migrated(step.environment()),
                                running.environment(),
                                running.step(),
                                running.attempt(),
                                running.from(),
                                running.to())
                        : state;
            case REVERT ->
                state instanceof Reverting reverting
                        ? new Reverting(
                                reverting.journey(),
                                reverting.left().subList(1, reverting.left().size()),
                                1,
                                reverting.toDigest(),
                                reverting.observed() == null ? step.observed() : reverting.observed())
                        : state;
            case SWITCH, ANALYSE, VALIDATE, PREVIEW, WEIGHT, CUTOVER, RETIRE, PAUSE, BAKE, UNKNOWN -> state;
        };
    }

    private static ReleaseState restoring(ReleaseState state, String backupSetId) {
        return switch (state) {
            case Reverting reverting ->
                new Restoring(reverting.journey(), reverting.journey().dataWayBack(), reverting);
            case Restoring restoring -> {
                List<Journey.Touched> left = restoring.left();
                int next = 0;
                while (!left.get(next).backupSetId().equals(backupSetId)) {
                    next++;
                }
                yield new Restoring(restoring.journey(), left.subList(next, left.size()), restoring.reverted());
            }
            default -> state;
        };
    }

    private static Journey journey(ReleaseState state) {
        if (state instanceof Open open) {
            return open.journey();
        }
        throw new IllegalStateException("a release that is " + state.status() + " has no plan: its facts are out of order");
    }
}
