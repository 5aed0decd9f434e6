package slipway.backup.domain;

import java.time.Instant;
import java.util.List;

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

    record RecordSafetyBackup(String location, List<String> items, Instant takenAt) implements RestoreCommand {}

    /// @param recoveryPoint the earliest of the restored items'
    record RecordRestore(Instant recoveryPoint, Instant cutOverAt, List<RestoreCheck> checks)
            implements RestoreCommand {}

    record RecordFailure(List<String> reasons, String nextStep) implements RestoreCommand {}
}
