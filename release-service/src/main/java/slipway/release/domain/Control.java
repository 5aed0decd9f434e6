package slipway.release.domain;

import java.util.ArrayList;
import java.util.List;
import slipway.decider.Decision;
import slipway.release.domain.ReleaseEvent.ImplementationRequested;
import slipway.release.domain.ReleaseEvent.LeaveRevoked;
import slipway.release.domain.ReleaseEvent.ReleaseBlocked;
import slipway.release.domain.ReleaseEvent.ReleaseGateEvaluated;
import slipway.release.domain.ReleaseEvent.ReleasePauseRequested;
import slipway.release.domain.ReleaseEvent.ReleasePaused;
import slipway.release.domain.ReleaseEvent.ReleaseResumeRequested;
import slipway.release.domain.ReleaseEvent.ReleaseResumed;
import slipway.release.domain.ReleaseState.Asking;
import slipway.release.domain.ReleaseState.Blocked;
import slipway.release.domain.ReleaseState.Open;
import slipway.release.domain.ReleaseState.Packaged;
import slipway.release.domain.ReleaseState.Paused;
import slipway.release.domain.ReleaseState.Rolling;
import slipway.release.domain.ReleaseState.Securing;

/// Standing still and going on. A step is never cut in two: what is under way is done first. Whoever goes on passes the gates and
/// asks for leave as at the start.
final class Control {

    private Control() {}

    static Decision<ReleaseEvent> pause(ReleaseCommand.Pause pause, ReleaseState state) {
        return switch (state) {
            case Rolling(_, _, _, _, _, _, ReleaseState.Turn.Back _) ->
                Decision.refuse("it is taken back when the step under way is done");
            case Rolling(_, _, _, _, _, _, ReleaseState.Turn.Pause(var cause, _, var goOn))
            when cause == PauseCause.PERSON && !goOn -> Decision.nothing();
            case Rolling running ->
                Decision.accept(new ReleasePauseRequested(
                        running.environment(), running.step(), PauseCause.PERSON, pause.reason()));
            // Whatever it stands still for: from now on a person has to let it go on.
            case Paused paused when paused.cause() == PauseCause.PERSON && !paused.resuming() -> Decision.nothing();
            case Paused paused -> Decision.accept(byPerson(paused, pause.reason()));
            case Asking(_, _, _, _, Paused resumes) when resumes != null ->
                Decision.accept(byPerson(resumes, pause.reason()));
            case Packaged(var journey) -> Decision.accept(unstarted(journey.next(), pause.reason()));
            case Securing securing -> Decision.accept(unstarted(securing.terms().environment(), pause.reason()));
            case Asking asking -> Decision.accept(unstarted(asking.environment(), pause.reason()));
            case ReleaseState.Nothing _,
                    ReleaseState.Building _,
                    ReleaseState.Testing _,
                    ReleaseState.Indeterminate _,
                    Blocked _,
                    ReleaseState.Reverting _,
                    ReleaseState.AwaitingRestore _,
                    ReleaseState.Restoring _,
                    ReleaseState.NeedsHuman _,
                    ReleaseState.Released _,
                    ReleaseState.RolledBack _,
                    ReleaseState.Resolved _,
                    ReleaseState.Aborted _,
                    ReleaseState.Joined _,
                    ReleaseState.Closed _ ->
                Decision.refuse("there is nothing to pause: the release is " + state.status());
        };
    }

    private static ReleasePaused unstarted(String environment, String reason) {
        return new ReleasePaused(environment, 0, PauseCause.PERSON, reason);
    }

    private static ReleasePaused byPerson(Paused paused, String reason) {
        return new ReleasePaused(paused.environment(), paused.step(), PauseCause.PERSON, reason);
    }

    /// Still paused: for the cause that it had.
    private static ReleasePaused again(Paused paused, String reason) {
        return new ReleasePaused(paused.environment(), paused.step(), paused.cause(), reason);
    }

    static Decision<ReleaseEvent> askToResume(ReleaseCommand.AskToResume ask, ReleaseState state) {
        boolean any = ask.only().isEmpty();
        return switch (state) {
            case Rolling(_, var here, var step, _, _, _, ReleaseState.Turn.Pause(var cause, _, var goOn))
            when !goOn && (any || ask.only().contains(cause)) -> Decision.accept(new ReleaseResumeRequested(here, step));
            case Rolling running when any && running.current().kind() == StepKind.PAUSE ->
                Decision.refuse("it waits at a step of its plan; to end that now, promote it");
            case Paused paused when any || ask.only().contains(paused.cause()) ->
                paused.resuming()
                        ? Decision.nothing()
                        : Decision.accept(new ReleaseResumeRequested(paused.environment(), paused.step()));
            case ReleaseState.Building(var journey) when any && journey.held() != null ->
                Decision.accept(new ReleaseResumeRequested(journey.next(), 0));
            case ReleaseState.Testing(var journey, _) when any && journey.held() != null ->
                Decision.accept(new ReleaseResumeRequested(journey.next(), 0));
            default ->
                any
                        ? Decision.refuse("there is nothing to resume: the release is " + state.status())
                        : Decision.nothing();
        };
    }

    static Decision<ReleaseEvent> resume(ReleaseCommand.Resume resume, ReleaseState state) {
        if (!(state instanceof Paused paused) || !paused.resuming()) {
            return Decision.nothing();
        }
        Journey journey = paused.journey();
        Touched started = journey.touched(paused.environment()).orElseThrow();
        List<ReleaseGateEvaluated> gates = Gates.toResume(journey, started, resume.findings());
        List<String> closed = Gates.closed(gates);
        List<ReleaseEvent> facts = new ArrayList<>(gates);
        facts.add(
                closed.isEmpty()
                        ? request(journey, started.proof(), journey.changeId(), List.of(), paused.step())
                        : again(paused, String.join("; ", closed)));
        return Decision.accept(facts);
    }

    /// @param resumesAt 0: it begins
    static ImplementationRequested request(
            Journey journey,
            ReleaseCommand.BackupProof proof,
            String changeId,
            List<Leave> given,
            int resumesAt) {
        return new ImplementationRequested(
                changeId,
                proof.environment(),
                Preparation.digest(journey),
                journey.change(changeId).planDigest(),
                proof.backupSetId(),
                proof.manifestDigest(),
                proof.level(),
                journey.startBy(proof),
                resumesAt,
                given,
                journey.plan().components().size() == 1
                        ? List.of()
                        : journey.components().stream().map(BuiltComponent::digest).toList());
    }

    /// Every change gave leave to go on.
    static List<ReleaseEvent> resumed(
            Journey journey, Paused paused, List<Leave> leaves, long fencingToken) {
        return List.of(
                new ReleaseResumed(paused.environment(), paused.step(), leaves, fencingToken),
                Rollout.started(
                        journey, paused.environment(), paused.step(), paused.attempt(), paused.shape()));
    }

    static Decision<ReleaseEvent> promote(ReleaseCommand.Promote promote, ReleaseState state) {
        return switch (state) {
            case Rolling running when isWaiting(running) ->
                Decision.accept(Rollout.completed(
                        running, promote.at(), 1, false, "promoted by " + promote.by(), 0));
            case Packaged(var journey) when !journey.deployed().isEmpty() ->
                Decision.accept(Preparation.opened(journey));
            case ReleaseState.Nothing _,
                    ReleaseState.Building _,
                    ReleaseState.Testing _,
                    Packaged _,
                    Securing _,
                    Asking _,
                    Rolling _,
                    Paused _,
                    ReleaseState.Indeterminate _,
                    Blocked _,
                    ReleaseState.Reverting _,
                    ReleaseState.AwaitingRestore _,
                    ReleaseState.Restoring _,
                    ReleaseState.NeedsHuman _,
                    ReleaseState.Released _,
                    ReleaseState.RolledBack _,
                    ReleaseState.Resolved _,
                    ReleaseState.Aborted _,
                    ReleaseState.Joined _,
                    ReleaseState.Closed _ ->
                Decision.refuse("there is no waiting to skip: the release is " + state.status());
        };
    }

    private static boolean isWaiting(Rolling running) {
        StepKind kind = running.current().kind();
        return kind == StepKind.PAUSE || kind == StepKind.BAKE;
    }

    /// Held or frozen: it stands still. Where nobody stands by the change any more, it is taken back.
    static Decision<ReleaseEvent> revoke(ReleaseCommand.RevokeLeave revoke, ReleaseState state) {
        if (!(state instanceof Open open) || open.journey().isOld(revoke.changeId(), revoke.epoch())) {
            return Decision.nothing();
        }
        LeaveRevoked noted =
                new LeaveRevoked(revoke.changeId(), revoke.epoch(), revoke.cause(), revoke.reason());
        List<ReleaseEvent> facts = new ArrayList<>(List.of(noted));
        facts.addAll(switch (revoke.cause()) {
            case RATIFICATION -> unwanted(open, revoke);
            case HOLD -> standStill(open, PauseCause.HOLD, revoke.reason());
            case FREEZE, UNKNOWN -> standStill(open, PauseCause.FREEZE, revoke.reason());
        });
        return Decision.accept(facts);
    }

    private static List<ReleaseEvent> unwanted(Open open, ReleaseCommand.RevokeLeave revoke) {
        if (!open.journey().isAnywhere()) {
            return standStill(open, PauseCause.HOLD, revoke.reason());
        }
        return switch (open) {
            case Rolling _,
                    Paused _,
                    Asking _,
                    Packaged _,
                    Securing _,
                    Blocked _,
                    ReleaseState.Indeterminate _,
                    ReleaseState.Released _ ->
                WayBack.back(
                        open, new WayBack.Why(RollbackCause.REVOKED, revoke.reason(), List.of(), revoke.at()));
            // It goes back already, went back, or waits for a person.
            case ReleaseState.Building _,
                    ReleaseState.Testing _,
                    ReleaseState.Reverting _,
                    ReleaseState.AwaitingRestore _,
                    ReleaseState.Restoring _,
                    ReleaseState.NeedsHuman _,
                    ReleaseState.RolledBack _,
                    ReleaseState.Resolved _ ->
                List.of();
        };
    }

    /// Nobody has it stand still, or whoever did let go.
    private static boolean goesOn(Rolling running) {
        return running.turn() == null || running.turn() instanceof ReleaseState.Turn.Pause(_, _, var goOn) && goOn;
    }

    private static List<ReleaseEvent> standStill(Open open, PauseCause cause, String reason) {
        return switch (open) {
            case Rolling running when goesOn(running) ->
                List.of(new ReleasePauseRequested(running.environment(), running.step(), cause, reason));
            case Asking(_, _, _, _, Paused resumes) when resumes != null ->
                List.of(new ReleasePaused(resumes.environment(), resumes.step(), cause, reason));
            case Asking asking ->
                List.of(new ReleaseBlocked(
                        asking.environment(),
                        List.of(cause == PauseCause.BACKUP ? reason : "leave was withdrawn: " + reason)));
            // Its next request for leave will be refused for the same reason; without one nothing of these goes on.
            case ReleaseState.Building _,
                    ReleaseState.Testing _,
                    Packaged _,
                    Securing _,
                    Rolling _,
                    Paused _,
                    ReleaseState.Indeterminate _,
                    Blocked _,
                    ReleaseState.Reverting _,
                    ReleaseState.AwaitingRestore _,
                    ReleaseState.Restoring _,
                    ReleaseState.NeedsHuman _,
                    ReleaseState.Released _,
                    ReleaseState.RolledBack _,
                    ReleaseState.Resolved _ ->
                List.of();
        };
    }

    /// Without its way back nothing goes on. Where the way back of an environment before is lost, that is told and no more: the
    /// gates were about it when they were open.
    static Decision<ReleaseEvent> loseBackup(ReleaseCommand.LoseBackup lost, ReleaseState state) {
        if (!(state instanceof Open open) || open.journey().lost().contains(lost.backupSetId())) {
            return Decision.nothing();
        }
        String set = lost.backupSetId();
        String reason = set + " is no way back: " + String.join("; ", lost.reasons());
        return switch (open) {
            case Securing(_, var terms, var asked) when asked.equals(set) ->
                told(lost, terms.environment(), new ReleaseBlocked(terms.environment(), lost.reasons()));
            case Asking asking when asking.proof().backupSetId().equals(set) ->
                told(lost, asking.environment(), standStill(open, PauseCause.BACKUP, reason).getFirst());
            case Rolling running when running.turn() == null && isOf(set, open.journey(), running.environment()) ->
                told(
                        lost,
                        running.environment(),
                        new ReleasePauseRequested(
                                running.environment(), running.step(), PauseCause.BACKUP, reason));
            default ->
                open.journey().touched().stream()
                        .filter(each -> each.backupSetId().equals(set))
                        .findFirst()
                        .map(each -> told(lost, each.environment()))
                        .orElse(Decision.nothing());
        };
    }

    private static boolean isOf(String set, Journey journey, String environment) {
        return journey.touched(environment)
                .filter(each -> each.backupSetId().equals(set))
                .isPresent();
    }

    private static Decision<ReleaseEvent> told(
            ReleaseCommand.LoseBackup lost, String environment, ReleaseEvent... consequences) {
        List<ReleaseEvent> facts = new ArrayList<>();
        facts.add(new ReleaseEvent.BackupLost(environment, lost.backupSetId(), lost.reasons()));
        facts.addAll(List.of(consequences));
        return Decision.accept(facts);
    }
}
