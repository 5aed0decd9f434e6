package slipway.backup.domain;

import java.time.Duration;
import java.util.List;
import slipway.backup.domain.RestoreEvent.RestoreCompleted;
import slipway.backup.domain.RestoreEvent.RestoreFailed;
import slipway.backup.domain.RestoreEvent.RestoreRequested;
import slipway.backup.domain.RestoreEvent.SafetyBackupTaken;
import slipway.backup.domain.RestoreState.Ended;
import slipway.backup.domain.RestoreState.Nothing;
import slipway.backup.domain.RestoreState.Running;
import slipway.decider.Decider;
import slipway.decider.Decision;

/// How a restore is decided about: only what somebody approved, only after the present state is safe. A command that comes late
/// or twice is accepted with no facts.
public final class RestoreDecider implements Decider<RestoreCommand, RestoreState, RestoreEvent> {

    @Override
    public RestoreState initial() {
        return new Nothing();
    }

    @Override
    public Decision<RestoreEvent> decide(RestoreCommand command, RestoreState state) {
        return switch (command) {
            case RestoreCommand.Request request -> request(request, state);
            case RestoreCommand.RecordSafety(var location, var items, var takenAt) ->
                state instanceof Running(var asked, boolean safe) && !safe
                        ? Decision.accept(new SafetyBackupTaken(
                                asked.releaseId(), asked.environment(), location, items, takenAt))
                        : Decision.nothing();
            case RestoreCommand.Complete completed -> complete(completed, state);
            case RestoreCommand.Fail(var reasons, var nextStep) ->
                state instanceof Running(var asked, _)
                        ? Decision.accept(new RestoreFailed(
                                asked.releaseId(), asked.environment(), asked.backupSetId(), reasons, nextStep))
                        : Decision.nothing();
        };
    }

    private static Decision<RestoreEvent> request(RestoreCommand.Request request, RestoreState state) {
        if (!(state instanceof Nothing)) {
            return Decision.nothing();
        }
        // An answer, not a refusal: whoever asked waits for one.
        return request.approvedBy().isEmpty()
                ? Decision.accept(new RestoreFailed(
                        request.releaseId(),
                        request.environment(),
                        request.backupSetId(),
                        List.of("nobody approved that data is lost"),
                        "ask the approvers of the change, then request the restore again"))
                : Decision.accept(new RestoreRequested(
                        request.releaseId(),
                        request.environment(),
                        request.backupSetId(),
                        request.manifestDigest(),
                        request.approvedBy()));
    }

    private static Decision<RestoreEvent> complete(RestoreCommand.Complete done, RestoreState state) {
        if (!(state instanceof Running(var asked, boolean safe))) {
            return Decision.nothing();
        }
        if (!safe) {
            return Decision.refuse("nothing is restored before the present state is safe");
        }
        long lost = Math.max(
                0, Duration.between(done.recoveryPoint(), done.cutOverAt()).toMillis());
        return Decision.accept(new RestoreCompleted(
                asked.releaseId(),
                asked.environment(),
                asked.backupSetId(),
                done.recoveryPoint(),
                done.cutOverAt(),
                lost,
                done.checks()));
    }

    @Override
    public RestoreState evolve(RestoreState state, RestoreEvent fact) {
        return switch (fact) {
            case RestoreRequested asked -> new Running(asked, false);
            case SafetyBackupTaken _ -> state instanceof Running(var asked, _) ? new Running(asked, true) : state;
            case RestoreCompleted _, RestoreFailed _ -> new Ended();
        };
    }
}
