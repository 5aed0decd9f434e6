package slipway.release.domain;

import java.time.Instant;
import java.util.List;
import org.jspecify.annotations.Nullable;
import slipway.release.analysis.Measurement;
import slipway.release.domain.ReleaseEvent.PackageBuilt;
import slipway.release.domain.ReleaseEvent.ReleasePlanned;

/// What can be asked of a release.
public sealed interface ReleaseCommand {

    /// A change is scheduled: make it a release.
    record Plan(ReleasePlanned plan) implements ReleaseCommand {}

    /// @param plan that it was built by: another one may hold by now
    record RecordPackage(ReleasePlanned plan, PackageBuilt built) implements ReleaseCommand {}

    /// @param plan that it was tested by
    /// @param migrations how many migrations of a schema it has
    record RecordTest(ReleasePlanned plan, String digest, List<PackageCheck> checks, int migrations)
            implements ReleaseCommand {}

    /// It cannot go on for now, and not by trying again either.
    ///
    /// @param environment where; null: before any
    record Block(@Nullable String environment, List<String> reasons) implements ReleaseCommand {}

    /// The window is open: secure the way back of the first environment.
    ///
    /// @param asked somebody starts it; otherwise its time has come
    /// @param at when
    record Begin(boolean asked, Instant at) implements ReleaseCommand {}

    /// backup-service could not take or prove the set.
    record RefuseBackup(String backupSetId, List<String> reasons) implements ReleaseCommand {}

    /// backup-service proved a set by restoring it, and this was found at the gates.
    record PassGates(BackupProof proof, Gates.Findings findings) implements ReleaseCommand {}

    /// change-service gave leave for a change.
    ///
    /// @param changeId which
    /// @param at when it is looked at; a leave may have been long under way
    /// @param until the end of the leave's window
    /// @param before what runs there now
    /// @param pendingMigrations whether its database lacks migrations of the package
    record Start(
            String changeId,
            String environment,
            Instant at,
            Instant until,
            String authorisationId,
            long epoch,
            long fencingToken,
            Shape before,
            boolean pendingMigrations)
            implements ReleaseCommand {}

    /// change-service did not give leave.
    record RefuseStart(String changeId, String environment, List<String> reasons) implements ReleaseCommand {}

    /// change-service withdrew leave.
    ///
    /// @param epoch the first one that counts again
    record RevokeLeave(String changeId, long epoch, RevocationCause cause, String reason, Instant at)
            implements ReleaseCommand {}

    /// Somebody wants it to stand still, at the next boundary between steps.
    record Pause(String reason) implements ReleaseCommand {}

    /// Somebody wants it to go on, or what held it is gone.
    ///
    /// @param only where it stands still for one of these causes; empty: whatever the cause
    record AskToResume(List<PauseCause> only) implements ReleaseCommand {}

    /// What was found at the gates of a rollout that is to go on.
    record Resume(Gates.Findings findings) implements ReleaseCommand {}

    /// Somebody does not want to wait any longer: a pause, a bake or a soak ends. Gates are never skipped.
    record Promote(String by, Instant at) implements ReleaseCommand {}

    /// Somebody, or an alert, wants it taken back; also when it is deployed everywhere.
    ///
    /// @param by whoever asks or passes the alert on, and who acts in their place
    record RollBack(RollbackCause cause, String reason, List<String> by, Instant at) implements ReleaseCommand {}

    /// A step is done.
    ///
    /// @param attempt the one that did it, as of [FailStep] and [JudgeCanary]: what comes of one that was given up counts no more
    /// @param at when
    /// @param tries how many it took
    /// @param adopted it was already done when looked at
    /// @param observed what was seen afterwards, in words or as a digest
    /// @param millis how long it took
    record CompleteStep(
            String environment,
            int step,
            int attempt,
            Instant at,
            int tries,
            boolean adopted,
            String observed,
            long millis)
            implements ReleaseCommand {}

    /// The canary was measured, until its judge wanted no more.
    record JudgeCanary(String environment, int step, int attempt, Instant at, List<Measurement> samples)
            implements ReleaseCommand {}

    /// What is there is neither what was before the step nor what it makes: somebody else was there.
    ///
    /// @param attempt the one that saw it
    record FindIndeterminate(String environment, int step, int attempt, Shape observed) implements ReleaseCommand {}

    /// A step cannot be done.
    record FailStep(String environment, int step, int attempt, Instant at, String reason) implements ReleaseCommand {}

    /// An environment is back on what ran before.
    ///
    /// @param millis how long it took
    record CompleteRevert(String environment, Instant at, boolean adopted, @Nullable String observed, long millis)
            implements ReleaseCommand {}

    record FailRevert(String environment, String reason) implements ReleaseCommand {}

    /// backup-service brought the data back.
    record CompleteRestore(String backupSetId, long dataLossMillis) implements ReleaseCommand {}

    record FailRestore(String backupSetId, List<String> reasons) implements ReleaseCommand {}

    /// A person takes it upon them that data are lost.
    ///
    /// @param actors who acts in their place; empty: they themselves
    record ApproveRestore(String by, List<String> actors) implements ReleaseCommand {}

    /// A person wants the data as they are.
    ///
    /// @param actors who acts in their place; empty: they themselves
    record DeclineRestore(String by, List<String> actors, String reason) implements ReleaseCommand {}

    /// A person mended what was in the way.
    ///
    /// @param stages as the catalogue has them now; the plan's own hold as soon as anything was touched
    /// @param at when
    record Retry(List<Stage> stages, Instant at) implements ReleaseCommand {}

    /// A person, or the change that ended, gives up.
    ///
    /// @param by the person who asks, and who acts in their place; empty: nobody, its change ended
    record Abort(String reason, List<String> by, Instant at) implements ReleaseCommand {}

    /// A person mended by hand what a failed way back left.
    ///
    /// @param left what runs now in the environments that it had touched and that nobody else works on
    record Resolve(String reason, List<EnvironmentLeft> left) implements ReleaseCommand {}

    /// A person's word, whose reason is kept beside what follows from it.
    record Instruct(Instruction instruction, String reason, ReleaseCommand what) implements ReleaseCommand {}

    /// A backup set of it was found corrupt, whatever it was proven to be before.
    record LoseBackup(String backupSetId, List<String> reasons) implements ReleaseCommand {}

    /// Another release was started in an environment that this one was in.
    record Supersede(String environment, String by) implements ReleaseCommand {}

    /// The release that lay on top of this one was taken back.
    record LayBare(String environment) implements ReleaseCommand {}

    /// One of its changes is closed.
    record Close(String changeId, Outcome outcome) implements ReleaseCommand {}

    /// Another release carries its change.
    record Join(String into, String reason) implements ReleaseCommand {}

    /// What has to be backed up before an environment is touched.
    record BackupTerms(String environment, String plan, long rpoSeconds, VerificationLevel minLevel) {}

    /// A backup set that was restored on trial.
    ///
    /// @param recoveryPoint the moment that it brings back; null: not told in facts from before it was
    record BackupProof(

            String environment,
            String backupSetId,
            VerificationLevel level,
            String manifestDigest,
            @Nullable Instant recoveryPoint) {}
}
