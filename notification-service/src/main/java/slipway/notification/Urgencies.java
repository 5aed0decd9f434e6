package slipway.notification;

import java.util.Map;
import java.util.Set;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import slipway.notification.routing.Urgency;

/// How soon somebody has to know of each fact, unless the routing file says otherwise.
final class Urgencies {

    private static final Set<String> URGENT = Set.of(
            "BackupCorrupted",
            "BackupLost",
            "EmergencyBypassInvoked",
            "EnvironmentDriftDetected",
            "ImplementationRevoked",
            "InvariantBroken",
            "ReleaseBlocked",
            "ReleasePaused",
            "RestoreFailed",
            "RollbackFailed",
            "RollbackTriggered",
            "RolloutIndeterminate",
            "UnauthorisedChangeDetected");

    private static final Set<String> NORMAL = Set.of(
            "ApprovalAttemptRefused",
            "ApprovalEscalated",
            "ApprovalRequested",
            "ApprovalSuperseded",
            "BackupFailed",
            "BackupItemFailed",
            "BackupPartial",
            "BackupUnproven",
            "ChangeCancelled",
            "ChangeExpired",
            "ChangeHeld",
            "ChangeRejected",
            "ConflictDetected",
            "DataRestoreApprovalRequested",
            "FreezeDeclared",
            "ImplementationRefused",
            "ImplementationRolledBack",
            "PostImplementationReviewMissed",
            "RFCRefused",
            "ReleaseAborted",
            "RestoreProposed",
            "RetroactiveApprovalMissed",
            "ReviewOpened",
            "RollbackCompleted",
            "ScheduledWindowMissed",
            "StandardTemplateSuspended");

    private Urgencies() {}

    /// The facts that are more than good to know.
    static Set<String> named() {
        return Stream.concat(URGENT.stream(), NORMAL.stream()).collect(Collectors.toSet());
    }

    /// @param others what the routing file says
    static Urgency of(String fact, Map<String, Urgency> others) {
        Urgency usual = URGENT.contains(fact) ? Urgency.URGENT : NORMAL.contains(fact) ? Urgency.NORMAL : Urgency.INFO;
        return others.getOrDefault(fact, usual);
    }
}
