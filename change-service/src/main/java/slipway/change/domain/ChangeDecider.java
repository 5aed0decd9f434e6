package slipway.change.domain;

import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.jspecify.annotations.Nullable;
import slipway.change.domain.ChangeCommand.Cancel;
import slipway.change.domain.ChangeCommand.CompleteImplementation;
import slipway.change.domain.ChangeCommand.RollBack;
import slipway.change.domain.ChangeEvent.ChangeCancelled;
import slipway.change.domain.ChangeEvent.ImplementationCompleted;
import slipway.change.domain.ChangeEvent.ImplementationRolledBack;
import slipway.change.domain.ChangeState.Approved;
import slipway.change.domain.ChangeState.Asked;
import slipway.change.domain.ChangeState.Assessing;
import slipway.change.domain.ChangeState.AwaitingApproval;
import slipway.change.domain.ChangeState.Draft;
import slipway.change.domain.ChangeState.Implementing;
import slipway.change.domain.ChangeState.InReview;
import slipway.change.domain.ChangeState.Known;
import slipway.change.domain.ChangeState.Monitoring;
import slipway.change.domain.ChangeState.Scheduled;
import slipway.change.domain.ChangeState.Vote;
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
            case ChangeCommand.SaveDraft draft -> Submission.save(draft, state);
            case ChangeCommand.Submit submit -> Submission.submit(submit, state);
            case ChangeCommand.TakeIn outside -> Submission.takeIn(outside, state);
            case ChangeCommand.RegisterDrift drift -> Submission.registerDrift(drift, state);
            case ChangeCommand.ReceiveEvidence evidence -> Showing.receive(evidence, state);
            case ChangeCommand.Amend amend -> Amending.amend(amend, state);
            case ChangeCommand.Revise revise -> Amending.revise(revise, state);
            case ChangeCommand.RaiseRisk raise -> Amending.raiseRisk(raise, state);
            case ChangeCommand.FallToNormal fall -> Amending.fall(fall, state);
            case ChangeCommand.Reassess again -> Amending.reassess(again, state);
            case ChangeCommand.CastVote vote -> Voting.cast(vote, state);
            case ChangeCommand.LookAtVoters look -> Expiring.look(look, state);
            case ChangeCommand.NoteAttempt attempt -> Voting.note(attempt);
            case ChangeCommand.Expire expire -> Expiring.expire(expire, state);
            case Cancel cancel -> Cancelling.cancel(cancel, state);
            case ChangeCommand.BreakGlass bypass -> Ratifying.breakGlass(bypass, state);
            case ChangeCommand.Ratify ratify -> Ratifying.ratify(ratify, state);
            case ChangeCommand.MissRatification missed -> Ratifying.miss(missed, state);
            case ChangeCommand.LookAtCalendar look -> Timing.look(look, state);
            case ChangeCommand.MissWindow missed -> Timing.miss(missed, state);
            case ChangeCommand.PutOnHold hold -> Timing.hold(hold, state);
            case ChangeCommand.LiftHold lift -> Timing.lift(lift, state);
            case ChangeCommand.Authorise asked -> Handshake.answer(asked, state);
            case CompleteImplementation completed -> complete(completed, state);
            case RollBack rollBack -> rollBack(rollBack, state);
            case ChangeCommand.EndRollback ended -> Closing.endRollback(ended, state);
            case ChangeCommand.EndRelease ended -> Closing.endRelease(ended, state);
            case ChangeCommand.EndSoak soaked -> Closing.endSoak(soaked, state);
            case ChangeCommand.Review review -> Closing.review(review, state);
            case ChangeCommand.Close close -> Closing.close(close, state);
            case ChangeCommand.MissReview missed -> Closing.missReview(missed, state);
            case ChangeCommand.ReclassifyOutcome again -> Closing.reclassify(again, state);
        };
    }

    /// What is wrong with an amended request itself, apart from whether it may be amended: a door tells it apart.
    public static List<String> faults(ChangeCommand.Amend amend, ChangeState state) {
        return Amending.faults(amend, state);
    }

    private static Decision<ChangeEvent> complete(CompleteImplementation completed, ChangeState state) {
        return state instanceof Implementing running && running.releaseId().equals(completed.releaseId())
                ? Decision.accept(new ImplementationCompleted(
                        completed.releaseId(),
                        completed.at().plusSeconds(running.dossier().rfc().soakSeconds())))
                : Decision.nothing();
    }

    private static Decision<ChangeEvent> rollBack(RollBack rollBack, ChangeState state) {
        boolean ours = state instanceof Implementing running && running.releaseId().equals(rollBack.releaseId())
                || state instanceof Monitoring watched && watched.releaseId().equals(rollBack.releaseId())
                // What seemed to be well may be taken back while people still look at it.
                || state instanceof InReview review
                        && rollBack.releaseId().equals(review.releaseId())
                        && Closing.seemedWell(review.proposed());
        return ours
                ? Decision.accept(new ImplementationRolledBack(rollBack.releaseId(), rollBack.reason()))
                : Decision.nothing();
    }

    @Override
    public ChangeState evolve(ChangeState state, ChangeEvent fact) {
        return switch (fact) {
            case ChangeEvent.RFCDrafted(var rfc, var revision, var writtenBy, var relative) -> {
                Dossier written = carried(state, Dossier.of(rfc, PlanDigest.of(rfc), revision));
                // Whoever saves a draft without changing its plan wrote none of it.
                boolean same = state instanceof Known known && known.dossier().digest().equals(written.digest());
                yield new Draft(
                        same ? written : written.writtenBy(writtenBy),
                        new RelativeTimes(relative),
                        state instanceof Draft draft ? draft.brought() : Set.of());
            }
            case ChangeEvent.RFCSubmitted(var rfc, var digest, _, _, var writtenBy) ->
                new Assessing(carried(
                                state,
                                Dossier.of(
                                        rfc,
                                        digest == null ? PlanDigest.of(rfc) : digest,
                                        state instanceof Draft draft ? draft.dossier().revision() : 1))
                        .writtenBy(writtenBy));
            case ChangeEvent.RFCRefused _ -> new ChangeState.Refused();
            case ChangeEvent.ChangeAmended amended -> amended(state, amended);
            case ChangeEvent.ApprovalSuperseded _ -> new Assessing(dossier(state));
            case ChangeEvent.RiskAssessed risk -> assessed(dossier(state), risk);
            case ChangeEvent.ChangeReclassified again -> known(state).with(dossier(state).treatedAs(again.to()));
            case ChangeEvent.ApprovalRequested(var stage, var dueAt, var escalation, var seconds) ->
                awaiting(state).with(new Asked(stage, dueAt, escalation, seconds));
            case ChangeEvent.ApprovalEscalated(var stage, var dueAt) ->
                awaiting(state).with(new Asked(stage, dueAt, List.of(), 0));
            case ChangeEvent.ApprovalVoteCast vote ->
                state instanceof AwaitingApproval waiting
                        ? waiting.with(
                                vote.onBehalfOf() == null ? vote.voter() : vote.onBehalfOf(),
                                new Vote(vote.stage(), vote.voter(), vote.decision(), vote.through()))
                        : state;
            case ChangeEvent.ChangeApproved(_, var approvers, _, var validUntil) ->
                new Approved(dossier(state), approvers, validUntil);
            case ChangeEvent.ChangeRejected _ -> new ChangeState.Rejected(dossier(state));
            case ChangeEvent.ChangeExpired _ -> new ChangeState.Expired(dossier(state));
            case ChangeCancelled _ -> new ChangeState.Cancelled();
            case ChangeEvent.EmergencyBypassInvoked bypass ->
                known(state)
                        .with(dossier(state)
                                .toBeRatified(Ratification.open(
                                        bypass.ratifiers(), bypass.stages(), bypass.ratificationDueAt())));
            case ChangeEvent.UnauthorisedChangeDetected late ->
                known(state)
                        .with(dossier(state)
                                .toBeRatified(
                                        Ratification.open(late.ratifiers(), late.stages(), late.ratificationDueAt())));
            case ChangeEvent.RetroactiveApprovalRecorded(var by, var decision, _) ->
                known(state)
                        .with(decision == VoteDecision.APPROVE
                                ? dossier(state).ratifiedBy(by)
                                : dossier(state).ratified());
            case ChangeEvent.RetroactiveApprovalMissed _ -> known(state).with(dossier(state).ratified());
            case ChangeEvent.ChangeHeld(var kind, var ref, var reason) ->
                known(state).with(dossier(state).heldBy(new Hold(kind, ref, reason)));
            case ChangeEvent.ChangeHoldLifted(var kind, var ref, _) ->
                known(state).with(dossier(state).letGo(kind, ref));
            case ChangeEvent.ConflictDetected(var ci, var with, var reason, var kind) ->
                known(state).with(dossier(state).withConflict(new Conflict(kind, ci, with, reason)));
            case ChangeEvent.ConflictResolved(var conflict) ->
                known(state).with(dossier(state).withoutConflict(conflict));
            case ChangeEvent.ChangeScheduled scheduled -> scheduled(state, scheduled);
            case ChangeEvent.ScheduledWindowMissed _ ->
                state instanceof Scheduled(var dossier, var approvers, var validUntil, _)
                        ? new Approved(dossier, approvers, validUntil)
                        : state;
            case ChangeEvent.ImplementationAuthorised leave ->
                new Implementing(
                        dossier(state).withEpoch(leave.epoch()), leave.releaseId(), leave.window(), validUntil(state));
            case ChangeEvent.ImplementationRevoked revoked ->
                known(state).with(dossier(state).withEpoch(revoked.epoch()));
            case ImplementationCompleted(var releaseId, var soakUntil) ->
                new Monitoring(dossier(state).withoutHolds(), releaseId, soakUntil);
            case ImplementationRolledBack(var releaseId, _) ->
                new ChangeState.RollingBack(dossier(state).withoutHolds(), releaseId);
            case ChangeEvent.ReviewOpened review ->
                new InReview(
                        dossier(state).withoutHolds(), review.proposedOutcome(), review.dueAt(), null, releaseId(state));
            case ChangeEvent.PostImplementationReviewCompleted reviewed ->
                state instanceof InReview(var dossier, var proposed, var dueAt, _, var releaseId)
                        ? new InReview(dossier, proposed, dueAt, reviewed.outcome(), releaseId)
                        : state;
            case ChangeEvent.ChangeClosed closed ->
                new ChangeState.Closed(
                        closed.outcome(),
                        state instanceof InReview review ? review.proposed() : closed.outcome(),
                        state instanceof Known known ? known.dossier().own() : Set.of());
            case ChangeEvent.ChangeOutcomeReclassified again ->
                state instanceof ChangeState.Closed(_, var facts, var own)
                        ? new ChangeState.Closed(again.to(), facts, own)
                        : state;
            case ChangeEvent.PolicyEvaluated evaluated ->
                known(state)
                        .with(dossier(state)
                                .requiring(evaluated.requiredStages().stream()
                                        .map(ApprovalStage::name)
                                        .toList()));
            case ChangeEvent.EvidenceReceived shown -> Showing.brought(state, shown);
            case ChangeEvent.ImpactAssessed _,
                    ChangeEvent.ApprovalAttemptRefused _,
                    ChangeEvent.ImplementationRefused _,
                    ChangeEvent.PostImplementationReviewMissed _ ->
                state;
        };
    }

    /// What a person raised stays raised, and what they hold stays held, whatever is written anew.
    private static Dossier carried(ChangeState before, Dossier next) {
        return before instanceof Known known ? next.carrying(known.dossier()) : next;
    }

    private static ChangeState assessed(Dossier dossier, ChangeEvent.RiskAssessed risk) {
        Dossier next = dossier.withRisk(risk.level());
        return new Assessing(
                risk.raisedTo() == null
                        ? next
                        : next.raised(new Raise(risk.raisedTo(), String.valueOf(risk.raisedBecause()))));
    }

    private static ChangeState amended(ChangeState state, ChangeEvent.ChangeAmended amended) {
        Dossier next = dossier(state).with(amended.rfc(), amended.planDigest());
        // Another plan is judged by nothing that was found about the one before, and by nobody who wrote it.
        return amended.material()
                ? new Assessing(next.assessedAnew().writtenBy(amended.writtenBy()).writtenBy(List.of(amended.by())))
                : known(state).with(next);
    }

    private static ChangeState scheduled(ChangeState state, ChangeEvent.ChangeScheduled scheduled) {
        return switch (state) {
            case Approved(var dossier, var approvers, var validUntil) ->
                new Scheduled(dossier, approvers, validUntil, scheduled.window());
            case Scheduled(var dossier, var approvers, var validUntil, _) ->
                new Scheduled(dossier, approvers, validUntil, scheduled.window());
            case ChangeState.Known _,
                    ChangeState.Nothing _,
                    ChangeState.Refused _,
                    ChangeState.Closed _,
                    ChangeState.Cancelled _ ->
                state;
        };
    }

    private static @Nullable String releaseId(ChangeState state) {
        return switch (state) {
            case Implementing running -> running.releaseId();
            case Monitoring watched -> watched.releaseId();
            case ChangeState.RollingBack back -> back.releaseId();
            case InReview review -> review.releaseId();
            case ChangeState.Known _,
                    ChangeState.Nothing _,
                    ChangeState.Refused _,
                    ChangeState.Closed _,
                    ChangeState.Cancelled _ ->
                null;
        };
    }

    private static Instant validUntil(ChangeState state) {
        return switch (state) {
            case Scheduled scheduled -> scheduled.validUntil();
            case Implementing running -> running.validUntil();
            case ChangeState.Known _,
                    ChangeState.Nothing _,
                    ChangeState.Refused _,
                    ChangeState.Closed _,
                    ChangeState.Cancelled _ ->
                throw new IllegalStateException("a change that is " + state.status() + " has no approval: its facts are out of order");
        };
    }

    private static AwaitingApproval awaiting(ChangeState state) {
        return state instanceof AwaitingApproval waiting
                ? waiting
                : new AwaitingApproval(dossier(state), List.of(), Map.of());
    }

    private static Known known(ChangeState state) {
        if (state instanceof Known known) {
            return known;
        }
        throw new IllegalStateException("a change that is " + state.status() + " has no dossier: its facts are out of order");
    }

    private static Dossier dossier(ChangeState state) {
        return known(state).dossier();
    }
}
