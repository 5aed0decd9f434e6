package slipway.change;

import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;
import slipway.change.calendar.Window;
import slipway.change.domain.ApprovalStage;
import slipway.change.domain.ChangeEvent;
import slipway.change.domain.ChangeState;
import slipway.change.domain.ChangeType;
import slipway.change.domain.Conflict;
import slipway.change.domain.Hold;
import slipway.change.domain.Outcome;
import slipway.change.domain.Ratification;
import slipway.change.domain.Rfc;
import slipway.change.domain.VoteDecision;

/// A change as one person needs to see it: everything that its facts say. What has not happened yet is null or empty.
///
/// @param sequence how many facts there are; as ETag it says which state an amendment is meant for
/// @param refused every reason why a request from outside was not taken
/// @param treatedAs the class it is treated as
/// @param stages what is asked for, while it is
/// @param votes all votes in order; the newest of a person stands
/// @param mayStillVote who is eligible somewhere and has no vote yet
/// @param evidence what other systems said about it
/// @param holds who holds it now
/// @param conflicts what stands in its way now
record ChangeView(
        String id,
        long sequence,
        String state,
        int revision,
        @Nullable Rfc rfc,
        @Nullable String planDigest,
        @Nullable ChangeType treatedAs,
        List<String> refused,
        ChangeEvent.@Nullable ImpactAssessed impact,
        ChangeEvent.@Nullable RiskAssessed risk,
        ChangeEvent.@Nullable PolicyEvaluated policy,
        List<Stage> stages,
        List<ChangeEvent.ApprovalVoteCast> votes,
        List<String> mayStillVote,
        ChangeEvent.@Nullable ChangeApproved approval,
        List<ChangeEvent.EvidenceReceived> evidence,
        List<Hold> holds,
        List<Conflict> conflicts,
        @Nullable Window scheduled,
        List<ChangeEvent.ImplementationAuthorised> authorisations,
        List<ChangeEvent.ImplementationRefused> refusals,
        @Nullable String releaseId,
        @Nullable Instant soakUntil,
        @Nullable String rolledBackBecause,
        @Nullable Ratification ratification,
        ChangeEvent.@Nullable ReviewOpened review,
        ChangeEvent.@Nullable PostImplementationReviewCompleted reviewed,
        @Nullable Outcome outcome,
        @Nullable String ended) {

    /// @param approvals who approved it so far
    record Stage(ApprovalStage stage, Instant dueAt, List<String> approvals) {}

    static ChangeView of(String id, ChangeState state, List<ChangeEvent> facts) {
        Reading reading = new Reading();
        facts.forEach(reading::read);
        return reading.view(id, facts.size(), state);
    }

    /// Collects while reading one fact after the other; what the state knows is not collected.
    private static final class Reading {

        private final List<String> refused = new ArrayList<>();
        private final List<ChangeEvent.ApprovalVoteCast> votes = new ArrayList<>();
        private final List<ChangeEvent.ImplementationAuthorised> authorisations = new ArrayList<>();
        private final List<ChangeEvent.ImplementationRefused> refusals = new ArrayList<>();
        private final List<ChangeEvent.EvidenceReceived> evidence = new ArrayList<>();
        private @Nullable Rfc rfc;
        private @Nullable String planDigest;
        private ChangeEvent.@Nullable ImpactAssessed impact;
        private ChangeEvent.@Nullable RiskAssessed risk;
        private ChangeEvent.@Nullable PolicyEvaluated policy;
        private ChangeEvent.@Nullable ChangeApproved approval;
        private ChangeEvent.@Nullable ReviewOpened review;
        private ChangeEvent.@Nullable PostImplementationReviewCompleted reviewed;
        private int revision = 1;
        private @Nullable Window scheduled;
        private @Nullable String releaseId;
        private @Nullable Instant soakUntil;
        private @Nullable String rolledBackBecause;
        private @Nullable Outcome outcome;
        private @Nullable String ended;

        void read(ChangeEvent fact) {
            switch (fact) {
                case ChangeEvent.RFCDrafted each -> {
                    rfc = each.rfc();
                    revision = each.revision();
                    ended = null;
                    approval = null;
                }
                case ChangeEvent.RFCSubmitted each -> {
                    rfc = each.rfc();
                    planDigest = each.planDigest();
                }
                case ChangeEvent.ChangeAmended each -> {
                    rfc = each.rfc();
                    planDigest = each.planDigest();
                }
                case ChangeEvent.RFCRefused each -> refused.addAll(each.reasons());
                case ChangeEvent.EvidenceReceived each -> evidence.add(each);
                case ChangeEvent.ImpactAssessed each -> impact = each;
                case ChangeEvent.RiskAssessed each -> risk = each;
                case ChangeEvent.PolicyEvaluated each -> policy = each;
                case ChangeEvent.ApprovalVoteCast each -> votes.add(each);
                case ChangeEvent.ApprovalSuperseded _ -> {
                    approval = null;
                    scheduled = null;
                }
                case ChangeEvent.ChangeApproved each -> approval = each;
                case ChangeEvent.ChangeRejected each -> ended = "rejected by " + each.voter() + ": " + each.reason();
                case ChangeEvent.ChangeExpired each -> ended = "expired: " + each.reason();
                case ChangeEvent.ChangeCancelled each -> ended = "cancelled by " + each.by() + ": " + each.reason();
                case ChangeEvent.ChangeScheduled each -> scheduled = each.window();
                case ChangeEvent.ScheduledWindowMissed _ -> scheduled = null;
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
                case ChangeEvent.ChangeOutcomeReclassified each -> {
                    outcome = each.to();
                    ended = "closed; " + each.by() + " found later that it was " + each.to() + ": " + each.reason();
                }
                case ChangeEvent.ChangeReclassified _,
                        ChangeEvent.ApprovalRequested _,
                        ChangeEvent.ApprovalEscalated _,
                        ChangeEvent.ApprovalAttemptRefused _,
                        ChangeEvent.EmergencyBypassInvoked _,
                        ChangeEvent.UnauthorisedChangeDetected _,
                        ChangeEvent.RetroactiveApprovalRecorded _,
                        ChangeEvent.RetroactiveApprovalMissed _,
                        ChangeEvent.ChangeHeld _,
                        ChangeEvent.ChangeHoldLifted _,
                        ChangeEvent.ConflictDetected _,
                        ChangeEvent.ConflictResolved _,
                        ChangeEvent.ImplementationRevoked _,
                        ChangeEvent.PostImplementationReviewMissed _ -> {}
            }
        }

        ChangeView view(String id, long sequence, ChangeState state) {
            ChangeState.@Nullable Known known = state instanceof ChangeState.Known each ? each : null;
            return new ChangeView(
                    id,
                    sequence,
                    state.status().name(),
                    revision,
                    rfc,
                    planDigest,
                    known == null ? null : known.dossier().treatedAs(),
                    refused,
                    impact,
                    risk,
                    policy,
                    stages(state),
                    votes,
                    mayStillVote(state),
                    approval,
                    evidence,
                    known == null ? List.of() : known.dossier().holds(),
                    known == null ? List.of() : known.dossier().conflicts(),
                    scheduled,
                    authorisations,
                    refusals,
                    releaseId,
                    soakUntil,
                    rolledBackBecause,
                    known == null ? null : known.dossier().ratification(),
                    review,
                    reviewed,
                    outcome,
                    ended);
        }

        private static List<Stage> stages(ChangeState state) {
            return state instanceof ChangeState.AwaitingApproval waiting
                    ? waiting.asked().stream()
                            .map(asked -> new Stage(
                                    asked.stage(),
                                    asked.dueAt(),
                                    waiting.votes().values().stream()
                                            .filter(vote -> vote.decision() == VoteDecision.APPROVE)
                                            .filter(vote -> vote.stage().equals(asked.stage().name()))
                                            .map(ChangeState.Vote::voter)
                                            .toList()))
                            .toList()
                    : List.of();
        }

        private static List<String> mayStillVote(ChangeState state) {
            return state instanceof ChangeState.AwaitingApproval waiting
                    ? waiting.asked().stream()
                            .flatMap(asked -> asked.stage().eligible().stream())
                            .filter(person -> !waiting.votes().containsKey(person))
                            .distinct()
                            .sorted()
                            .toList()
                    : List.of();
        }
    }
}
