package slipway.backup.domain;

import java.time.Instant;
import java.util.List;

/// What happened to a backup set, `BKP-…`.
public sealed interface BackupEvent {

    /// @param releaseId that it is for; empty: it is of no release
    /// @param environment of a set of no release: what its plan names, else the plan
    /// @param rpoSeconds how old the recovery point may be, seconds; 0: of no release
    /// @param keptFor the set from which live data are to be restored, when this one keeps what is there before; empty: it is no safety backup
    record BackupStarted(
            String releaseId,
            String environment,
            String plan,
            VerificationLevel minLevel,
            long rpoSeconds,
            List<String> items,
            String keptFor)
            implements BackupEvent {}

    /// @param sha256 of the ciphertext, hexadecimal
    /// @param bytes of ciphertext
    /// @param warnings what whoever relies on it has to know: what is not kept, or not put back; empty: nothing
    record BackupItemCaptured(
            String item,
            String category,
            String system,
            String recipe,
            String sha256,
            String plaintextSha256,
            long bytes,
            String consistency,
            String fingerprint,
            Instant recoveryPoint,
            String warnings)
            implements BackupEvent {}

    record BackupItemFailed(String item, String reason) implements BackupEvent {}

    /// @param recoveryPoint the earliest of its items'
    /// @param bytes of all ciphertext, one copy
    /// @param refused locations that take no part, and why, in words: there are enough others
    record BackupCompleted(
            String releaseId,
            String environment,
            String manifestDigest,
            String keyId,
            List<BackupCopy> copies,
            Instant recoveryPoint,
            long bytes,
            List<String> refused)
            implements BackupEvent {}

    /// It lies whole in some of its locations only, and is copied to the others until it lies there, too.
    ///
    /// @param missing where it is not, and why, in words
    record BackupPartial(
            String releaseId,
            String environment,
            String manifestDigest,
            String keyId,
            List<BackupCopy> copies,
            List<String> missing,
            Instant recoveryPoint,
            long bytes)
            implements BackupEvent {}

    record BackupFailed(String releaseId, String environment, List<String> reasons) implements BackupEvent {}

    /// @param copies read back in full
    /// @param locations where they are, also those that were made just now; empty in what was written before this was told
    /// @param refused locations that take no part, and why, in words
    record BackupVerified(
            String releaseId,
            String environment,
            VerificationLevel level,
            int copies,
            List<String> locations,
            List<String> refused)
            implements BackupEvent {}

    /// @param measuredRtoMillis from the first byte read to the last check
    record RestoreTested(
            String releaseId,
            String environment,
            VerificationLevel level,
            long measuredRtoMillis,
            List<RestoreCheck> checks,
            String manifestDigest,
            Instant recoveryPoint)
            implements BackupEvent {}

    /// What it is of was looked at again, just before a release relies on it.
    ///
    /// @param changed what is no longer as it was captured, in words
    /// @param uncovered what no backup covers and nobody said that it needs none, in words
    record BackupChecked(
            String releaseId,
            String environment,
            VerificationLevel level,
            String manifestDigest,
            Instant recoveryPoint,
            List<String> changed,
            List<String> uncovered)
            implements BackupEvent {}

    /// @param soundCopies that are left; 0: it cannot be repaired
    record BackupCorrupted(String releaseId, String environment, List<String> reasons, int soundCopies)
            implements BackupEvent {}

    /// It could not be restored on trial, which may be the fault of what was there to do it.
    record BackupUnproven(String releaseId, String environment, List<String> reasons) implements BackupEvent {}

    /// Copies that were corrupt or gone were replaced by a sound one.
    ///
    /// @param replaced locations of those
    record BackupRepaired(String releaseId, String environment, List<BackupCopy> copies, List<String> replaced)
            implements BackupEvent {}

    /// Somebody, or a schedule, wants it proven again.
    ///
    /// @param level V2: every copy is read to its end; from V4 on it is restored into scratch, too
    record VerificationRequested(VerificationLevel level, String reason) implements BackupEvent {}

    /// It is not pruned while this hold lasts.
    ///
    /// @param holder release or person
    record BackupPinned(String holder, String reason) implements BackupEvent {}

    record BackupUnpinned(String holder, String reason) implements BackupEvent {}

    /// It is given up; its copies are deleted after this.
    record BackupPruned(String environment, String plan, String reason) implements BackupEvent {}
}
