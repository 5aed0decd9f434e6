package slipway.release.domain;

import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Optional;
import slipway.decider.Decision;
import slipway.release.domain.ReleaseEvent.CarriedChangeClosed;
import slipway.release.domain.ReleaseEvent.ReleaseAborted;
import slipway.release.domain.ReleaseEvent.ReleaseClosed;
import slipway.release.domain.ReleaseEvent.ReleaseJoined;
import slipway.release.domain.ReleaseEvent.ReleaseResolved;
import slipway.release.domain.ReleaseState.Asking;
import slipway.release.domain.ReleaseState.Blocked;
import slipway.release.domain.ReleaseState.Building;
import slipway.release.domain.ReleaseState.Indeterminate;
import slipway.release.domain.ReleaseState.NeedsHuman;
import slipway.release.domain.ReleaseState.Nothing;
import slipway.release.domain.ReleaseState.Open;
import slipway.release.domain.ReleaseState.Packaged;
import slipway.release.domain.ReleaseState.Paused;
import slipway.release.domain.ReleaseState.Released;
import slipway.release.domain.ReleaseState.Restoring;
import slipway.release.domain.ReleaseState.Reverting;
import slipway.release.domain.ReleaseState.RolledBack;
import slipway.release.domain.ReleaseState.Rolling;
import slipway.release.domain.ReleaseState.Securing;
import slipway.release.domain.ReleaseState.Testing;

/// What people say when a release does not go on by itself, and how it ends.
final class Ending {

    private Ending() {}

    static Decision<ReleaseEvent> retry(ReleaseCommand.Retry retry, ReleaseState state) {
        return switch (state) {
            // As long as nothing is touched, what somebody mended in the catalogue counts.
            case Blocked(var journey, var environment) when environment == null || isNewer(journey, retry.stages()) ->
                Decision.accept(journey.plan().documented() ? journey.plan() : journey.plan().with(retry.stages()));
            case Blocked(var journey, var environment) -> Decision.accept(journey.backup(environment));
            // Whatever was asked for meanwhile, and whether there is leave still, is looked at first.
            case Indeterminate(var at) ->
                Decision.accept(
                        new ReleaseEvent.ReleasePaused(
                                at.environment(), at.step(), PauseCause.PERSON, "somebody looked at it"),
                        new ReleaseEvent.ReleaseResumeRequested(at.environment(), at.step()));
            case NeedsHuman(var journey, Restoring restoring) ->
                WayBack.again(restoring, journey, retry.at());
            case NeedsHuman(_, Reverting reverting) -> Decision.accept(WayBack.again(reverting));
            case NeedsHuman(var journey, _) ->
                Decision.refuse(journey.ownEnvironments().stream()
                        .flatMap(each -> journey.noReturn(each).stream())
                        .findFirst()
                        .map(where -> WayBack.noReturn(journey, where))
                        .orElse("its backup is no way back any more: mend it by hand, and then resolve it"));
            case Nothing _,
                    Building _,
                    Testing _,
                    Packaged _,
                    Securing _,
                    Asking _,
                    Rolling _,
                    Paused _,
                    Reverting _,
                    ReleaseState.AwaitingRestore _,
                    Restoring _,
                    Released _,
                    RolledBack _,
                    ReleaseState.Resolved _,
                    ReleaseState.Aborted _,
                    ReleaseState.Joined _,
                    ReleaseState.Closed _ ->
                Decision.refuse("there is nothing to retry: the release is " + state.status());
        };
    }

    private static boolean isNewer(Journey journey, List<Stage> stages) {
        return journey.touched().isEmpty()
                && !journey.plan().documented()
                && !journey.plan().stages().equals(stages);
    }

    /// Nothing of it is anywhere: it ends here. Otherwise it goes back.
    static Decision<ReleaseEvent> abort(ReleaseCommand.Abort abort, ReleaseState state) {
        return switch (state) {
            case Building _,
                    Testing _,
                    Packaged _,
                    Securing _,
                    Asking _,
                    Rolling _,
                    Paused _,
                    Blocked _,
                    Indeterminate _ -> {
                Open open = (Open) state;
                yield open.journey().isAnywhere()
                        ? back(
                                open,
                                new ReleaseCommand.RollBack(
                                        RollbackCause.ABORTED, abort.reason(), abort.by(), abort.at()))
                        : Decision.accept(new ReleaseAborted(
                                abort.reason(), open.journey().changeIds(), open.journey().leftAlone()));
            }
            case Released _ -> Decision.refuse("it is deployed everywhere; to go back, roll it back");
            case ReleaseState.Joined(var into) -> tooLate(abort, "its change is carried by " + into + ": abort that");
            case Nothing _,
                    Reverting _,
                    ReleaseState.AwaitingRestore _,
                    Restoring _,
                    NeedsHuman _,
                    RolledBack _,
                    ReleaseState.Resolved _,
                    ReleaseState.Aborted _,
                    ReleaseState.Closed _ ->
                tooLate(abort, "there is nothing to abort: the release is " + state.status());
        };
    }

    /// Who asks has to know that nothing comes of it.
    private static Decision<ReleaseEvent> tooLate(ReleaseCommand.Abort abort, String reason) {
        return !abort.by().isEmpty() ? Decision.refuse(reason) : Decision.nothing();
    }

    /// Also when it is deployed everywhere, as long as its change is not closed.
    static Decision<ReleaseEvent> rollBack(ReleaseCommand.RollBack back, ReleaseState state) {
        return switch (state) {
            case Rolling _, Paused _, Blocked _, Indeterminate _, Packaged _, Securing _, Asking _, Released _ -> {
                Open open = (Open) state;
                yield open.journey().isAnywhere()
                        ? back(open, back)
                        : Decision.refuse(WayBack.refused(open).orElseThrow());
            }
            case ReleaseState.Closed _ ->
                Decision.refuse("it is closed; to go back, ask for a change to the version before");
            case Nothing _,
                    Building _,
                    Testing _,
                    Reverting _,
                    ReleaseState.AwaitingRestore _,
                    Restoring _,
                    NeedsHuman _,
                    RolledBack _,
                    ReleaseState.Resolved _,
                    ReleaseState.Aborted _,
                    ReleaseState.Joined _ ->
                Decision.refuse("there is nothing to take back: the release is " + state.status());
        };
    }

    /// What comes from an alert is told also when it is past the point of no return; who asks is told so before.
    private static Decision<ReleaseEvent> back(Open open, ReleaseCommand.RollBack back) {
        Optional<String> refused = WayBack.refused(open);
        boolean asked = back.cause() == RollbackCause.PERSON || back.cause() == RollbackCause.ABORTED;
        return asked && refused.isPresent()
                ? Decision.refuse(refused.get())
                : Decision.accept(WayBack.back(
                        open, new WayBack.Why(back.cause(), back.reason(), back.by(), back.at())));
    }

    /// A person who mended it by hand says so; until then nobody else touches what is neither here nor there.
    static Decision<ReleaseEvent> resolve(ReleaseCommand.Resolve resolve, ReleaseState state) {
        if (!(state instanceof NeedsHuman(var journey, _))) {
            return Decision.refuse("there is nothing to resolve: the release is " + state.status());
        }
        List<ReleaseEvent> facts = new ArrayList<>();
        facts.add(new ReleaseResolved(journey.plan().service(), resolve.reason(), resolve.left(), journey.changeIds()));
        facts.addAll(closedBy(journey));
        return Decision.accept(facts);
    }

    /// It closes with the last of its changes, as the worst of them ended; and not before it stands still.
    static Decision<ReleaseEvent> close(ReleaseCommand.Close close, ReleaseState state) {
        return switch (state) {
            case Released(var journey) -> closed(journey, close);
            case RolledBack(var journey) -> closed(journey, close);
            case ReleaseState.Resolved(var journey) -> closed(journey, close);
            case ReleaseState.Aborted _, ReleaseState.Joined _ -> Decision.accept(new ReleaseClosed(close.outcome()));
            case Open open -> isNews(open.journey(), close) ? Decision.accept(note(close)) : Decision.nothing();
            case Nothing _, ReleaseState.Closed _ -> Decision.nothing();
        };
    }

    private static boolean isNews(Journey journey, ReleaseCommand.Close close) {
        return journey.changeIds().contains(close.changeId())
                && journey.ended().stream().noneMatch(each -> each.changeId().equals(close.changeId()));
    }

    private static CarriedChangeClosed note(ReleaseCommand.Close close) {
        return new CarriedChangeClosed(close.changeId(), close.outcome());
    }

    private static Decision<ReleaseEvent> closed(Journey journey, ReleaseCommand.Close close) {
        if (!isNews(journey, close)) {
            return Decision.nothing();
        }
        if (journey.changeIds().size() == 1) {
            return Decision.accept(new ReleaseClosed(close.outcome()));
        }
        List<ReleaseEvent> facts = new ArrayList<>(List.of(note(close)));
        facts.addAll(closedBy(journey.ended(note(close))));
        return Decision.accept(facts);
    }

    /// What has come to its end closes at once when all of its changes did before.
    static List<ReleaseEvent> closedBy(Journey journey) {
        return journey.ended().size() == journey.changeIds().size()
                ? List.of(new ReleaseClosed(journey.ended().stream()
                        .map(CarriedChangeClosed::outcome)
                        .max(Comparator.comparingInt(Ending::badness))
                        .orElseThrow()))
                : List.of();
    }

    private static int badness(Outcome outcome) {
        return switch (outcome) {
            case SUCCESSFUL -> 0;
            case SUCCESSFUL_WITH_ISSUES -> 1;
            case ABORTED, UNKNOWN -> 2;
            case BACKED_OUT -> 3;
            case FAILED_NOT_BACKED_OUT -> 4;
        };
    }

    /// As long as nothing of it was started, its change may be carried by another release.
    static Decision<ReleaseEvent> join(ReleaseCommand.Join join, ReleaseState state) {
        return switch (state) {
            case Building _, Testing _, Packaged _, Securing _, Paused _, Blocked _ -> {
                Open open = (Open) state;
                // What is blocked in an environment may have been given leave already; that would be lost.
                boolean asked = state instanceof Blocked(_, var where) && where != null;
                yield open.journey().touched().isEmpty() && !asked
                        ? Decision.accept(new ReleaseJoined(join.into(), join.reason()))
                        : Decision.refuse(open.journey().changeId() + " is under way in its own release");
            }
            case ReleaseState.Joined(var into) when into.equals(join.into()) -> Decision.nothing();
            case Nothing _,
                    Asking _,
                    Rolling _,
                    Indeterminate _,
                    Reverting _,
                    ReleaseState.AwaitingRestore _,
                    Restoring _,
                    NeedsHuman _,
                    Released _,
                    RolledBack _,
                    ReleaseState.Resolved _,
                    ReleaseState.Aborted _,
                    ReleaseState.Joined _,
                    ReleaseState.Closed _ ->
                Decision.refuse("its change cannot be carried by another release: it is " + state.status());
        };
    }
}
