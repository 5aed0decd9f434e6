package slipway.backup.domain;

/// Where the restore from a backup set stands. One that failed may be asked for again.
public sealed interface RestoreState {

    /// @param attempt from 1
    record Run(String releaseId, String environment, String backupSetId, String manifestDigest, int attempt) {

        /// Names what is kept for this run alone: people wrote on since the one before it.
        public String name() {
            return attempt == 1 ? backupSetId : attempt + "-" + backupSetId;
        }
    }

    record Unknown() implements RestoreState {}

    record Requested(Run run) implements RestoreState {}

    record Secured(Run run) implements RestoreState {}

    /// @param runs that began so far
    record Failed(int runs) implements RestoreState {}

    record Completed() implements RestoreState {}
}
