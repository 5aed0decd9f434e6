package slipway.backup.domain;

import java.time.Instant;
import java.util.List;

/// What happened in a restore over live data, `RST-<backup set>`.
public sealed interface RestoreEvent {

    record RestoreRequested(
            String releaseId,
            String environment,
            String backupSetId,
            String manifestDigest,
            List<String> approvedBy)
            implements RestoreEvent {}

    /// @param location URI of the first copy
    /// @param takenAt the moment it restores to
    record SafetyBackupTaken(
            String releaseId, String environment, String location, List<String> items, Instant takenAt)
            implements RestoreEvent {}

    /// @param cutOverAt when the data before it were taken out of service
    /// @param dataLossMillis from the recovery point to the cut-over
    record RestoreCompleted(
            String releaseId,
            String environment,
            String backupSetId,
            Instant recoveryPoint,
            Instant cutOverAt,
            long dataLossMillis,
            List<RestoreCheck> checks)
            implements RestoreEvent {}

    record RestoreFailed(
            String releaseId, String environment, String backupSetId, List<String> reasons, String nextStep)
            implements RestoreEvent {}
}
