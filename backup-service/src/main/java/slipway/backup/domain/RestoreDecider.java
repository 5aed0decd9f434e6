package slipway.backup.domain;

import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;
import slipway.backup.domain.BackupState.Degraded;
import slipway.backup.domain.BackupState.Sealed;
import slipway.backup.domain.BackupState.Tested;
import slipway.backup.domain.RestoreCommand.ApproveRestore;
import slipway.backup.domain.RestoreCommand.DeclineRestore;
import slipway.backup.domain.RestoreCommand.ExpireRestore;
import slipway.backup.domain.RestoreCommand.ProposeRestore;
import slipway.backup.domain.RestoreCommand.RecordFailure;
import slipway.backup.domain.RestoreCommand.RecordRestore;
import slipway.backup.domain.RestoreCommand.RecordSafetyBackup;
import slipway.backup.domain.RestoreCommand.RequestRestore;
import slipway.backup.domain.RestoreEvent.RestoreCompleted;
import slipway.backup.domain.RestoreEvent.RestoreDeclined;
import slipway.backup.domain.RestoreEvent.RestoreFailed;
import slipway.backup.domain.RestoreEvent.RestoreProposed;
import slipway.backup.domain.RestoreEvent.RestoreRequested;
import slipway.backup.domain.RestoreEvent.SafetyBackupTaken;
import slipway.backup.domain.RestoreState.Completed;
import slipway.backup.domain.RestoreState.Extent;
import slipway.backup.domain.RestoreState.Failed;
import slipway.backup.domain.RestoreState.Proposed;
import slipway.backup.domain.RestoreState.Requested;
import slipway.backup.domain.RestoreState.Run;
import slipway.backup.domain.RestoreState.Secured;
import slipway.backup.domain.RestoreState.Unknown;
import slipway.decider.Decider;
import slipway.decider.Decision;

/// Live data are overwritten only by a set that was restored before, of that environment, with the manifest that was
/// approved, and only after what is there was kept. Whoever waits for the restore always gets an answer: what cannot be done
/// is a failure with a next step, not a refusal.
public final class RestoreDecider implements Decider<RestoreCommand, RestoreState, RestoreEvent> {

    @Override
    public RestoreState initial() {
        return new Unknown();
    }

    @Override
    public Decision<RestoreEvent> decide(RestoreCommand command, RestoreState state) {
        return switch (command) {
            case RequestRestore request ->
                switch (state) {
                    // What a person only asked for does not keep a rollback waiting.
                    case Unknown _, Proposed _, Failed _ -> request(request, runs(state) + 1);
                    case Completed(var release, var runs) ->
                        release.equals(request.releaseId()) ? Decision.nothing() : request(request, runs + 1);
                    case Requested _, Secured _ -> Decision.nothing();
                };
            case ProposeRestore propose ->
                switch (state) {
                    case Unknown _, Failed _, Completed _ -> propose(propose);
                    case Proposed _ -> Decision.refuse("a restore from it waits for approval already");
                    case Requested _, Secured _ -> Decision.refuse("a restore from it is under way");
                };
            case ApproveRestore approve ->
                state instanceof Proposed proposed
                        ? approve(approve, proposed)
                        : Decision.refuse("nobody asks for a restore from it");
            case DeclineRestore(var reason) ->
                state instanceof Proposed(var run, _, _, _)
                        ? Decision.accept(new RestoreDeclined(run.backupSetId(), reason))
                        : Decision.refuse("nobody asks for a restore from it");
            case ExpireRestore(var now) ->
                state instanceof Proposed proposed && proposed.expired(now)
                        ? Decision.accept(new RestoreDeclined(
                                proposed.run().backupSetId(), "nobody approved it until " + proposed.expiresAt()))
                        : Decision.nothing();
            case RecordSafetyBackup(var set, var location, var items, var takenAt) ->
                state instanceof Requested(var run)
                        ? Decision.accept(new SafetyBackupTaken(
                                run.releaseId(), run.environment(), set, location, items, takenAt))
                        : Decision.nothing();
            case RecordRestore restore ->
                state instanceof Secured(var run) ? restored(restore, run) : Decision.nothing();
            case RecordFailure(var reasons, var nextStep) ->
                switch (state) {
                    case Requested(var run) -> Decision.accept(failed(run, reasons, nextStep));
                    case Secured(var run) -> Decision.accept(failed(run, reasons, nextStep));
                    case Unknown _, Proposed _, Failed _, Completed _ -> Decision.nothing();
                };
        };
    }

    private static Decision<RestoreEvent> request(RequestRestore request, int attempt) {
        String set = request.backupSetId();
        List<String> reasons = new ArrayList<>();
        switch (wayBack(request.set())) {
            case null -> reasons.add(noWayBack(set, request.set()));
            case Sealed known -> {
                if (!known.of().environment().equals(request.environment())) {
                    reasons.add(set + " is of " + known.of().environment() + ", not of " + request.environment());
                }
                if (!known.seal().manifestDigest().equals(request.manifestDigest())) {
                    reasons.add(set + " has the manifest " + known.seal().manifestDigest() + ", not "
                            + request.manifestDigest());
                }
            }
        }
        if (request.approvedBy().isEmpty()) {
            reasons.add("nobody approved it");
        }
        Run run = new Run(
                request.releaseId(),
                request.environment(),
                set,
                request.manifestDigest(),
                attempt,
                Extent.ALL);
        return reasons.isEmpty()
                ? Decision.accept(requested(run, request.approvedBy()))
                : Decision.accept(failed(run, reasons, "choose another backup set; the live data were not touched"));
    }

    private static RestoreRequested requested(Run run, List<String> approvedBy) {
        return new RestoreRequested(
                run.releaseId(),
                run.environment(),
                run.backupSetId(),
                run.manifestDigest(),
                approvedBy,
                run.extent().items(),
                run.extent().to(),
                run.extent().withoutSafetyBackup());
    }

    /// Null: it is none. One that is being repaired has a copy that is sound; one that was, is proven anew meanwhile.
    private static @Nullable Sealed wayBack(BackupState set) {
        return switch (set) {
            case Tested tested -> tested;
            case Degraded degraded -> degraded.tested() ? degraded : null;
            case BackupState.Completed repaired -> repaired.tested() ? repaired : null;
            case BackupState.Verified repaired -> repaired.tested() ? repaired : null;
            case BackupState.Unknown _,
                    BackupState.Capturing _,
                    BackupState.Partial _,
                    BackupState.Unproven _,
                    BackupState.Unfit _,
                    BackupState.Pruned _ ->
                null;
        };
    }

    private static String noWayBack(String set, BackupState state) {
        return switch (state) {
            case BackupState.Unknown _ -> "there is no backup set " + set;
            case BackupState.Unfit _ -> set + " is of no use: it could not be taken, or no copy of it is sound any more";
            case BackupState.Pruned _ -> set + " was pruned";
            case BackupState.Unproven _ -> set + " could not be restored on trial";
            case BackupState.Capturing _,
                    BackupState.Partial _,
                    BackupState.Completed _,
                    BackupState.Verified _,
                    Tested _,
                    Degraded _ ->
                set + " is no backup set that was restored and compared";
        };
    }

    private static Decision<RestoreEvent> propose(ProposeRestore propose) {
        Sealed set = wayBack(propose.set());
        if (set == null) {
            return Decision.refuse(noWayBack(propose.backupSetId(), propose.set()));
        }
        Extent extent = propose.extent();
        List<String> reasons = new ArrayList<>(atWork(propose.releases(), propose.despite(), set.of().environment()));
        propose.despite().stream()
                .filter(release -> !propose.releases().contains(release))
                .forEach(release -> reasons.add(release + " is not at work in " + set.of().environment()));
        Stream.concat(extent.items().stream(), extent.withoutSafetyBackup().stream())
                .distinct()
                .filter(item -> !set.of().items().contains(item))
                .forEach(item -> reasons.add(propose.backupSetId() + " has no item " + item));
        extent.withoutSafetyBackup().stream()
                .filter(item -> set.of().items().contains(item) && !extent.has(item))
                .forEach(item -> reasons.add(item + " is not restored: there is nothing to keep of it"));
        if (extent.to() != null && extent.to().isBefore(set.seal().recoveryPoint())) {
            reasons.add("it restores to " + set.seal().recoveryPoint() + " or later, not to " + extent.to());
        }
        return reasons.isEmpty()
                ? Decision.accept(new RestoreProposed(
                        set.of().environment(),
                        propose.backupSetId(),
                        set.seal().manifestDigest(),
                        extent.items(),
                        extent.to(),
                        extent.withoutSafetyBackup(),
                        propose.despite(),
                        propose.reason(),
                        propose.by(),
                        propose.expiresAt()))
                : Decision.refuse(reasons);
    }

    /// A release takes its data back itself when it goes back.
    ///
    /// @param despite does not count: a fact that was passed over left it at work here for ever, for one
    private static List<String> atWork(List<String> releases, List<String> despite, String environment) {
        return releases.stream()
                .filter(release -> !despite.contains(release))
                .map(release -> release + " is at work in " + environment + ": let it end, or take it back, first")
                .toList();
    }

    private static Decision<RestoreEvent> approve(ApproveRestore approve, Proposed proposed) {
        Run run = proposed.run();
        List<String> reasons = new ArrayList<>(atWork(approve.releases(), proposed.despite(), run.environment()));
        approve.by().stream()
                .filter(proposed.proposedBy()::contains)
                .forEach(who -> reasons.add("separation of duties: " + who + " asked for it"));
        if (wayBack(approve.set()) == null) {
            reasons.add(noWayBack(run.backupSetId(), approve.set()));
        }
        if (proposed.expired(approve.now())) {
            reasons.add("it could be approved until " + proposed.expiresAt() + ": ask for it again");
        }
        return reasons.isEmpty()
                ? Decision.accept(requested(run, List.of(approve.by().getFirst())))
                : Decision.refuse(reasons);
    }

    private static Decision<RestoreEvent> restored(RecordRestore restore, Run run) {
        List<String> faults = restore.checks().stream()
                .filter(check -> !check.passed())
                .map(RestoreCheck::fault)
                .toList();
        if (!faults.isEmpty()) {
            return Decision.accept(
                    failed(run, faults, "compare the live data with the backup set and the safety backup by hand"));
        }
        return Decision.accept(new RestoreCompleted(
                run.releaseId(),
                run.environment(),
                run.backupSetId(),
                restore.recoveryPoint(),
                restore.cutOverAt(),
                Duration.between(restore.recoveryPoint(), restore.cutOverAt()).toMillis(),
                restore.checks()));
    }

    private static RestoreFailed failed(Run run, List<String> reasons, String nextStep) {
        return new RestoreFailed(run.releaseId(), run.environment(), run.backupSetId(), reasons, nextStep);
    }

    @Override
    public RestoreState evolve(RestoreState state, RestoreEvent fact) {
        return switch (fact) {
            case RestoreProposed proposed ->
                new Proposed(
                        new Run(
                                "",
                                proposed.environment(),
                                proposed.backupSetId(),
                                proposed.manifestDigest(),
                                runs(state) + 1,
                                new Extent(proposed.items(), proposed.to(), proposed.withoutSafetyBackup())),
                        proposed.despiteReleases(),
                        proposed.proposedBy(),
                        proposed.expiresAt());
            case RestoreDeclined _ -> new Failed(runs(state));
            case RestoreRequested(var release, var environment, var set, var digest, _, var items, var to, var without) ->
                new Requested(
                        new Run(release, environment, set, digest, runs(state) + 1, new Extent(items, to, without)));
            case SafetyBackupTaken _ -> state instanceof Requested(var run) ? new Secured(run) : state;
            case RestoreCompleted completed -> new Completed(completed.releaseId(), runs(state));
            case RestoreFailed _ -> new Failed(runs(state));
        };
    }

    private static int runs(RestoreState state) {
        return switch (state) {
            case Unknown _ -> 0;
            // It has not begun.
            case Proposed(var run, _, _, _) -> run.attempt() - 1;
            case Requested(var run) -> run.attempt();
            case Secured(var run) -> run.attempt();
            case Failed(var runs) -> runs;
            case Completed(_, var runs) -> runs;
        };
    }
}
