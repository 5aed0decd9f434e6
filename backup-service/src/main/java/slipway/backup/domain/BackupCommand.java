package slipway.backup.domain;

import java.time.Instant;
import java.util.List;

/// What can be asked of a backup set. All of it comes from reactions and jobs, so it may come late and twice.
public sealed interface BackupCommand {

    /// @param releaseId empty: it is of no release
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

        /// @param missing locations where it has to lie and does not, and why; empty: it is whole
        /// @param refused locations that take no part, and why: there are enough others
        record Sealed(
                List<BackupEvent.BackupItemCaptured> captured,
                String manifestDigest,
                String keyId,
                List<BackupCopy> copies,
                List<String> missing,
                List<String> refused)
                implements RecordCapture {}

        record Unfinished(List<BackupEvent.BackupItemCaptured> captured, List<BackupEvent.BackupItemFailed> failed)
                implements RecordCapture {}
    }

    /// What is about to be overwritten was kept: a set like others, held by whoever may want it back.
    ///
    /// @param keptFor the set from which live data are to be restored
    /// @param holder release, or the restore
    record RecordSafetySet(
            String environment, String plan, String keptFor, String holder, RecordCapture.Sealed capture)
            implements BackupCommand {}

    /// It lies in all of its locations now.
    ///
    /// @param refused locations that take no part, and why
    record RecordReplication(List<BackupCopy> copies, List<String> refused) implements BackupCommand {}

    /// Every copy was read, decrypted and decoded.
    ///
    /// @param locations where they are
    /// @param refused locations that take no part, and why
    record RecordVerification(VerificationLevel level, List<String> locations, List<String> refused) implements BackupCommand {}

    /// It was restored into scratch.
    record RecordRestoreTest(VerificationLevel level, long measuredRtoMillis, List<RestoreCheck> checks) implements BackupCommand {}

    /// What it is of was looked at again.
    record RecordCheck(List<String> changed, List<String> uncovered) implements BackupCommand {}

    /// It could not be restored on trial: no verdict about the copies.
    record RecordUnproven(List<String> reasons) implements BackupCommand {}

    /// Copies were found corrupt or gone, or what comes back is something else.
    ///
    /// @param soundCopies that are left to repair it from
    record RecordCorruption(List<String> reasons, int soundCopies) implements BackupCommand {}

    record RecordRepair(List<BackupCopy> copies, List<String> replaced) implements BackupCommand {}

    /// Prove it once more.
    record RequestVerification(VerificationLevel level, String reason) implements BackupCommand {}

    /// Keep it, whatever the retention of its plan says.
    ///
    /// @param holder release or person
    record Pin(String holder, String reason) implements BackupCommand {}

    record Unpin(String holder, String reason) implements BackupCommand {}

    /// Give it up, unless somebody holds it or a location keeps it.
    record Prune(String reason, Instant now) implements BackupCommand {}

    /// The earliest of the items' recovery points.
    static Instant recoveryPoint(List<BackupEvent.BackupItemCaptured> items) {
        return items.stream()
                .map(BackupEvent.BackupItemCaptured::recoveryPoint)
                .min(Instant::compareTo)
                .orElseThrow();
    }
}
