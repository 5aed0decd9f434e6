package slipway.backup.domain;

import java.time.Instant;
import java.util.List;
import org.jspecify.annotations.Nullable;

/// What happened to a backup set; each record is the schema of the same name in `slipway.events.backup`.
public sealed interface BackupEvent {

    record BackupStarted(
            String releaseId,
            String environment,
            String plan,
            VerificationLevel minLevel,
            long rpoSeconds,
            List<String> items)
            implements BackupEvent {}

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
            Instant recoveryPoint)
            implements BackupEvent {}

    record BackupItemFailed(String item, String reason) implements BackupEvent {}

    record BackupCompleted(
            String releaseId,
            String environment,
            String manifestDigest,
            String keyId,
            List<BackupCopy> copies,
            Instant recoveryPoint,
            long bytes)
            implements BackupEvent {}

    record BackupFailed(String releaseId, String environment, List<String> reasons) implements BackupEvent {}

    record BackupVerified(String releaseId, String environment, VerificationLevel level, int copies)
            implements BackupEvent {}

    record RestoreTested(
            String releaseId,
            String environment,
            VerificationLevel level,
            long measuredRtoMillis,
            List<RestoreCheck> checks,
            String manifestDigest,
            Instant recoveryPoint)
            implements BackupEvent {}

    record BackupCorrupted(String releaseId, String environment, List<String> reasons) implements BackupEvent {}

    /// @param version what the location calls this version; a directory: the manifest's digest
    /// @param retainUntil null: until it is pruned by hand
    record BackupCopy(String location, String version, @Nullable Instant retainUntil) {}
}
