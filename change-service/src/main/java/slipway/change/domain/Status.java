package slipway.change.domain;

import org.jspecify.annotations.Nullable;

/// The states of a change by name, as people and read tables know them.
public enum Status {
    NONE,
    REFUSED,
    DRAFT,
    ASSESSING,
    AWAITING_APPROVAL,
    REJECTED,
    EXPIRED,
    APPROVED,
    SCHEDULED,
    IMPLEMENTING,
    MONITORING,
    ROLLING_BACK,
    REVIEW,
    CLOSED,
    CANCELLED;

    /// Where a fact leads, for read tables that see one fact at a time; null when it leads nowhere.
    public static @Nullable Status after(ChangeEvent fact) {
        return switch (fact) {
            case ChangeEvent.RFCDrafted _ -> DRAFT;
            case ChangeEvent.RFCSubmitted _, ChangeEvent.ApprovalSuperseded _ -> ASSESSING;
            case ChangeEvent.RFCRefused _ -> REFUSED;
            case ChangeEvent.ApprovalRequested _ -> AWAITING_APPROVAL;
            case ChangeEvent.ChangeApproved _, ChangeEvent.ScheduledWindowMissed _ -> APPROVED;
            case ChangeEvent.ChangeRejected _ -> REJECTED;
            case ChangeEvent.ChangeExpired _ -> EXPIRED;
            case ChangeEvent.ChangeCancelled _ -> CANCELLED;
            case ChangeEvent.ChangeScheduled _ -> SCHEDULED;
            case ChangeEvent.ImplementationAuthorised _ -> IMPLEMENTING;
            case ChangeEvent.ImplementationCompleted _ -> MONITORING;
            case ChangeEvent.ImplementationRolledBack _ -> ROLLING_BACK;
            case ChangeEvent.ReviewOpened _ -> REVIEW;
            case ChangeEvent.ChangeClosed _, ChangeEvent.ChangeOutcomeReclassified _ -> CLOSED;
            case ChangeEvent.ChangeAmended _,
                    ChangeEvent.EvidenceReceived _,
                    ChangeEvent.ChangeReclassified _,
                    ChangeEvent.ImpactAssessed _,
                    ChangeEvent.RiskAssessed _,
                    ChangeEvent.PolicyEvaluated _,
                    ChangeEvent.ApprovalEscalated _,
                    ChangeEvent.ApprovalVoteCast _,
                    ChangeEvent.ApprovalAttemptRefused _,
                    ChangeEvent.EmergencyBypassInvoked _,
                    ChangeEvent.UnauthorisedChangeDetected _,
                    ChangeEvent.RetroactiveApprovalRecorded _,
                    ChangeEvent.RetroactiveApprovalMissed _,
                    ChangeEvent.ChangeHeld _,
                    ChangeEvent.ChangeHoldLifted _,
                    ChangeEvent.ConflictDetected _,
                    ChangeEvent.ConflictResolved _,
                    ChangeEvent.ImplementationRefused _,
                    ChangeEvent.ImplementationRevoked _,
                    ChangeEvent.PostImplementationReviewCompleted _,
                    ChangeEvent.PostImplementationReviewMissed _ ->
                null;
        };
    }
}
