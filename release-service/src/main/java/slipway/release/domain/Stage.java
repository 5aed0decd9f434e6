package slipway.release.domain;

import java.util.List;
import org.jspecify.annotations.Nullable;
import slipway.release.domain.ReleaseCommand.BackupTerms;

/// How one environment gets the release. Frozen with the plan: what the catalogue says later is for later plans.
///
/// @param deployer which kind of target it is, by name
/// @param steps in order; MIGRATE is left out when the package has no migrations
/// @param soakSeconds how long it has to run there before the next environment opens
/// @param backupPlan plan of backup-service that covers it
/// @param rpoSeconds how old the backup's recovery point may be at the start
/// @param minLevel how far its backup must be proven before it is touched
/// @param noReturnAfter once a step of this kind is done the release is not taken back any more; null: there is no such point
public record Stage(
        String environment,
        String deployer,
        Strategy strategy,
        List<Step> steps,
        long soakSeconds,
        String backupPlan,
        long rpoSeconds,
        VerificationLevel minLevel,
        @Nullable StepKind noReturnAfter) {

    BackupTerms terms() {
        return new BackupTerms(environment, backupPlan, rpoSeconds, minLevel);
    }
}
