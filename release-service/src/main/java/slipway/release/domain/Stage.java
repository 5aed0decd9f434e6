package slipway.release.domain;

import java.util.List;
import java.util.Optional;
import org.jspecify.annotations.Nullable;
import slipway.release.analysis.Analysis;
import slipway.release.domain.ReleaseCommand.BackupTerms;

/// How one environment gets the release. Frozen with the plan: what the catalogue says later is for later plans.
///
/// @param deployer which kind of target it is, by name, as [ByComponent] writes it
/// @param strategy where a component has none of its own
/// @param steps in order; MIGRATE is left out when the package has no migrations
/// @param soakSeconds how long it has to run there before the next environment opens
/// @param backupPlan plan of backup-service that covers it
/// @param rpoSeconds how old the backup's recovery point may be at the start
/// @param minLevel how far its backup must be proven before it is touched
/// @param noReturnAfter once a step of this kind is done the release is not taken back any more; null: there is no such point
/// @param analyses by which its steps can be judged
public record Stage(
        String environment,
        String deployer,
        Strategy strategy,
        List<Step> steps,
        long soakSeconds,
        String backupPlan,
        long rpoSeconds,
        VerificationLevel minLevel,
        @Nullable StepKind noReturnAfter,
        List<Analysis> analyses) {

    BackupTerms terms() {
        return new BackupTerms(environment, backupPlan, rpoSeconds, minLevel);
    }

    /// Empty when the plan was made before it had any, or has none of that name.
    public Optional<Analysis> analysis(Step step) {
        String name = analysis(step.component(), step.analysis().isEmpty() ? Analysis.PROBE : step.analysis());
        return analyses.stream().filter(each -> each.name().equals(name)).findFirst();
    }

    /// What an analysis of a component is called among those of all.
    public static String analysis(String component, String name) {
        return component.isEmpty() ? name : component + "/" + name;
    }
}
