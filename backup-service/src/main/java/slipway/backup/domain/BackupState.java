package slipway.backup.domain;

import java.time.Instant;
import java.util.List;

/// Where a backup set stands.
public sealed interface BackupState {

    /// What the set is of.
    record Origin(String releaseId, String environment, String plan, List<String> items) {}

    /// Its manifest.
    record Seal(String manifestDigest, Instant recoveryPoint) {}

    record Unknown() implements BackupState {}

    record Capturing(Origin of) implements BackupState {}

    record Completed(Origin of, Seal seal) implements BackupState {}

    record Verified(Origin of, Seal seal) implements BackupState {}

    /// A way back that was tried.
    record Tested(Origin of, Seal seal) implements BackupState {}

    /// Opens no gate, and never will.
    record Unfit() implements BackupState {}
}
