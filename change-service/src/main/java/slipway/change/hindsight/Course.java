package slipway.change.hindsight;

import java.util.List;
import java.util.Set;
import org.jspecify.annotations.Nullable;
import slipway.change.domain.ChangeEvent;
import slipway.change.domain.Outcome;
import slipway.change.domain.Rfc;
import slipway.change.domain.Status;

/// What really became of a change.
///
/// @param outcome how it was closed, or reclassified later; of one in review what the facts suggest; otherwise its state
/// @param over whether nothing more becomes of it by itself
record Course(String title, String service, String outcome, boolean over) {

    private static final Set<String> FAILED = Set.of(Outcome.BACKED_OUT.name(), Outcome.FAILED_NOT_BACKED_OUT.name());
    private static final Set<String> WELL = Set.of(Outcome.SUCCESSFUL.name(), Outcome.SUCCESSFUL_WITH_ISSUES.name());

    static Course of(List<Moment> story) {
        String title = "";
        String service = "";
        Status status = Status.NONE;
        Outcome outcome = Outcome.UNKNOWN;
        for (Moment moment : story) {
            Rfc rfc = rfc(moment.fact());
            if (rfc != null) {
                title = rfc.title();
                service = rfc.service();
            }
            Status next = Status.after(moment.fact());
            status = next == null ? status : next;
            outcome =
                    switch (moment.fact()) {
                        case ChangeEvent.ReviewOpened review -> review.proposedOutcome();
                        case ChangeEvent.PostImplementationReviewCompleted review -> review.outcome();
                        case ChangeEvent.ChangeClosed closed -> closed.outcome();
                        case ChangeEvent.ChangeOutcomeReclassified again -> again.to();
                        default -> outcome;
                    };
        }
        return switch (status) {
            case CLOSED -> new Course(title, service, outcome.name(), true);
            case REVIEW -> new Course(title, service, outcome.name(), false);
            case REJECTED, EXPIRED, CANCELLED, REFUSED -> new Course(title, service, status.name(), true);
            case NONE, DRAFT, ASSESSING, AWAITING_APPROVAL, APPROVED, SCHEDULED, IMPLEMENTING, MONITORING, ROLLING_BACK ->
                new Course(title, service, status.name(), false);
        };
    }

    static @Nullable Rfc rfc(ChangeEvent fact) {
        return switch (fact) {
            case ChangeEvent.RFCSubmitted submitted -> submitted.rfc();
            case ChangeEvent.ChangeAmended amended -> amended.rfc();
            default -> null;
        };
    }

    /// Also one that was only watched to fail, and not closed yet.
    boolean failed() {
        return FAILED.contains(outcome);
    }

    boolean wentWell() {
        return WELL.contains(outcome);
    }

    /// People said no, or nobody said anything.
    boolean refused() {
        return outcome.equals(Status.REJECTED.name()) || outcome.equals(Status.EXPIRED.name());
    }
}
