package slipway.change.domain;

import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import slipway.change.domain.ChangeCommand.Cancel;
import slipway.change.domain.ChangeCommand.CompleteImplementation;
import slipway.change.domain.ChangeCommand.Expire;
import slipway.change.domain.ChangeCommand.NoteConflict;
import slipway.change.domain.ChangeCommand.RollBack;
import slipway.change.domain.ChangeCommand.Schedule;
import slipway.change.domain.ChangeEvent.ChangeCancelled;
import slipway.change.domain.ChangeEvent.ChangeExpired;
import slipway.change.domain.ChangeEvent.ChangeScheduled;
import slipway.change.domain.ChangeEvent.ConflictDetected;
import slipway.change.domain.ChangeEvent.ImplementationCompleted;
import slipway.change.domain.ChangeEvent.ImplementationRolledBack;
import slipway.change.domain.ChangeState.Approved;
import slipway.change.domain.ChangeState.Assessing;
import slipway.change.domain.ChangeState.AwaitingApproval;
import slipway.change.domain.ChangeState.Implementing;
import slipway.change.domain.ChangeState.Monitoring;
import slipway.change.domain.ChangeState.Planned;
import slipway.change.domain.ChangeState.Scheduled;
import slipway.decider.Decider;
import slipway.decider.Decision;

/// A change from request to closure. What other services report late or twice is accepted as nothing; what a person asks
/// at the wrong time is refused with the reason.
public final class ChangeDecider implements Decider<ChangeCommand, ChangeState, ChangeEvent> {

    @Override
    public ChangeState initial() {
        return new ChangeState.Nothing();
    }

    @Override
    public Decision<ChangeEvent> decide(ChangeCommand command, ChangeState state) {
        return switch (command) {
            case ChangeCommand.Submit submit -> Submission.submit(submit, state);
            case ChangeCommand.TakeIn outside -> Submission.takeIn(outside, state);
            case ChangeCommand.Vote vote -> Voting.cast(vote, state);
            case Cancel cancel -> cancel(cancel, state);
            case Expire expire -> expire(expire, state);
            case Schedule schedule -> schedule(schedule, state);
            case NoteConflict conflict -> noteConflict(conflict, state);
            case ChangeCommand.Authorise asked -> Handshake.answer(asked, state);
            case CompleteImplementation completed -> complete(completed, state);
            case RollBack rollBack -> rollBack(rollBack, state);
            case ChangeCommand.EndRollback ended -> Closing.endRollback(ended, state);
            case ChangeCommand.EndRelease ended -> Closing.endRelease(ended, state);
            case ChangeCommand.EndSoak soaked -> Closing.endSoak(soaked, state);
            case ChangeCommand.Review review -> Closing.review(review, state);
        };
    }

    private static Decision<ChangeEvent> cancel(Cancel cancel, ChangeState state) {
        return switch (state) {
            case ChangeState.Cancelled _ -> Decision.nothing();
            case Assessing open -> cancel(cancel, open.plan());
            case AwaitingApproval open -> cancel(cancel, open.plan());
            case Approved open -> cancel(cancel, open.plan());
            case Scheduled open -> cancel(cancel, open.plan());
            case Implementing _, Monitoring _, ChangeState.RollingBack _, ChangeState.InReview _ ->
                Decision.refuse("the change is " + state.status()
                        + ": from IMPLEMENTING on it cannot be cancelled; abort its release instead");
            case ChangeState.Nothing _,
                    ChangeState.Refused _,
                    ChangeState.Rejected _,
                    ChangeState.Expired _,
                    ChangeState.Closed _ ->
                Decision.refuse("there is nothing to cancel: the change is " + state.status());
        };
    }

    private static Decision<ChangeEvent> cancel(Cancel cancel, Plan plan) {
        List<String> reasons = new ArrayList<>();
        if (!plan.isOwn(cancel.by().id()) && !cancel.by().managesChanges()) {
            reasons.add(cancel.by().id() + " is neither requester nor implementer nor in the group "
                    + Asker.CHANGE_MANAGERS);
        }
        if (cancel.reason().isBlank()) {
            reasons.add("reason: is missing");
        }
        return reasons.isEmpty()
                ? Decision.accept(new ChangeCancelled(cancel.by().id(), cancel.reason()))
                : Decision.refuse(reasons);
    }

    private static Decision<ChangeEvent> expire(Expire expire, ChangeState state) {
        if (state instanceof AwaitingApproval waiting && !expire.at().isBefore(waiting.dueAt())) {
            return Decision.accept(new ChangeExpired("not approved until " + waiting.dueAt()));
        }
        if (state instanceof Approved approved && !expire.at().isBefore(approved.validUntil())) {
            return Decision.accept(new ChangeExpired("approved only until " + approved.validUntil()));
        }
        if (state instanceof Scheduled scheduled && !expire.at().isBefore(scheduled.validUntil())) {
            return Decision.accept(new ChangeExpired("not started until the approval ended at " + scheduled.validUntil()));
        }
        return Decision.nothing();
    }

    private static Decision<ChangeEvent> schedule(Schedule schedule, ChangeState state) {
        // An approval that has ended waits for its timer, not for the calendar.
        if (!(state instanceof Approved approved) || !schedule.at().isBefore(approved.validUntil())) {
            return Decision.nothing();
        }
        Rfc rfc = approved.plan().rfc();
        return Decision.accept(new ChangeScheduled(
                rfc.window(),
                schedule.reservationId(),
                approved.plan().digest(),
                rfc.service(),
                rfc.version(),
                rfc.digest(),
                rfc.environments(),
                rfc.configurationItems(),
                rfc.restoreDataOnRollback(),
                rfc.requester(),
                rfc.implementer(),
                approved.approvers()));
    }

    private static Decision<ChangeEvent> noteConflict(NoteConflict noted, ChangeState state) {
        ConflictDetected conflict = new ConflictDetected(noted.ci(), noted.withChange(), noted.reason());
        return state instanceof Approved approved && !conflict.equals(approved.conflict())
                ? Decision.accept(conflict)
                : Decision.nothing();
    }

    private static Decision<ChangeEvent> complete(CompleteImplementation completed, ChangeState state) {
        return state instanceof Implementing running && running.releaseId().equals(completed.releaseId())
                ? Decision.accept(new ImplementationCompleted(
                        completed.releaseId(),
                        completed.at().plusSeconds(running.plan().rfc().soakSeconds())))
                : Decision.nothing();
    }

    private static Decision<ChangeEvent> rollBack(RollBack rollBack, ChangeState state) {
        boolean ours = state instanceof Implementing running && running.releaseId().equals(rollBack.releaseId())
                || state instanceof Monitoring watched && watched.releaseId().equals(rollBack.releaseId());
        return ours
                ? Decision.accept(new ImplementationRolledBack(rollBack.releaseId(), rollBack.reason()))
                : Decision.nothing();
    }

    @Override
    public ChangeState evolve(ChangeState state, ChangeEvent fact) {
        return switch (fact) {
            case ChangeEvent.RFCSubmitted(var rfc, var planDigest, _, _) ->
                new Assessing(new Plan(rfc, planDigest == null ? PlanDigest.of(rfc) : planDigest, RiskLevel.UNKNOWN));
            case ChangeEvent.RFCRefused _ -> new ChangeState.Refused();
            case ChangeEvent.RiskAssessed risk -> new Assessing(plan(state).withRisk(risk.level()));
            case ChangeEvent.ApprovalRequested(var stage, var dueAt) ->
                new AwaitingApproval(plan(state), stage, dueAt, Map.of());
            case ChangeEvent.ApprovalVoteCast vote ->
                state instanceof AwaitingApproval waiting ? waiting.with(vote.voter(), vote.decision()) : state;
            case ChangeEvent.ChangeApproved(_, var approvers, _, var validUntil) ->
                new Approved(plan(state), approvers, validUntil, null);
            case ChangeEvent.ChangeRejected _ -> new ChangeState.Rejected();
            case ChangeExpired _ -> new ChangeState.Expired();
            case ChangeCancelled _ -> new ChangeState.Cancelled();
            case ConflictDetected conflict ->
                state instanceof Approved(var plan, var approvers, var validUntil, _)
                        ? new Approved(plan, approvers, validUntil, conflict)
                        : state;
            case ChangeScheduled scheduled ->
                state instanceof Approved approved
                        ? new Scheduled(approved.plan(), approved.validUntil(), scheduled.window())
                        : state;
            case ChangeEvent.ImplementationAuthorised leave ->
                new Implementing(plan(state), leave.releaseId(), leave.epoch(), leave.window());
            case ImplementationCompleted(var releaseId, var soakUntil) ->
                new Monitoring(plan(state), releaseId, soakUntil);
            case ImplementationRolledBack(var releaseId, _) -> new ChangeState.RollingBack(plan(state), releaseId);
            case ChangeEvent.ReviewOpened review -> new ChangeState.InReview(plan(state), review.proposedOutcome());
            case ChangeEvent.ChangeClosed closed -> new ChangeState.Closed(closed.outcome());
            case ChangeEvent.ImpactAssessed _,
                    ChangeEvent.PolicyEvaluated _,
                    ChangeEvent.ImplementationRefused _,
                    ChangeEvent.PostImplementationReviewCompleted _ ->
                state;
        };
    }

    private static Plan plan(ChangeState state) {
        if (state instanceof Planned planned) {
            return planned.plan();
        }
        throw new IllegalStateException("a change that is " + state.status() + " has no plan: its facts are out of order");
    }
}
