package slipway.change.domain;

import java.time.Instant;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;
import slipway.change.calendar.Window;

/// The facts of a change. Names and components are the contract's (`slipway.events.change`), which documents each field.
public sealed interface ChangeEvent {

    record RFCSubmitted(Rfc rfc, @Nullable String planDigest, @Nullable String source, @Nullable String sourceId)
            implements ChangeEvent {}

    record RFCRefused(String title, String source, String sourceId, List<String> reasons) implements ChangeEvent {}

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
            List<String> floors)
            implements ChangeEvent {}

    record PolicyEvaluated(
            String policyVersion,
            String policyHash,
            Map<String, String> inputs,
            PolicyResult answer,
            List<String> matchedRules,
            List<ApprovalStage> requiredStages)
            implements ChangeEvent {}

    record ApprovalRequested(ApprovalStage stage, Instant dueAt) implements ChangeEvent {}

    record ApprovalVoteCast(String stage, String voter, VoteDecision decision, @Nullable String reason)
            implements ChangeEvent {}

    record ChangeApproved(ApprovedBy by, List<String> approvers, String planDigest, Instant validUntil)
            implements ChangeEvent {}

    record ChangeRejected(String stage, String voter, String reason) implements ChangeEvent {}

    record ChangeExpired(String reason) implements ChangeEvent {}

    record ChangeCancelled(String by, String reason) implements ChangeEvent {}

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
            List<String> approvers)
            implements ChangeEvent {}

    record ConflictDetected(String ci, String withChange, String reason) implements ChangeEvent {}

    record ImplementationAuthorised(
            String releaseId, String environment, String authorisationId, long epoch, Window window)
            implements ChangeEvent {}

    record ImplementationRefused(String releaseId, String environment, List<String> reasons) implements ChangeEvent {}

    record ImplementationCompleted(String releaseId, Instant soakUntil) implements ChangeEvent {}

    record ImplementationRolledBack(String releaseId, String reason) implements ChangeEvent {}

    record ReviewOpened(
            String cause, List<CriterionResult> criteria, Outcome proposedOutcome, boolean reviewRequired)
            implements ChangeEvent {}

    record PostImplementationReviewCompleted(String reviewer, Outcome outcome, String findings)
            implements ChangeEvent {}

    record ChangeClosed(Outcome outcome, boolean automatic) implements ChangeEvent {}
}
