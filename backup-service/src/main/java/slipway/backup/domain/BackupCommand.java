package slipway.backup.domain;

import java.time.Instant;
import java.util.List;

/// What can be asked of a backup set. All of it comes from reactions and jobs, so it may come late and twice.
public sealed interface BackupCommand {

    /// @param items of the plan; empty when there is no such plan
    record Start(
            String releaseId,
            String environment,
            String plan,
            VerificationLevel minLevel,
            long rpoSeconds,
            List<String> items)
            implements BackupCommand {}

    /// What capturing gave: sealed, or the reasons why there is no set.
    sealed interface RecordCapture extends BackupCommand {

        List<BackupEvent.BackupItemCaptured> captured();

        record Sealed(
                List<BackupEvent.BackupItemCaptured> captured,
                String manifestDigest,
                String keyId,
                List<BackupCopy> copies)
                implements RecordCapture {}

        record Unfinished(List<BackupEvent.BackupItemCaptured> captured, List<BackupEvent.BackupItemFailed> failed)
                implements RecordCapture {}
    }

    /// Every copy was read, decrypted and decoded.
    record RecordVerification(VerificationLevel level, int copies) implements BackupCommand {}

    /// It was restored into scratch.
    record RecordRestoreTest(long measuredRtoMillis, List<RestoreCheck> checks) implements BackupCommand {}

    /// What it is of was looked at again.
    record RecordCheck(List<String> changed, List<String> uncovered) implements BackupCommand {}

    /// It was found unfit.
    record RecordCorruption(List<String> reasons) implements BackupCommand {}

    /// The earliest of the items' recovery points.
    static Instant recoveryPoint(List<BackupEvent.BackupItemCaptured> items) {
        return items.stream()
                .map(BackupEvent.BackupItemCaptured::recoveryPoint)
                .min(Instant::compareTo)
                .orElseThrow();
    }
}
