package slipway.release.domain;

import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import org.jspecify.annotations.Nullable;
import slipway.decider.Decision;
import slipway.release.domain.ReleaseEvent.CarriedChange;
import slipway.release.domain.ReleaseEvent.DataRestoreApprovalRequested;
import slipway.release.domain.ReleaseEvent.DataRestoreDeclined;
import slipway.release.domain.ReleaseEvent.DataRestoreRequested;
import slipway.release.domain.ReleaseEvent.RollbackCompleted;
import slipway.release.domain.ReleaseEvent.RollbackFailed;
import slipway.release.domain.ReleaseEvent.RollbackRequested;
import slipway.release.domain.ReleaseEvent.RollbackTriggered;
import slipway.release.domain.ReleaseEvent.RolloutStepCompleted;
import slipway.release.domain.ReleaseEvent.RolloutStepStarted;
import slipway.release.domain.ReleaseState.AwaitingRestore;
import slipway.release.domain.ReleaseState.Open;
import slipway.release.domain.ReleaseState.Restoring;
import slipway.release.domain.ReleaseState.Reverting;
import slipway.release.domain.ReleaseState.Rolling;

/// Back again: every environment that was touched, last first, and then the data where the plan says so.
public final class WayBack {

    /// What a step back saw where nothing ran before.
    private static final String NOTHING_RUNS = "nothing";

    private WayBack() {}

    /// Where a release would go back to.
    ///
    /// @param toDigest what the environment ran before; null: nothing, or not known
    /// @param recoveryPoint the moment that data would go back to; null: no data, or not known
    public record Way(
            List<String> environments,
            @Nullable String toDigest,
            boolean dataRestore,
            @Nullable String backupSetId,
            @Nullable String manifestDigest,
            @Nullable Instant recoveryPoint) {

        /// @param environment where it failed, or the last one that was touched
        public static Way from(Journey journey, String environment) {
            List<Journey.Touched> data = journey.dataWayBack();
            // Where data go back, the set that they come from; otherwise the failing environment's own.
            Optional<Journey.Touched> set =
                    data.isEmpty() ? journey.touched(environment) : Optional.of(data.getFirst());
            return new Way(
                    journey.wayBack(),
                    journey.touched(environment)
                            .map(touched -> touched.before().digest())
                            .orElse(null),
                    !data.isEmpty(),
                    set.map(Journey.Touched::backupSetId).orElse(null),
                    set.map(Journey.Touched::manifestDigest).orElse(null),
                    set.map(touched -> touched.proof().recoveryPoint()).orElse(null));
        }
    }

    /// A migration is done to its end first: whether its transaction is committed is known only afterwards, and with it whether
    /// data go back.
    static List<ReleaseEvent> back(Open open, RollbackCause cause, String reason, Instant at) {
        if (open instanceof Rolling running && running.current().kind() == StepKind.MIGRATE) {
            return running.turn() instanceof ReleaseState.Turn.Back
                    ? List.of()
                    : List.of(new RollbackRequested(running.environment(), running.step(), cause, reason));
        }
        return facts(open.journey(), open.journey().touched().getLast().environment(), cause, reason, at);
    }

    static List<ReleaseEvent> facts(
            Journey journey, String environment, RollbackCause cause, String reason, Instant at) {
        Way way = Way.from(journey, environment);
        Optional<Journey.Touched> noReturn = journey.noReturn();
        RollbackTriggered triggered = new RollbackTriggered(
                environment,
                noReturn.isPresent() ? List.of() : way.environments(),
                cause,
                reason,
                way.toDigest(),
                noReturn.isEmpty() && way.dataRestore(),
                way.backupSetId(),
                way.manifestDigest(),
                way.recoveryPoint(),
                journey.changeIds());
        return noReturn.isPresent()
                ? List.of(
                        triggered,
                        new RollbackFailed(
                                environment, noReturn(journey, noReturn.get()), journey.changeIds()))
                : List.of(triggered, revert(way.environments().getFirst(), 1, 1));
    }

    public static String noReturn(Journey journey, Journey.Touched where) {
        return "the point of no return of " + where.environment() + " was passed with "
                + journey.plan().stage(where.environment()).noReturnAfter() + ": it can only be mended forward";
    }

    static Decision<ReleaseEvent> reverted(ReleaseCommand.CompleteRevert done, ReleaseState state) {
        if (!(state instanceof Reverting reverting) || !reverting.isAt(done.environment())) {
            return Decision.nothing();
        }
        int step = step(reverting);
        RolloutStepCompleted completed = new RolloutStepCompleted(
                done.environment(),
                step,
                StepKind.REVERT,
                done.environment(),
                reverting.attempt(),
                done.adopted(),
                done.observed() == null ? NOTHING_RUNS : done.observed(),
                done.millis());
        if (reverting.left().size() > 1) {
            return Decision.accept(completed, revert(reverting.left().get(1), step + 1, 1));
        }
        String observed = reverting.observed() == null ? completed.observed() : reverting.observed();
        return Decision.accept(completed, data(reverting, observed, done.at()));
    }

    /// The approved plan covers that data of its RPO are lost. Where more would be, somebody has to say so now.
    private static ReleaseEvent data(Reverting reverting, String observed, Instant at) {
        Journey journey = reverting.journey();
        List<Journey.Touched> data = journey.dataWayBack();
        if (data.isEmpty()) {
            return new RollbackCompleted(
                    reverting.toDigest(), digest(observed), false, null, journey.changeIds());
        }
        for (Journey.Touched each : data) {
            Instant recoveryPoint = each.proof().recoveryPoint();
            Instant covered = journey.startBy(each.proof());
            if (recoveryPoint != null && covered != null && at.isAfter(covered)) {
                return new DataRestoreApprovalRequested(
                        each.environment(),
                        each.backupSetId(),
                        each.manifestDigest(),
                        recoveryPoint,
                        Duration.between(recoveryPoint, at).toMillis(),
                        Duration.between(recoveryPoint, covered).toMillis());
            }
        }
        return restore(journey, data.getFirst(), journey.plan().approvers());
    }

    static Decision<ReleaseEvent> approve(ReleaseCommand.ApproveRestore approve, ReleaseState state) {
        if (!(state instanceof AwaitingRestore(var journey, _))) {
            return nobodyAsked(state);
        }
        List<String> own = own(journey, approve.by());
        approve.actors().forEach(actor -> own.addAll(own(journey, actor)));
        return own.isEmpty()
                ? Decision.accept(restore(journey, journey.dataWayBack().getFirst(), List.of(approve.by())))
                : Decision.refuse(own);
    }

    static Decision<ReleaseEvent> decline(ReleaseCommand.DeclineRestore decline, ReleaseState state) {
        if (!(state instanceof AwaitingRestore(var journey, var reverted))) {
            return nobodyAsked(state);
        }
        return Decision.accept(
                new DataRestoreDeclined(decline.by(), decline.reason()),
                new RollbackCompleted(
                        reverted.toDigest(), digest(reverted.observed()), false, null, journey.changeIds()));
    }

    private static Decision<ReleaseEvent> nobodyAsked(ReleaseState state) {
        return Decision.refuse("nobody asked whether data go back: the release is " + state.status());
    }

    private static List<String> own(Journey journey, String who) {
        List<String> own = new ArrayList<>();
        for (CarriedChange change : journey.plan().changes()) {
            if (who.equals(change.requester()) || who.equals(change.implementer())) {
                own.add("separation of duties: " + who + " asked for " + change.changeId() + " or carries it out");
            }
        }
        return own;
    }

    static Decision<ReleaseEvent> notReverted(ReleaseCommand.FailRevert failed, ReleaseState state) {
        return state instanceof Reverting reverting && reverting.isAt(failed.environment())
                ? Decision.accept(new RollbackFailed(
                        failed.environment(), failed.reason(), reverting.journey().changeIds()))
                : Decision.nothing();
    }

    static Decision<ReleaseEvent> restored(ReleaseCommand.CompleteRestore done, ReleaseState state) {
        if (!(state instanceof Restoring(var journey, var left, var reverted, var approvedBy))
                || !left.getFirst().backupSetId().equals(done.backupSetId())) {
            return Decision.nothing();
        }
        return left.size() > 1
                ? Decision.accept(restore(journey, left.get(1), approvedBy))
                : Decision.accept(new RollbackCompleted(
                        reverted.toDigest(),
                        digest(reverted.observed()),
                        true,
                        done.dataLossMillis(),
                        journey.changeIds()));
    }

    static Decision<ReleaseEvent> notRestored(ReleaseCommand.FailRestore failed, ReleaseState state) {
        return state instanceof Restoring(var journey, var left, _, _)
                        && left.getFirst().backupSetId().equals(failed.backupSetId())
                ? Decision.accept(new RollbackFailed(
                        left.getFirst().environment(), String.join("; ", failed.reasons()), journey.changeIds()))
                : Decision.nothing();
    }

    /// The environment that could not be switched back, once more.
    static RolloutStepStarted again(Reverting reverting) {
        return revert(reverting.left().getFirst(), step(reverting), reverting.attempt() + 1);
    }

    private static RolloutStepStarted revert(String environment, int step, int attempt) {
        return new RolloutStepStarted(environment, step, StepKind.REVERT, environment, attempt, List.of(), List.of());
    }

    public static @Nullable String digest(@Nullable String observed) {
        return NOTHING_RUNS.equals(observed) ? null : observed;
    }

    /// Which of the environments on the way back is the current one, from 1.
    private static int step(Reverting reverting) {
        return reverting.journey().touched().size() - reverting.left().size() + 1;
    }

    private static DataRestoreRequested restore(Journey journey, Journey.Touched where, List<String> approvedBy) {
        return new DataRestoreRequested(where.environment(), where.backupSetId(), where.manifestDigest(), approvedBy);
    }
}
