package slipway.change.domain;

import org.jspecify.annotations.Nullable;

/// The states of a change by name, as people and read tables know them.
public enum Status {
    NONE,
    REFUSED,
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
            case ChangeEvent.RFCSubmitted _ -> ASSESSING;
            case ChangeEvent.RFCRefused _ -> REFUSED;
            case ChangeEvent.ApprovalRequested _ -> AWAITING_APPROVAL;
            case ChangeEvent.ChangeApproved _ -> APPROVED;
            case ChangeEvent.ChangeRejected _ -> REJECTED;
            case ChangeEvent.ChangeExpired _ -> EXPIRED;
            case ChangeEvent.ChangeCancelled _ -> CANCELLED;
            case ChangeEvent.ChangeScheduled _ -> SCHEDULED;
            case ChangeEvent.ImplementationAuthorised _ -> IMPLEMENTING;
            case ChangeEvent.ImplementationCompleted _ -> MONITORING;
            case ChangeEvent.ImplementationRolledBack _ -> ROLLING_BACK;
            case ChangeEvent.ReviewOpened _ -> REVIEW;
            case ChangeEvent.ChangeClosed _ -> CLOSED;
            case ChangeEvent.ImpactAssessed _,
                    ChangeEvent.RiskAssessed _,
                    ChangeEvent.PolicyEvaluated _,
                    ChangeEvent.ApprovalVoteCast _,
                    ChangeEvent.ConflictDetected _,
                    ChangeEvent.ImplementationRefused _,
                    ChangeEvent.PostImplementationReviewCompleted _ ->
                null;
        };
    }
}
