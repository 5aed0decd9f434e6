package slipway.backup.domain;

import java.time.Instant;
import java.util.List;
import org.jspecify.annotations.Nullable;

/// Where the restore from a backup set stands. One that ended may be asked for again.
public sealed interface RestoreState {

    /// @param releaseId empty: a person asked for it by hand
    /// @param attempt from 1
    /// @param items to restore; empty: all that can be
    /// @param to moment to restore to, where the recipe can; null: that of the set
    record Run(
            String releaseId,
            String environment,
            String backupSetId,
            String manifestDigest,
            int attempt,
            List<String> items,
            @Nullable Instant to) {

        /// Names what is kept for this run alone: people wrote on since the one before it.
        public String name() {
            return attempt == 1 ? backupSetId : attempt + "-" + backupSetId;
        }
    }

    record Unknown() implements RestoreState {}

    /// It waits for somebody who approves it.
    ///
    /// @param proposedBy who may not
    record Proposed(Run run, List<String> proposedBy) implements RestoreState {}

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
