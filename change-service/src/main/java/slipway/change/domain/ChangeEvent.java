package slipway.change.domain;

import java.time.Instant;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;
import slipway.change.calendar.Window;
import slipway.decider.Past;

/// The facts of a change. Names and components are the contract's (`slipway.events.change`), which documents each field.
public sealed interface ChangeEvent {

    record RFCDrafted(Rfc rfc, int revision, List<String> writtenBy, Map<String, String> relative)
            implements ChangeEvent {}

    record RFCSubmitted(
            Rfc rfc,
            @Nullable String planDigest,
            @Nullable String source,
            @Nullable String sourceId,
            List<String> writtenBy)
            implements ChangeEvent, Past {

        /// What is registered late was done in its window.
        @Override
        public @Nullable Instant happenedAt() {
            return rfc.type() == ChangeType.LATENT ? rfc.window().notBefore() : null;
        }
    }

    record RFCRefused(String title, String source, String sourceId, List<String> reasons) implements ChangeEvent {}

    record ChangeAmended(
            Rfc rfc,
            String planDigest,
            List<FieldChange> diff,
            boolean material,
            String by,
            List<String> writtenBy)
            implements ChangeEvent {}

    record EvidenceReceived(
            String kind,
            String title,
            @Nullable String reference,
            @Nullable Boolean passed,
            String source,
            String sourceId,
            String digest)
            implements ChangeEvent {}

    record ChangeReclassified(ChangeType from, ChangeType to, List<String> reasons) implements ChangeEvent {}

    record ImpactAssessed(String graphVersion, List<ReachedItem> reached, int total, int criticality)
            implements ChangeEvent {}

    record RiskAssessed(
            String modelVersion,
            RiskAnswers answers,
            List<RiskFactor> factors,
            int impact,
            int likelihood,
            int score,
            RiskLevel level,
            List<String> floors,
            @Nullable RiskLevel raisedTo,
            @Nullable String raisedBecause)
            implements ChangeEvent {}

    record PolicyEvaluated(
            String policyVersion,
            String policyHash,
            Map<String, String> inputs,
            PolicyResult answer,
            List<String> matchedRules,
            List<ApprovalStage> requiredStages)
            implements ChangeEvent {}

    record ApprovalRequested(
            ApprovalStage stage, Instant dueAt, List<String> escalation, long escalationSeconds)
            implements ChangeEvent {}

    record ApprovalEscalated(ApprovalStage stage, Instant dueAt) implements ChangeEvent {}

    record ApprovalVoteCast(
            String stage,
            String voter,
            VoteDecision decision,
            @Nullable String reason,
            @Nullable String onBehalfOf,
            List<String> through)
            implements ChangeEvent {}

    record ApprovalAttemptRefused(String who, boolean authenticated, List<String> reasons) implements ChangeEvent {}

    record ApprovalSuperseded(String planDigest, List<String> voters, String reason) implements ChangeEvent {}

    record ChangeApproved(ApprovedBy by, List<String> approvers, String planDigest, Instant validUntil)
            implements ChangeEvent {}

    record ChangeRejected(String stage, String voter, String reason) implements ChangeEvent {}

    record ChangeExpired(String reason) implements ChangeEvent {}

    record ChangeCancelled(String by, String reason) implements ChangeEvent {}

    record EmergencyBypassInvoked(
            String by,
            String incidentRef,
            String reason,
            List<String> ratifiers,
            Instant ratificationDueAt,
            List<ApprovalStage> stages)
            implements ChangeEvent {}

    record UnauthorisedChangeDetected(
            String source,
            String description,
            List<String> ratifiers,
            Instant ratificationDueAt,
            List<ApprovalStage> stages)
            implements ChangeEvent {}

    record RetroactiveApprovalRecorded(String by, VoteDecision decision, String reason) implements ChangeEvent {}

    record RetroactiveApprovalMissed(Instant dueAt) implements ChangeEvent {}

    record ChangeHeld(HoldKind kind, String ref, String reason) implements ChangeEvent {}

    record ChangeHoldLifted(HoldKind kind, String ref, String reason) implements ChangeEvent {}

    record ConflictDetected(String ci, String withChange, String reason, ConflictKind kind) implements ChangeEvent {}

    record ConflictResolved(Conflict conflict) implements ChangeEvent {}

    record ChangeScheduled(
            Window window,
            String reservationId,
            String planDigest,
            String service,
            String version,
            @Nullable String digest,
            List<String> environments,
            List<String> configurationItems,
            boolean restoreDataOnRollback,
            String requester,
            String implementer,
            List<String> approvers,
            long rollbackSeconds,
            String title,
            List<String> links,
            List<String> writtenBy)
            implements ChangeEvent {}

    record ScheduledWindowMissed(Window window) implements ChangeEvent {}

    record ImplementationAuthorised(
            String releaseId, String environment, String authorisationId, long epoch, Window window)
            implements ChangeEvent {}

    record ImplementationRefused(String releaseId, String environment, List<String> reasons) implements ChangeEvent {}

    record ImplementationRevoked(
            String releaseId, long epoch, String reason, @Nullable RevocationCause cause)
            implements ChangeEvent {}

    record ImplementationCompleted(String releaseId, Instant soakUntil) implements ChangeEvent {}

    record ImplementationRolledBack(String releaseId, String reason) implements ChangeEvent {}

    record ReviewOpened(
            String cause,
            List<CriterionResult> criteria,
            Outcome proposedOutcome,
            boolean reviewRequired,
            @Nullable Instant dueAt)
            implements ChangeEvent {}

    record PostImplementationReviewCompleted(
            String reviewer, Outcome outcome, String findings, @Nullable String incidentRef)
            implements ChangeEvent {}

    record PostImplementationReviewMissed(Instant dueAt) implements ChangeEvent {}

    record ChangeClosed(Outcome outcome, boolean automatic) implements ChangeEvent {}

    record ChangeOutcomeReclassified(Outcome from, Outcome to, String incidentRef, String by, String reason)
            implements ChangeEvent {}
}
