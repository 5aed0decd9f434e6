package slipway.backup.domain;

import java.time.Instant;
import java.util.List;
import org.jspecify.annotations.Nullable;

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
    /// @param items to restore; empty: all that can be
    /// @param to moment to restore to, where the recipe can; null: that of the set
    /// @param by the person, and whoever acts in their place
    /// @param set how the backup set stands
    record ProposeRestore(
            String backupSetId,
            List<String> items,
            @Nullable Instant to,
            String reason,
            List<String> by,
            BackupState set)
            implements RestoreCommand {}

    /// @param by who approves, and whoever acts in their place
    /// @param set how the backup set stands by now
    record ApproveRestore(List<String> by, BackupState set) implements RestoreCommand {}

    record DeclineRestore(String reason) implements RestoreCommand {}

    record RecordSafetyBackup(String location, List<String> items, Instant takenAt) implements RestoreCommand {}

    /// @param recoveryPoint the earliest of the restored items'
    record RecordRestore(Instant recoveryPoint, Instant cutOverAt, List<RestoreCheck> checks)
            implements RestoreCommand {}

    record RecordFailure(List<String> reasons, String nextStep) implements RestoreCommand {}
}
