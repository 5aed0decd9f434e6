package slipway.release.domain;

import java.time.Instant;
import java.util.List;
import org.jspecify.annotations.Nullable;
import slipway.release.domain.ReleaseEvent.PackageCheck;
import slipway.release.domain.ReleaseEvent.ProbeSample;
import slipway.release.domain.ReleaseEvent.ReleasePlanned;

/// What can be asked of a release.
public sealed interface ReleaseCommand {

    /// A change is scheduled: make it a release.
    record Plan(ReleasePlanned plan) implements ReleaseCommand {}

    /// @param version that was built: the plan may ask for another by now
    record RecordPackage(String version, String digest, long bytes, int files, String location)
            implements ReleaseCommand {}

    record RecordTest(String digest, List<PackageCheck> checks) implements ReleaseCommand {}

    /// It cannot go on for now, and not by trying again either.
    ///
    /// @param environment where; null: before any
    record Block(@Nullable String environment, List<String> reasons) implements ReleaseCommand {}

    /// The window is open: secure the way back of the first environment.
    record Begin(BackupTerms terms) implements ReleaseCommand {}

    /// backup-service could not take or prove the set.
    record RefuseBackup(String backupSetId, List<String> reasons) implements ReleaseCommand {}

    /// backup-service proved a set by restoring it, and this was found at the gates.
    record PassGates(BackupProof proof, Gates.Findings findings) implements ReleaseCommand {}

    /// change-service gave leave.
    ///
    /// @param at when it is looked at; a leave may have been long under way
    /// @param until the end of the leave's window
    record Start(
            String environment,
            Instant at,
            Instant until,
            String authorisationId,
            long epoch,
            long fencingToken,
            Strategy strategy,
            List<Step> steps)
            implements ReleaseCommand {}

    /// change-service did not give leave.
    record RefuseStart(String environment, List<String> reasons) implements ReleaseCommand {}

    /// A step is done; what comes after it stands in `steps`.
    ///
    /// @param adopted it was already done when looked at
    /// @param observed what was seen afterwards, in words or as a digest
    /// @param steps all steps of this environment, in order
    /// @param next terms of the next environment's backup; null: this is the last
    /// @param toDigest where the environment would go back to; null: it ran nothing before
    record CompleteStep(
            String environment,
            int step,
            int attempt,
            boolean adopted,
            String observed,
            List<Step> steps,
            @Nullable BackupTerms next,
            @Nullable String toDigest)
            implements ReleaseCommand {}

    /// The canary was looked at.
    record JudgeCanary(
            String environment,
            int step,
            List<ProbeSample> samples,
            int failureLimit,
            List<Step> steps,
            @Nullable String toDigest)
            implements ReleaseCommand {}

    /// A step cannot be done.
    record FailStep(String environment, int step, String reason, @Nullable String toDigest)
            implements ReleaseCommand {}

    /// An environment is back on what ran before.
    record CompleteRevert(String environment, boolean adopted, @Nullable String observed) implements ReleaseCommand {}

    record FailRevert(String environment, String reason) implements ReleaseCommand {}

    /// backup-service brought the data back.
    record CompleteRestore(String backupSetId, long dataLossMillis) implements ReleaseCommand {}

    record FailRestore(String backupSetId, List<String> reasons) implements ReleaseCommand {}

    /// A person mended what was in the way.
    ///
    /// @param terms of the environment's backup, as they are now; null before the first environment
    record Retry(@Nullable BackupTerms terms) implements ReleaseCommand {}

    /// A person, or the change that ended, gives up.
    ///
    /// @param toDigest what runs where it is rolled out now, before it; null when unknown or nothing
    record Abort(String reason, @Nullable String toDigest) implements ReleaseCommand {}

    record Close(Outcome outcome) implements ReleaseCommand {}

    /// What has to be backed up before an environment is touched.
    record BackupTerms(String environment, String plan, long rpoSeconds, VerificationLevel minLevel) {}

    /// A backup set that was restored on trial.
    ///
    /// @param recoveryPoint the moment that it brings back
    record BackupProof(
            String environment, String backupSetId, VerificationLevel level, String manifestDigest, Instant recoveryPoint) {}

    /// One step of a rollout; `name` is the instance, or the environment.
    record Step(StepKind kind, String name) {}
}
