package slipway.backup.domain;

import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import slipway.backup.domain.RestoreCommand.RecordFailure;
import slipway.backup.domain.RestoreCommand.RecordRestore;
import slipway.backup.domain.RestoreCommand.RecordSafetyBackup;
import slipway.backup.domain.RestoreCommand.RequestRestore;
import slipway.backup.domain.RestoreEvent.RestoreCompleted;
import slipway.backup.domain.RestoreEvent.RestoreFailed;
import slipway.backup.domain.RestoreEvent.RestoreRequested;
import slipway.backup.domain.RestoreEvent.SafetyBackupTaken;
import slipway.backup.domain.RestoreState.Completed;
import slipway.backup.domain.RestoreState.Failed;
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
                    case Unknown _ -> request(request, 1);
                    case Failed(var runs) -> request(request, runs + 1);
                    case Requested _, Secured _, Completed _ -> Decision.nothing();
                };
            case RecordSafetyBackup(var location, var items, var takenAt) ->
                state instanceof Requested(var run)
                        ? Decision.accept(new SafetyBackupTaken(
                                run.releaseId(), run.environment(), location, items, takenAt))
                        : Decision.nothing();
            case RecordRestore restore ->
                state instanceof Secured(var run) ? restored(restore, run) : Decision.nothing();
            case RecordFailure(var reasons, var nextStep) ->
                switch (state) {
                    case Requested(var run) -> Decision.accept(failed(run, reasons, nextStep));
                    case Secured(var run) -> Decision.accept(failed(run, reasons, nextStep));
                    case Unknown _, Failed _, Completed _ -> Decision.nothing();
                };
        };
    }

    private static Decision<RestoreEvent> request(RequestRestore request, int attempt) {
        List<String> reasons = new ArrayList<>();
        String set = request.backupSetId();
        if (request.set() instanceof BackupState.Tested(var of, var seal)) {
            if (!of.environment().equals(request.environment())) {
                reasons.add(set + " is of " + of.environment() + ", not of " + request.environment());
            }
            if (!seal.manifestDigest().equals(request.manifestDigest())) {
                reasons.add(set + " has the manifest " + seal.manifestDigest() + ", not " + request.manifestDigest());
            }
        } else {
            reasons.add(set + " is no backup set that was restored and compared");
        }
        if (request.approvedBy().isEmpty()) {
            reasons.add("nobody approved it");
        }
        Run run = new Run(request.releaseId(), request.environment(), set, request.manifestDigest(), attempt);
        return reasons.isEmpty()
                ? Decision.accept(new RestoreRequested(
                        run.releaseId(), run.environment(), set, run.manifestDigest(), request.approvedBy()))
                : Decision.accept(failed(run, reasons, "choose another backup set; the live data were not touched"));
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
            case RestoreRequested(var release, var environment, var set, var digest, _) ->
                new Requested(new Run(release, environment, set, digest, runs(state) + 1));
            case SafetyBackupTaken _ -> state instanceof Requested(var run) ? new Secured(run) : state;
            case RestoreCompleted _ -> new Completed();
            case RestoreFailed _ -> new Failed(runs(state));
        };
    }

    private static int runs(RestoreState state) {
        return switch (state) {
            case Unknown _, Completed _ -> 0;
            case Requested(var run) -> run.attempt();
            case Secured(var run) -> run.attempt();
            case Failed(var runs) -> runs;
        };
    }
}
