package slipway.backup.domain;

import java.time.Instant;

/// Where a backup set is. Each state carries what its next decision needs.
public sealed interface BackupState {

    record Nothing() implements BackupState {}

    record Capturing(String releaseId, String environment) implements BackupState {}

    /// Captured and copied, not yet proven.
    record Sealed(String releaseId, String environment, String manifestDigest, Instant recoveryPoint)
            implements BackupState {}

    /// Its copies were read back and decrypted.
    record Verified(Sealed set) implements BackupState {}

    record RestoreTested(Sealed set) implements BackupState {}

    record Failed() implements BackupState {}

    record Corrupt() implements BackupState {}
}
