package slipway.backup.domain;

import java.time.Instant;
import java.util.List;

/// What can be asked of a restore run.
public sealed interface RestoreCommand {

    record Request(
            String releaseId, String environment, String backupSetId, String manifestDigest, List<String> approvedBy)
            implements RestoreCommand {}

    /// The present state is safe.
    record RecordSafety(String location, List<String> items, Instant takenAt) implements RestoreCommand {}

    /// The backup's state is live.
    ///
    /// @param recoveryPoint the moment that was brought back
    /// @param cutOverAt when the live system was stopped for it: what was written in between is lost
    record Complete(Instant recoveryPoint, Instant cutOverAt, List<RestoreCheck> checks) implements RestoreCommand {}

    /// It could not be done; the live system is as before, or the next step says how to get it there.
    record Fail(List<String> reasons, String nextStep) implements RestoreCommand {}
}
