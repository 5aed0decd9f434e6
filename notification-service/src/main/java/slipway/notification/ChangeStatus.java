package slipway.notification;

import java.util.Locale;
import java.util.Optional;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.apache.avro.specific.SpecificRecord;
import org.jspecify.annotations.Nullable;
import slipway.events.HoldKind;
import slipway.events.change.ApprovalRequested;
import slipway.events.change.ApprovalSuperseded;
import slipway.events.change.ChangeApproved;
import slipway.events.change.ChangeCancelled;
import slipway.events.change.ChangeClosed;
import slipway.events.change.ChangeExpired;
import slipway.events.change.ChangeHeld;
import slipway.events.change.ChangeRejected;
import slipway.events.change.ChangeScheduled;
import slipway.events.change.ImplementationAuthorised;
import slipway.events.change.ImplementationCompleted;
import slipway.events.change.ImplementationRolledBack;
import slipway.events.change.PostImplementationReviewCompleted;
import slipway.events.change.RFCSubmitted;
import slipway.events.change.ReviewOpened;
import slipway.events.change.ScheduledWindowMissed;
import slipway.events.release.ReleaseAborted;
import slipway.events.release.ReleaseBlocked;
import slipway.events.release.ReleaseDeployed;
import slipway.events.release.ReleasePaused;
import slipway.events.release.ReleaseResolved;
import slipway.events.release.ReleaseResumed;
import slipway.events.release.ReleaseStarted;
import slipway.events.release.RollbackCompleted;
import slipway.events.release.RollbackFailed;
import slipway.events.release.RollbackTriggered;
import slipway.events.release.RolloutIndeterminate;

/// How a change stands after a fact, in a few words. Most facts are news of it and do not move it.
final class ChangeStatus {

    private static final String REJECTED = "rejected";
    private static final String EXPIRED = "expired";

    private ChangeStatus() {}

    /// @return empty: it stands as before
    static Optional<String> after(SpecificRecord fact) {
        return Optional.ofNullable(
                switch (fact) {
                    case RFCSubmitted _ -> "requested";
                    case ApprovalRequested it -> "waits for approval: " + it.getStage().getName();
                    case ApprovalSuperseded _ -> "amended: needs other approvals";
                    case ChangeApproved _ -> "approved";
                    case ChangeRejected _ -> REJECTED;
                    case ChangeExpired _ -> EXPIRED;
                    case ChangeCancelled _ -> "cancelled";
                    case ChangeScheduled _ -> "scheduled";
                    case ScheduledWindowMissed _ -> "its window passed unused";
                    case ImplementationAuthorised it -> "may start" + in(it.getEnvironment());
                    case ImplementationCompleted _ -> "implemented, and watched";
                    case ImplementationRolledBack _, RollbackCompleted _ -> "rolled back";
                    case ReviewOpened _ -> "under review";
                    case PostImplementationReviewCompleted _ -> "reviewed";
                    case ChangeClosed it -> "closed: " + it.getOutcome().name().toLowerCase(Locale.ROOT).replace('_', ' ');
                    case ReleaseStarted it -> "being rolled out" + in(it.getEnvironment());
                    case ReleaseResumed it -> "being rolled out" + in(it.getEnvironment());
                    case ReleasePaused it -> "paused" + in(it.getEnvironment());
                    case ReleaseBlocked it -> "blocked" + in(it.getEnvironment());
                    case RolloutIndeterminate it -> "nobody knows how far it is" + in(it.getEnvironment());
                    case ReleaseDeployed it -> "deployed to " + it.getEnvironment();
                    case ReleaseAborted _ -> "release aborted";
                    case ReleaseResolved _ -> "resolved by hand";
                    case RollbackTriggered it -> "being rolled back" + in(it.getEnvironment());
                    case RollbackFailed it -> "rollback failed" + in(it.getEnvironment());
                    default -> null;
                });
    }

    /// Who holds it, and why.
    static String held(ChangeHeld it) {
        String by = it.getKind() == HoldKind.FREEZE ? "by the freeze " + it.getRef() : "by " + it.getRef();
        return "on hold " + by + ": " + it.getReason();
    }

    /// A hold takes no change's place in its course: with the last one, only the status is left. What was rejected or expired has nothing that could be held;
    /// who held it goes on when it is amended, and is named again then.
    ///
    /// @param holds null: nobody holds it
    static String with(String status, @Nullable String holds) {
        boolean over = status.equals(REJECTED) || status.equals(EXPIRED);
        return Stream.of(status, holds == null || over ? "" : holds).filter(each -> !each.isEmpty()).collect(Collectors.joining("; "));
    }

    private static String in(@Nullable String environment) {
        return environment == null ? "" : " in " + environment;
    }
}
