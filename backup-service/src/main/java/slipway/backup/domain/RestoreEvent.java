package slipway.backup.domain;

import java.time.Instant;
import java.util.List;

/// What happened to a restore run; each record is the schema of the same name in `slipway.events.backup`.
public sealed interface RestoreEvent {

    record RestoreRequested(
            String releaseId, String environment, String backupSetId, String manifestDigest, List<String> approvedBy)
            implements RestoreEvent {}

    record SafetyBackupTaken(
            String releaseId, String environment, String location, List<String> items, Instant takenAt)
            implements RestoreEvent {}

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
