package slipway.release.domain;

import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;
import slipway.decider.Decision;
import slipway.release.domain.ReleaseEvent.DataRestoreApprovalRequested;
import slipway.release.domain.ReleaseEvent.DataRestoreDeclined;
import slipway.release.domain.ReleaseEvent.DataRestoreRequested;
import slipway.release.domain.ReleaseEvent.EnvironmentLaidBare;
import slipway.release.domain.ReleaseEvent.EnvironmentSuperseded;
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
    /// @param leftAlone where later releases are, or a point of no return was passed: they stay as they are
    /// @param toDigest what the environment ran before; null: nothing, or not known
    /// @param recoveryPoint the moment that data would go back to; null: no data, or not known
    public record Way(
            List<String> environments,
            List<String> leftAlone,
            @Nullable String toDigest,
            boolean dataRestore,
            @Nullable String backupSetId,
            @Nullable String manifestDigest,
            @Nullable Instant recoveryPoint) {

        /// As it would be if it were asked for now: what is ended first, counts.
        public static Way expected(Open open) {
            Journey journey = open instanceof Rolling running && isEndedFirst(running)
                    ? running.journey().done(running.environment(), running.step())
                    : open.journey();
            return from(
                    journey,
                    journey.ownEnvironments().stream()
                            .findFirst()
                            .orElse(journey.touched().getLast().environment()));
        }

        /// @param environment where it failed, or the last one that is still its own
        static Way from(Journey journey, String environment) {
            List<Touched> data = journey.dataWayBack();
            // Where data go back, the set that they come from; otherwise the failing environment's own.
            Optional<Touched> set =
                    data.isEmpty() ? journey.touched(environment) : Optional.of(data.getFirst());
            return new Way(
                    journey.wayBack(),
                    journey.leftAlone(),
                    journey.touched(environment)
                            .map(touched -> touched.before().digest())
                            .orElse(null),
                    !data.isEmpty(),
                    set.map(Touched::backupSetId).orElse(null),
                    set.map(Touched::manifestDigest).orElse(null),
                    set.map(touched -> touched.proof().recoveryPoint()).orElse(null));
        }
    }

    /// @param triggeredBy the person who wants it, and who acts in their place; empty: nobody, it failed
    record Why(RollbackCause cause, String reason, List<String> triggeredBy, Instant at) {}

    /// A migration is done to its end first: whether its transaction is committed is known only afterwards, and with it whether
    /// data go back.
    static List<ReleaseEvent> back(Open open, Why why) {
        if (open instanceof Rolling running && isEndedFirst(running)) {
            return running.turn() instanceof ReleaseState.Turn.Back
                    ? List.of()
                    : List.of(new RollbackRequested(
                            running.environment(), running.step(), why.cause(), why.reason(), why.triggeredBy()));
        }
        return facts(open.journey(), open.journey().ownEnvironments().getFirst(), why);
    }

    /// And so is the step after which there is no return: whether it was done is known only afterwards.
    private static boolean isEndedFirst(Rolling running) {
        return running.current().kind() == StepKind.MIGRATE || isNoReturn(running);
    }

    private static boolean isNoReturn(Rolling running) {
        return running.journey().isNoReturn(running.environment(), running.step());
    }

    /// @param environment where it failed, or the last one that is still its own
    static List<ReleaseEvent> facts(Journey journey, String environment, Why why) {
        Way way = Way.from(journey, environment);
        Optional<Touched> noReturn = journey.noReturn(environment);
        boolean back = noReturn.isEmpty();
        RollbackTriggered triggered = new RollbackTriggered(
                environment,
                back ? way.environments() : List.of(),
                why.cause(),
                why.reason(),
                back ? way.toDigest() : null,
                back && way.dataRestore(),
                back ? way.backupSetId() : null,
                back ? way.manifestDigest() : null,
                back ? way.recoveryPoint() : null,
                journey.changeIds(),
                way.leftAlone(),
                why.triggeredBy());
        return noReturn.isPresent()
                ? List.of(
                        triggered,
                        new RollbackFailed(
                                environment, noReturn(journey, noReturn.get()), journey.changeIds()))
                : List.of(triggered, revert(way.environments().getFirst(), 1, 1));
    }

    /// Why nobody may ask for it now; empty: they may.
    static Optional<String> refused(Open open) {
        Journey journey = open.journey();
        if (journey.touched().isEmpty()) {
            return Optional.of("nothing of it is deployed; to give it up, abort it");
        }
        if (!journey.isAnywhere()) {
            return Optional.of("later releases are in all that it was in; take those back");
        }
        return journey.noReturn(journey.ownEnvironments().getFirst())
                .map(where -> noReturn(journey, where))
                .or(() -> open instanceof Rolling running && isNoReturn(running)
                        ? Optional.of("the step after which there is no return is under way in "
                                + running.environment() + ": " + running.current().kind())
                        : Optional.empty());
    }

    static String noReturn(Journey journey, Touched where) {
        return "the point of no return of " + where.environment() + " was passed with "
                + journey.plan().stage(where.environment()).noReturnAfter() + ": it can only be mended forward";
    }

    static Decision<ReleaseEvent> reverted(ReleaseCommand.CompleteRevert done, ReleaseState state) {
        if (!(state instanceof Reverting reverting) || !reverting.isAt(done.environment())) {
            return Decision.nothing();
        }
        int step = reverting.step();
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
        List<ReleaseEvent> facts = new ArrayList<>(List.of(completed));
        facts.addAll(data(reverting, observed, done.at()));
        return Decision.accept(facts);
    }

    /// The approved plan covers that data of its RPO are lost. Where more would be, somebody has to say so now.
    private static List<ReleaseEvent> data(Reverting reverting, String observed, Instant at) {
        Journey journey = reverting.journey();
        List<Touched> data = journey.dataWayBack();
        if (data.isEmpty()) {
            return completed(journey, reverting.toDigest(), observed, null);
        }
        for (Touched each : data) {
            Optional<String> lost = lost(journey, each);
            if (lost.isPresent()) {
                return List.of(new RollbackFailed(each.environment(), lost.get(), journey.changeIds()));
            }
        }
        return List.of(covered(journey, data, journey.plan().approvers(), null, at));
    }

    /// The restore of the first, or the question to a person.
    private static ReleaseEvent covered(
            Journey journey, List<Touched> left, List<String> approvedBy, @Nullable Long lost, Instant at) {
        for (Touched each : left) {
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
        return restore(left.getFirst(), approvedBy, lost);
    }

    /// The restore that failed, once more. Whatever was approved was approved for less than would be lost by now.
    static Decision<ReleaseEvent> again(Restoring failed, Journey journey, Instant at) {
        List<String> lost =
                failed.left().stream().flatMap(each -> lost(journey, each).stream()).toList();
        return lost.isEmpty()
                ? Decision.accept(covered(journey, failed.left(), failed.approvedBy(), failed.reverted().lostMillis(), at))
                : Decision.refuse(lost);
    }

    /// Without those where a later release came.
    static List<Touched> stillToRestore(Journey journey, List<Touched> left) {
        return journey.dataWayBack().stream()
                .filter(each -> left.stream().anyMatch(other -> other.environment().equals(each.environment())))
                .toList();
    }

    private static Optional<String> lost(Journey journey, Touched where) {
        return journey.lost().contains(where.backupSetId())
                ? Optional.of("the data of " + where.environment() + " cannot go back: " + where.backupSetId() + " is no way back any more")
                : Optional.empty();
    }

    static Decision<ReleaseEvent> approve(ReleaseCommand.ApproveRestore approve, ReleaseState state) {
        if (!(state instanceof AwaitingRestore(var journey, var left, var reverted))) {
            return nobodyAsked(state);
        }
        List<String> against = own(journey, reverted, approve.by(), approve.actors());
        List<Touched> data = stillToRestore(journey, left);
        if (data.isEmpty()) {
            against.add("a later release came to where the data would go back: they stay; decline it");
        }
        data.forEach(each -> lost(journey, each).ifPresent(against::add));
        return against.isEmpty()
                ? Decision.accept(restore(data.getFirst(), List.of(approve.by()), reverted.lostMillis()))
                : Decision.refuse(against);
    }

    static Decision<ReleaseEvent> decline(ReleaseCommand.DeclineRestore decline, ReleaseState state) {
        if (!(state instanceof AwaitingRestore(var journey, _, var reverted))) {
            return nobodyAsked(state);
        }
        List<String> own = own(journey, reverted, decline.by(), decline.actors());
        if (!own.isEmpty()) {
            return Decision.refuse(own);
        }
        List<ReleaseEvent> facts = new ArrayList<>();
        facts.add(new DataRestoreDeclined(decline.by(), decline.reason()));
        facts.addAll(completed(journey, reverted.toDigest(), reverted.observed(), reverted.lostMillis()));
        return Decision.accept(facts);
    }

    private static Decision<ReleaseEvent> nobodyAsked(ReleaseState state) {
        return Decision.refuse("nobody asked whether data go back: the release is " + state.status());
    }

    /// Whoever asked for the change, carries it out or wanted it taken back does not say also what becomes of the data.
    private static List<String> own(Journey journey, Reverting reverted, String by, List<String> actors) {
        List<String> own = new ArrayList<>();
        for (String who : Stream.concat(Stream.of(by), actors.stream()).distinct().toList()) {
            for (CarriedChange change : journey.plan().changes()) {
                if (who.equals(change.requester()) || who.equals(change.implementer())) {
                    own.add("separation of duties: " + who + " asked for " + change.changeId() + " or carries it out");
                }
            }
            if (reverted.triggeredBy().contains(who)) {
                own.add("separation of duties: " + who + " had it taken back");
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
        Long before = reverted.lostMillis();
        long lost = before == null ? done.dataLossMillis() : Math.max(before, done.dataLossMillis());
        return left.size() > 1
                ? Decision.accept(restore(left.get(1), approvedBy, lost))
                : Decision.accept(completed(journey, reverted.toDigest(), reverted.observed(), lost));
    }

    /// @param dataLossMillis null: no data went back
    private static List<ReleaseEvent> completed(
            Journey journey, @Nullable String toDigest, @Nullable String observed, @Nullable Long dataLossMillis) {
        List<ReleaseEvent> facts = new ArrayList<>();
        facts.add(new RollbackCompleted(
                toDigest, digest(observed), dataLossMillis != null, dataLossMillis, journey.changeIds()));
        facts.addAll(Ending.closedBy(journey));
        return facts;
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
        return revert(reverting.left().getFirst(), reverting.step(), reverting.attempt() + 1);
    }

    private static RolloutStepStarted revert(String environment, int step, int attempt) {
        return new RolloutStepStarted(environment, step, StepKind.REVERT, environment, attempt, List.of(), List.of());
    }

    private static @Nullable String digest(@Nullable String observed) {
        return NOTHING_RUNS.equals(observed) ? null : observed;
    }

    static Decision<ReleaseEvent> supersede(String environment, String by, ReleaseState state) {
        return touched(environment, state)
                .filter(each -> !by.equals(each.supersededBy()))
                .map(_ -> Decision.<ReleaseEvent>accept(new EnvironmentSuperseded(environment, by)))
                .orElse(Decision.nothing());
    }

    static Decision<ReleaseEvent> layBare(String environment, ReleaseState state) {
        return touched(environment, state)
                .filter(each -> !each.isOnTop())
                .map(_ -> Decision.<ReleaseEvent>accept(new EnvironmentLaidBare(environment)))
                .orElse(Decision.nothing());
    }

    private static Optional<Touched> touched(String environment, ReleaseState state) {
        return state instanceof Open open ? open.journey().touched(environment) : Optional.empty();
    }

    private static DataRestoreRequested restore(
            Touched where, List<String> approvedBy, @Nullable Long lostMillis) {
        return new DataRestoreRequested(
                where.environment(), where.backupSetId(), where.manifestDigest(), approvedBy, lostMillis);
    }
}
