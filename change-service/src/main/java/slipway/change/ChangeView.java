package slipway.change;

import java.time.Instant;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;
import slipway.change.calendar.Window;
import slipway.change.domain.ApprovalStage;
import slipway.change.domain.ChangeEvent;
import slipway.change.domain.ChangeState;
import slipway.change.domain.Outcome;
import slipway.change.domain.Rfc;
import slipway.change.domain.VoteDecision;

/// A change as one person needs to see it: everything that its facts say. What has not happened yet is null or empty.
///
/// @param refused every reason why a request from outside was not taken
/// @param votes all votes in order; the newest of a person stands
/// @param mayStillVote who is eligible and has no vote yet
/// @param conflicts what kept it out of the calendar
record ChangeView(
        String id,
        String state,
        @Nullable Rfc rfc,
        @Nullable String planDigest,
        List<String> refused,
        ChangeEvent.@Nullable ImpactAssessed impact,
        ChangeEvent.@Nullable RiskAssessed risk,
        ChangeEvent.@Nullable PolicyEvaluated policy,
        @Nullable ApprovalStage stage,
        @Nullable Instant approvalDueAt,
        List<ChangeEvent.ApprovalVoteCast> votes,
        List<String> mayStillVote,
        ChangeEvent.@Nullable ChangeApproved approval,
        @Nullable Window scheduled,
        List<ChangeEvent.ConflictDetected> conflicts,
        List<ChangeEvent.ImplementationAuthorised> authorisations,
        List<ChangeEvent.ImplementationRefused> refusals,
        @Nullable String releaseId,
        @Nullable Instant soakUntil,
        @Nullable String rolledBackBecause,
        ChangeEvent.@Nullable ReviewOpened review,
        ChangeEvent.@Nullable PostImplementationReviewCompleted reviewed,
        @Nullable Outcome outcome,
        @Nullable String ended) {

    static ChangeView of(String id, ChangeState state, List<ChangeEvent> facts) {
        Reading reading = new Reading();
        facts.forEach(reading::read);
        return reading.view(id, state);
    }

    /// Collects while reading one fact after the other.
    private static final class Reading {

        private final List<String> refused = new ArrayList<>();
        private final List<ChangeEvent.ApprovalVoteCast> votes = new ArrayList<>();
        private final List<ChangeEvent.ConflictDetected> conflicts = new ArrayList<>();
        private final List<ChangeEvent.ImplementationAuthorised> authorisations = new ArrayList<>();
        private final List<ChangeEvent.ImplementationRefused> refusals = new ArrayList<>();
        private ChangeEvent.@Nullable RFCSubmitted submitted;
        private ChangeEvent.@Nullable ImpactAssessed impact;
        private ChangeEvent.@Nullable RiskAssessed risk;
        private ChangeEvent.@Nullable PolicyEvaluated policy;
        private ChangeEvent.@Nullable ApprovalRequested asked;
        private ChangeEvent.@Nullable ChangeApproved approval;
        private ChangeEvent.@Nullable ReviewOpened review;
        private ChangeEvent.@Nullable PostImplementationReviewCompleted reviewed;
        private @Nullable Window scheduled;
        private @Nullable String releaseId;
        private @Nullable Instant soakUntil;
        private @Nullable String rolledBackBecause;
        private @Nullable Outcome outcome;
        private @Nullable String ended;

        void read(ChangeEvent fact) {
            switch (fact) {
                case ChangeEvent.RFCSubmitted each -> submitted = each;
                case ChangeEvent.RFCRefused each -> refused.addAll(each.reasons());
                case ChangeEvent.ImpactAssessed each -> impact = each;
                case ChangeEvent.RiskAssessed each -> risk = each;
                case ChangeEvent.PolicyEvaluated each -> policy = each;
                case ChangeEvent.ApprovalRequested each -> asked = each;
                case ChangeEvent.ApprovalVoteCast each -> votes.add(each);
                case ChangeEvent.ChangeApproved each -> approval = each;
                case ChangeEvent.ChangeRejected each -> ended = "rejected by " + each.voter() + ": " + each.reason();
                case ChangeEvent.ChangeExpired each -> ended = "expired: " + each.reason();
                case ChangeEvent.ChangeCancelled each -> ended = "cancelled by " + each.by() + ": " + each.reason();
                case ChangeEvent.ChangeScheduled each -> scheduled = each.window();
                case ChangeEvent.ConflictDetected each -> conflicts.add(each);
                case ChangeEvent.ImplementationAuthorised each -> {
                    authorisations.add(each);
                    releaseId = each.releaseId();
                }
                case ChangeEvent.ImplementationRefused each -> refusals.add(each);
                case ChangeEvent.ImplementationCompleted each -> soakUntil = each.soakUntil();
                case ChangeEvent.ImplementationRolledBack each -> rolledBackBecause = each.reason();
                case ChangeEvent.ReviewOpened each -> review = each;
                case ChangeEvent.PostImplementationReviewCompleted each -> reviewed = each;
                case ChangeEvent.ChangeClosed each -> {
                    outcome = each.outcome();
                    ended = each.automatic() ? "closed itself" : "closed after review";
                }
            }
        }

        ChangeView view(String id, ChangeState state) {
            return new ChangeView(
                    id,
                    state.status().name(),
                    submitted == null ? null : submitted.rfc(),
                    submitted == null ? null : submitted.planDigest(),
                    refused,
                    impact,
                    risk,
                    policy,
                    asked == null ? null : asked.stage(),
                    asked == null ? null : asked.dueAt(),
                    votes,
                    mayStillVote(state),
                    approval,
                    scheduled,
                    conflicts,
                    authorisations,
                    refusals,
                    releaseId,
                    soakUntil,
                    rolledBackBecause,
                    review,
                    reviewed,
                    outcome,
                    ended);
        }

        private List<String> mayStillVote(ChangeState state) {
            if (asked == null || !(state instanceof ChangeState.AwaitingApproval)) {
                return List.of();
            }
            Map<String, VoteDecision> newest = new LinkedHashMap<>();
            votes.forEach(vote -> newest.put(vote.voter(), vote.decision()));
            return asked.stage().eligible().stream()
                    .filter(person -> !newest.containsKey(person))
                    .toList();
        }
    }
}
