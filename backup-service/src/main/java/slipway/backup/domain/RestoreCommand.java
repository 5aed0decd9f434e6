package slipway.backup.domain;

import java.time.Instant;
import java.util.List;
import slipway.backup.domain.RestoreState.Extent;

/// What can be asked of a restore run.
public sealed interface RestoreCommand {

    /// @param set how the backup set stands when the restore is asked for
    record RequestRestore(
            String releaseId,
            String environment,
            String backupSetId,
            String manifestDigest,
            List<String> approvedBy,
            BackupState set)
            implements RestoreCommand {}

    /// A person asks for one by hand.
    ///
    /// @param by the person, and whoever acts in their place
    /// @param set how the backup set stands
    /// @param releases at work where its data are live: they move them as well
    /// @param despite those of them that the person knows to be not
    /// @param expiresAt until when it may be approved
    record ProposeRestore(
            String backupSetId,
            Extent extent,
            String reason,
            List<String> by,
            BackupState set,
            List<String> releases,
            List<String> despite,
            Instant expiresAt)
            implements RestoreCommand {}

    /// @param by who approves, and whoever acts in their place
    /// @param set how the backup set stands by now
    /// @param releases at work where its data are live
    record ApproveRestore(List<String> by, BackupState set, List<String> releases, Instant now)
            implements RestoreCommand {}

    record DeclineRestore(String reason) implements RestoreCommand {}

    /// Nobody approved it in time, perhaps.
    record ExpireRestore(Instant now) implements RestoreCommand {}

    /// @param set that keeps what is there; empty: nothing was to be kept
    record RecordSafetyBackup(String set, String location, List<String> items, Instant takenAt)
            implements RestoreCommand {}

    /// @param recoveryPoint the earliest of the restored items'
    record RecordRestore(Instant recoveryPoint, Instant cutOverAt, List<RestoreCheck> checks)
            implements RestoreCommand {}

    record RecordFailure(List<String> reasons, String nextStep) implements RestoreCommand {}
}
