package slipway.backup.domain;

import java.time.Instant;
import java.util.List;
import slipway.backup.domain.BackupEvent.BackupCopy;
import slipway.backup.domain.BackupEvent.BackupItemCaptured;
import slipway.backup.domain.BackupEvent.BackupItemFailed;

/// What can be asked of a backup set.
public sealed interface BackupCommand {

    /// @param items of the plan, by name; empty when there is no such plan
    record Start(
            String releaseId,
            String environment,
            String plan,
            VerificationLevel minLevel,
            long rpoSeconds,
            List<String> items)
            implements BackupCommand {}

    /// Every item is captured, sealed, copied and read back.
    record RecordCapture(
            List<BackupItemCaptured> items,
            String manifestDigest,
            String keyId,
            List<BackupCopy> copies,
            Instant recoveryPoint,
            long bytes)
            implements BackupCommand {}

    /// At least one item could not be captured: the set is worth nothing.
    record RecordFailure(List<BackupItemFailed> items) implements BackupCommand {}

    /// All copies were read back, decrypted and compared.
    record RecordVerification(VerificationLevel level, int copies) implements BackupCommand {}

    /// It was restored on trial.
    record RecordRestoreTest(VerificationLevel level, long measuredRtoMillis, List<RestoreCheck> checks)
            implements BackupCommand {}

    record RecordCorruption(List<String> reasons) implements BackupCommand {}
}
