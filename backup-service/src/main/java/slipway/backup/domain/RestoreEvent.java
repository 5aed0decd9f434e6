package slipway.backup.domain;

import java.time.Instant;
import java.util.List;
import org.jspecify.annotations.Nullable;

/// What happened in a restore over live data, `RST-<backup set>`.
public sealed interface RestoreEvent {

    String PREFIX = "RST-";

    /// The restores of live data from a set.
    static String aggregateOf(String set) {
        return PREFIX + set;
    }

    /// The set that they are from.
    static String setOf(String aggregate) {
        return aggregate.substring(PREFIX.length());
    }

    /// A person asks for it; another one has to approve it.
    ///
    /// @param items to restore; empty: all that can be
    /// @param to moment to restore to, where the recipe can; null: that of the set
    /// @param withoutSafetyBackup items that are not kept before they are overwritten: nothing may be left of them
    /// @param despiteReleases that are at work there as far as is known here, and are known to a person to be not
    /// @param proposedBy the person, and whoever acts in their place
    /// @param expiresAt until when it may be approved; null: for ever
    record RestoreProposed(
            String environment,
            String backupSetId,
            String manifestDigest,
            List<String> items,
            @Nullable Instant to,
            List<String> withoutSafetyBackup,
            List<String> despiteReleases,
            String reason,
            List<String> proposedBy,
            @Nullable Instant expiresAt)
            implements RestoreEvent {}

    record RestoreDeclined(String backupSetId, String reason) implements RestoreEvent {}

    /// @param releaseId empty: a person asked for it by hand
    /// @param items to restore; empty: all that can be
    /// @param to moment to restore to, where the recipe can; null: that of the set
    /// @param withoutSafetyBackup items that are not kept before they are overwritten
    record RestoreRequested(
            String releaseId,
            String environment,
            String backupSetId,
            String manifestDigest,
            List<String> approvedBy,
            List<String> items,
            @Nullable Instant to,
            List<String> withoutSafetyBackup)
            implements RestoreEvent {}

    /// @param safetySetId the backup set that keeps it; empty: nothing was kept, as was approved
    /// @param location URI of the first copy
    /// @param takenAt the moment it restores to
    record SafetyBackupTaken(
            String releaseId,
            String environment,
            String safetySetId,
            String location,
            List<String> items,
            Instant takenAt)
            implements RestoreEvent {}

    /// @param cutOverAt when the data before it were taken out of service, or, where they are written over, when that was through
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
