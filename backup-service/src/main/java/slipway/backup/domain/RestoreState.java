package slipway.backup.domain;

import java.time.Instant;
import java.util.List;
import org.jspecify.annotations.Nullable;

/// Where the restore from a backup set stands. One that ended may be asked for again.
public sealed interface RestoreState {

    /// @param releaseId empty: a person asked for it by hand
    /// @param attempt from 1
    record Run(
            String releaseId,
            String environment,
            String backupSetId,
            String manifestDigest,
            int attempt,
            Extent extent) {

        /// Names what is kept for this run alone: people wrote on since the one before it.
        public String name() {
            return attempt == 1 ? backupSetId : attempt + "-" + backupSetId;
        }
    }

    /// How much of the set is restored.
    ///
    /// @param items to restore; empty: all that can be
    /// @param to moment to restore to, where the recipe can; null: that of the set
    /// @param withoutSafetyBackup items that are not kept before they are overwritten
    record Extent(List<String> items, @Nullable Instant to, List<String> withoutSafetyBackup) {

        public static final Extent ALL = new Extent(List.of(), null, List.of());

        public boolean has(String item) {
            return items.isEmpty() || items.contains(item);
        }
    }

    record Unknown() implements RestoreState {}

    /// It waits for somebody who approves it.
    ///
    /// @param despite releases that do not keep it from going on
    /// @param proposedBy who may not
    /// @param expiresAt until when; null: for ever
    record Proposed(Run run, List<String> despite, List<String> proposedBy, @Nullable Instant expiresAt) implements RestoreState {

        boolean expired(Instant now) {
            return expiresAt != null && !now.isBefore(expiresAt);
        }
    }

    record Requested(Run run) implements RestoreState {}

    record Secured(Run run) implements RestoreState {}

    /// It failed, or was declined.
    ///
    /// @param runs that began so far
    record Failed(int runs) implements RestoreState {}

    /// @param releaseId of the last run; empty: a person asked for it by hand
    /// @param runs that began so far
    record Completed(String releaseId, int runs) implements RestoreState {}
}
