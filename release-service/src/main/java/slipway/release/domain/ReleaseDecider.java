package slipway.release.domain;

import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import slipway.decider.Decider;
import slipway.decider.Decision;
import slipway.release.domain.ReleaseCommand.BackupProof;
import slipway.release.domain.ReleaseCommand.BackupTerms;
import slipway.release.domain.ReleaseState.Asking;
import slipway.release.domain.ReleaseState.Blocked;
import slipway.release.domain.ReleaseState.NeedsHuman;
import slipway.release.domain.ReleaseState.Open;
import slipway.release.domain.ReleaseState.Paused;
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
            case ReleaseCommand.CheckBackup check -> Preparation.check(check, state);
            case ReleaseCommand.PassGates gates -> Preparation.gates(gates, state);
            case ReleaseCommand.RefuseStart refused -> Rollout.refuse(refused, state);
            case ReleaseCommand.RevokeLeave revoked -> Control.revoke(revoked, state);
            case ReleaseCommand.Pause pause -> Control.pause(pause, state);
            case ReleaseCommand.AskToResume ask -> Control.askToResume(ask, state);
            case ReleaseCommand.Resume resume -> Control.resume(resume, state);
            case ReleaseCommand.Promote promote -> Control.promote(promote, state);
            case ReleaseCommand.Start start -> Rollout.start(start, state);
            case ReleaseCommand.CompleteStep completed -> Rollout.complete(completed, state);
            case ReleaseCommand.JudgeCanary judged -> Rollout.judge(judged, state);
            case ReleaseCommand.FailStep failed -> Rollout.fail(failed, state);
            case ReleaseCommand.FindIndeterminate found -> Rollout.indeterminate(found, state);
            case ReleaseCommand.CompleteRevert completed -> WayBack.reverted(completed, state);
            case ReleaseCommand.FailRevert failed -> WayBack.notReverted(failed, state);
            case ReleaseCommand.CompleteRestore completed -> WayBack.restored(completed, state);
            case ReleaseCommand.FailRestore failed -> WayBack.notRestored(failed, state);
            case ReleaseCommand.ApproveRestore approve -> WayBack.approve(approve, state);
            case ReleaseCommand.DeclineRestore decline -> WayBack.decline(decline, state);
            case ReleaseCommand.Retry retry -> Ending.retry(retry, state);
            case ReleaseCommand.Abort abort -> Ending.abort(abort, state);
            case ReleaseCommand.RollBack back -> Ending.rollBack(back, state);
            case ReleaseCommand.Close close -> Ending.close(close, state);
            case ReleaseCommand.Join join -> Ending.join(join, state);
            case ReleaseCommand.Resolve resolve -> Ending.resolve(resolve, state);
            case ReleaseCommand.LoseBackup lost -> Control.loseBackup(lost, state);
            case ReleaseCommand.Supersede(var here, var by) -> WayBack.supersede(here, by, state);
            case ReleaseCommand.LayBare(var here) -> WayBack.layBare(here, state);
            case ReleaseCommand.Instruct(var instruction, var reason, var what) ->
                instructed(new ReleaseEvent.ReleaseInstructed(instruction, reason), decide(what, state));
        };
    }

    /// What changes nothing is not told either.
    private static Decision<ReleaseEvent> instructed(
            ReleaseEvent.ReleaseInstructed word, Decision<ReleaseEvent> decision) {
        return switch (decision) {
            case Decision.Accepted<ReleaseEvent>(var facts) when !facts.isEmpty() -> {
                List<ReleaseEvent> all = new ArrayList<>(List.of(word));
                all.addAll(facts);
                yield Decision.accept(all);
            }
            case Decision.Accepted<ReleaseEvent> _, Decision.Refused<ReleaseEvent> _ -> decision;
        };
    }

    @Override
    public ReleaseState evolve(ReleaseState state, ReleaseEvent fact) {
        return switch (fact) {
            case ReleaseEvent.ReleasePlanned plan -> new ReleaseState.Building(planned(state, plan));
            case ReleaseEvent.PackageBuilt built -> new ReleaseState.Testing(journey(state).built(built.all()), built.digest());
            case ReleaseEvent.PackageTested tested ->
                new ReleaseState.Packaged(journey(state).tested(tested.digest(), tested.migrations()));
            case ReleaseEvent.BackupRequested asked ->
                new Securing(
                        journey(state).askedForBackup(),
                        new BackupTerms(asked.environment(), asked.plan(), asked.rpoSeconds(), asked.minLevel()),
                        asked.backupSetId());
            case ReleaseEvent.ImplementationRequested asked -> asking(state, asked);
            case ReleaseEvent.ReleaseStarted started ->
                state instanceof Asking asking ? asking.starting(
                                new Shape(started.before()), started.leaves(), started.pendingMigrations()) : state;
            case ReleaseEvent.ReleaseResumed resumed ->
                state instanceof Open open ? open.with(open.journey().given(resumed.leaves())) : state;
            case ReleaseEvent.LeaveRevoked revoked ->
                state instanceof Open open ? open.with(open.journey().without(revoked)) : state;
            case ReleaseEvent.ReleasePauseRequested asked ->
                state instanceof Rolling running
                        ? running.turning(new ReleaseState.Turn.Pause(asked.cause(), asked.reason(), false))
                        : state;
            case ReleaseEvent.ReleaseResumeRequested _ -> resuming(state);
            case ReleaseEvent.RollbackRequested asked ->
                state instanceof Rolling running
                        ? running.turning(
                                new ReleaseState.Turn.Back(asked.cause(), asked.reason(), asked.triggeredBy()))
                        : state;
            case ReleaseEvent.ReleasePaused paused -> paused(state, paused);
            case ReleaseEvent.DataRestoreApprovalRequested _ -> awaiting(state);
            case ReleaseEvent.ReleaseJoined joined -> new ReleaseState.Joined(joined.into());
            case ReleaseEvent.CarriedChangeClosed closed ->
                state instanceof Open open ? open.with(open.journey().ended(closed)) : state;
            case ReleaseEvent.RolloutStepStarted step -> stepStarted(state, step);
            case ReleaseEvent.RolloutStepCompleted step -> stepCompleted(state, step);
            case ReleaseEvent.RolloutIndeterminate _ ->
                state instanceof Rolling running ? new ReleaseState.Indeterminate(running) : state;
            case ReleaseEvent.ReleaseDeployed deployed ->
                deployed.last()
                        ? new ReleaseState.Released(journey(state).deployedIn(deployed.environment(), deployed.soakUntil()))
                        : new ReleaseState.Packaged(journey(state).deployedIn(deployed.environment(), deployed.soakUntil()));
            case ReleaseEvent.RollbackTriggered back ->
                new Reverting(
                        journey(state), back.environments(), 1, 1, back.toDigest(), null, back.triggeredBy(), null);
            case ReleaseEvent.DataRestoreRequested asked -> restoring(state, asked);
            case ReleaseEvent.RollbackCompleted _ -> new ReleaseState.RolledBack(journey(state));
            case ReleaseEvent.RollbackFailed _ ->
                new NeedsHuman(journey(state), switch (state) {
                    case Reverting reverting when !reverting.left().isEmpty() -> reverting;
                    case Restoring restoring -> restoring;
                    default -> null;
                });
            case ReleaseEvent.ReleaseBlocked blocked -> new Blocked(journey(state), blocked.environment());
            case ReleaseEvent.ReleaseAborted _ -> new ReleaseState.Aborted();
            case ReleaseEvent.ReleaseClosed closed -> new ReleaseState.Closed(closed.outcome());
            case ReleaseEvent.ReleaseResolved _ -> new ReleaseState.Resolved(journey(state));
            case ReleaseEvent.BackupLost lost ->
                state instanceof Open open ? open.with(open.journey().losing(lost.backupSetId())) : state;
            case ReleaseEvent.EnvironmentSuperseded(var here, var by) ->
                state instanceof Open open ? open.with(open.journey().under(by, here)) : state;
            case ReleaseEvent.EnvironmentLaidBare(var here) ->
                state instanceof Open open ? open.with(open.journey().under(null, here)) : state;
            case ReleaseEvent.ReleaseInstructed _,
                    ReleaseEvent.BackupCheckRequested _,
                    ReleaseEvent.ReleaseGateEvaluated _,
                    ReleaseEvent.CanaryAnalysisCompleted _,
                    ReleaseEvent.DataRestoreDeclined _,
                    ReleaseEvent.ReleasePromoted _ ->
                state;
        };
    }

    /// A person's pause is about the release, whatever its plan is by then.
    private static Journey planned(ReleaseState state, ReleaseEvent.ReleasePlanned plan) {
        return switch (state) {
            case Paused paused when paused.cause() == PauseCause.PERSON && !paused.resuming() ->
                paused.journey().replanned(plan).held(paused.reason());
            case Open open -> open.journey().replanned(plan);
            case ReleaseState.Nothing _,
                    ReleaseState.Aborted _,
                    ReleaseState.Joined _,
                    ReleaseState.Closed _ -> Journey.of(plan);
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
                    new Shape(step.to()),
                    null);
        }
        Reverting reverting = state instanceof NeedsHuman(_, Reverting failed) ? failed : (Reverting) state;
        // What was learnt since it failed, counts.
        return new Reverting(
                journey(state),
                reverting.left(),
                step.step(),
                step.attempt(),
                reverting.toDigest(),
                reverting.observed(),
                reverting.triggeredBy(),
                reverting.lostMillis());
    }

    private static ReleaseState stepCompleted(ReleaseState state, ReleaseEvent.RolloutStepCompleted step) {
        return switch (state) {
            case Reverting reverting when step.kind() == StepKind.REVERT ->
                new Reverting(
                        reverting.journey(),
                        reverting.left().subList(1, reverting.left().size()),
                        step.step() + 1,
                        1,
                        reverting.toDigest(),
                        reverting.observed() == null ? step.observed() : reverting.observed(),
                        reverting.triggeredBy(),
                        reverting.lostMillis());
            case Rolling running -> running.with(running.journey().done(step.environment(), step.step()));
            default -> state;
        };
    }

    private static ReleaseState asking(ReleaseState state, ReleaseEvent.ImplementationRequested asked) {
        Journey journey = journey(state);
        Instant startBy = asked.startBy();
        BackupProof proof = new BackupProof(
                asked.environment(),
                asked.backupSetId(),
                asked.backupLevel(),
                asked.manifestDigest(),
                startBy == null
                        ? null
                        : startBy.minusSeconds(journey.plan().stage(asked.environment()).rpoSeconds()));
        Paused resumes =
                switch (state) {
                    case Paused paused when asked.resumesAt() > 0 -> paused;
                    case Asking before -> before.resumes();
                    default -> null;
                };
        return new Asking(
                asked.leaves().isEmpty() ? journey : journey.given(asked.leaves()),
                proof,
                asked.changeId(),
                asked.leaves(),
                resumes);
    }

    private static ReleaseState resuming(ReleaseState state) {
        return switch (state) {
            case Rolling running when running.turn() instanceof ReleaseState.Turn.Pause(var cause, var reason, _) ->
                running.turning(new ReleaseState.Turn.Pause(cause, reason, true));
            // Nothing was started there: it is as if it had never stood still.
            case Paused paused when paused.step() == 0 -> new ReleaseState.Packaged(paused.journey());
            case Paused paused -> paused.asked();
            case ReleaseState.Building(var journey) -> new ReleaseState.Building(journey.held(null));
            case ReleaseState.Testing(var journey, var digest) -> new ReleaseState.Testing(journey.held(null), digest);
            default -> state;
        };
    }

    private static ReleaseState paused(ReleaseState state, ReleaseEvent.ReleasePaused paused) {
        Journey journey = journey(state);
        String here = paused.environment();
        return switch (state) {
            case ReleaseState.Indeterminate(var at) ->
                new Paused(
                        journey, here, at.step(), at.attempt() + 1, at.from(), paused.cause(), paused.reason(), false);
            case Rolling running when running.step() == paused.step() && running.environment().equals(here) ->
                new Paused(
                        journey, here, paused.step(), running.attempt() + 1, running.to(), paused.cause(), paused.reason(), false);
            case Rolling running ->
                new Paused(journey, here, paused.step(), 1, running.to(), paused.cause(), paused.reason(), false);
            case Asking(_, _, _, _, Paused before) when before != null -> again(before, journey, paused);
            case Paused before -> again(before, journey, paused);
            // Nothing was started there.
            default ->
                new Paused(
                        journey.held(null), here, 0, 1, new Shape(List.of()), paused.cause(), paused.reason(), false);
        };
    }

    private static Paused again(Paused before, Journey journey, ReleaseEvent.ReleasePaused paused) {
        return new Paused(
                journey,
                before.environment(),
                before.step(),
                before.attempt(),
                before.shape(),
                paused.cause(),
                paused.reason(),
                false);
    }

    private static ReleaseState awaiting(ReleaseState state) {
        return switch (state) {
            case Reverting reverting ->
                new ReleaseState.AwaitingRestore(reverting.journey(), reverting.journey().dataWayBack(), reverting);
            case NeedsHuman(var journey, Restoring failed) ->
                new ReleaseState.AwaitingRestore(journey, failed.left(), failed.reverted());
            default -> state;
        };
    }

    private static ReleaseState restoring(ReleaseState state, ReleaseEvent.DataRestoreRequested asked) {
        return switch (state) {
            case Reverting reverting ->
                new Restoring(
                        reverting.journey(), reverting.journey().dataWayBack(), reverting, asked.approvedBy());
            case ReleaseState.AwaitingRestore(var journey, var left, var reverted) ->
                new Restoring(journey, WayBack.stillToRestore(journey, left), reverted.losing(asked.lostMillis()), asked.approvedBy());
            // What was learnt since it failed, counts.
            case NeedsHuman(var journey, Restoring failed) ->
                new Restoring(journey, failed.left(), failed.reverted().losing(asked.lostMillis()), asked.approvedBy());
            case Restoring restoring -> {
                List<Touched> left = restoring.left();
                int next = 0;
                while (!left.get(next).backupSetId().equals(asked.backupSetId())) {
                    next++;
                }
                yield new Restoring(
                        restoring.journey(),
                        left.subList(next, left.size()),
                        restoring.reverted().losing(asked.lostMillis()),
                        restoring.approvedBy());
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
