package slipway.backup.domain;

import java.util.ArrayList;
import java.util.List;
import slipway.backup.domain.BackupCommand.RecordCapture;
import slipway.backup.domain.BackupCommand.RecordCorruption;
import slipway.backup.domain.BackupCommand.RecordFailure;
import slipway.backup.domain.BackupCommand.RecordRestoreTest;
import slipway.backup.domain.BackupCommand.RecordVerification;
import slipway.backup.domain.BackupCommand.Start;
import slipway.backup.domain.BackupEvent.BackupCompleted;
import slipway.backup.domain.BackupEvent.BackupCorrupted;
import slipway.backup.domain.BackupEvent.BackupFailed;
import slipway.backup.domain.BackupEvent.BackupStarted;
import slipway.backup.domain.BackupEvent.BackupVerified;
import slipway.backup.domain.BackupState.Capturing;
import slipway.backup.domain.BackupState.Nothing;
import slipway.backup.domain.BackupState.Sealed;
import slipway.backup.domain.BackupState.Verified;
import slipway.decider.Decider;
import slipway.decider.Decision;

/// How a backup set is decided about: captured whole or failed, proven step by step, or corrupt. A restore test without a single
/// check proves nothing. A command that comes late or twice is accepted with no facts.
public final class BackupDecider implements Decider<BackupCommand, BackupState, BackupEvent> {

    /// Two separate places: one that burns down takes one copy with it.
    private static final int LEAST_COPIES = 2;

    @Override
    public BackupState initial() {
        return new Nothing();
    }

    @Override
    public Decision<BackupEvent> decide(BackupCommand command, BackupState state) {
        return switch (command) {
            case Start start -> start(start, state);
            case RecordCapture captured -> captured(captured, state);
            case RecordFailure failed -> failed(failed, state);
            case RecordVerification verified ->
                state instanceof Sealed set
                        ? Decision.accept(new BackupVerified(
                                set.releaseId(), set.environment(), verified.level(), verified.copies()))
                        : Decision.nothing();
            case RecordRestoreTest tested -> tested(tested, state);
            case RecordCorruption(var reasons) -> corrupted(reasons, state);
        };
    }

    private static Decision<BackupEvent> start(Start start, BackupState state) {
        if (!(state instanceof Nothing)) {
            return Decision.nothing();
        }
        return start.items().isEmpty()
                ? Decision.accept(new BackupFailed(
                        start.releaseId(),
                        start.environment(),
                        List.of("there is no backup plan '" + start.plan() + "'")))
                : Decision.accept(new BackupStarted(
                        start.releaseId(),
                        start.environment(),
                        start.plan(),
                        start.minLevel(),
                        start.rpoSeconds(),
                        start.items()));
    }

    private static Decision<BackupEvent> captured(RecordCapture captured, BackupState state) {
        if (!(state instanceof Capturing(var releaseId, var environment))) {
            return Decision.nothing();
        }
        if (captured.copies().size() < LEAST_COPIES) {
            String reason = captured.copies().size() + " copies, " + LEAST_COPIES + " are needed";
            return Decision.accept(new BackupFailed(releaseId, environment, List.of(reason)));
        }
        List<BackupEvent> facts = new ArrayList<>(captured.items());
        facts.add(new BackupCompleted(
                releaseId,
                environment,
                captured.manifestDigest(),
                captured.keyId(),
                captured.copies(),
                captured.recoveryPoint(),
                captured.bytes()));
        return Decision.accept(facts);
    }

    private static Decision<BackupEvent> failed(RecordFailure failed, BackupState state) {
        if (!(state instanceof Capturing(var releaseId, var environment))) {
            return Decision.nothing();
        }
        List<BackupEvent> facts = new ArrayList<>(failed.items());
        facts.add(new BackupFailed(
                releaseId,
                environment,
                failed.items().stream()
                        .map(item -> item.item() + ": " + item.reason())
                        .toList()));
        return Decision.accept(facts);
    }

    private static Decision<BackupEvent> tested(RecordRestoreTest tested, BackupState state) {
        if (!(state instanceof Verified(var set))) {
            return Decision.nothing();
        }
        List<String> faults = tested.checks().isEmpty()
                ? List.of("the restore test compared nothing")
                : tested.checks().stream()
                        .filter(check -> !check.passed())
                        .map(check -> check.item() + " " + check.name() + ": expected " + check.expected() + ", restored "
                                + check.actual())
                        .toList();
        return faults.isEmpty()
                ? Decision.accept(new BackupEvent.RestoreTested(
                        set.releaseId(),
                        set.environment(),
                        tested.level(),
                        tested.measuredRtoMillis(),
                        tested.checks(),
                        set.manifestDigest(),
                        set.recoveryPoint()))
                : corrupted(faults, state);
    }

    private static Decision<BackupEvent> corrupted(List<String> reasons, BackupState state) {
        return switch (state) {
            case Sealed set -> corrupted(set, reasons);
            case Verified(var set) -> corrupted(set, reasons);
            case BackupState.RestoreTested(var set) -> corrupted(set, reasons);
            case Nothing _, Capturing _, BackupState.Failed _, BackupState.Corrupt _ -> Decision.nothing();
        };
    }

    private static Decision<BackupEvent> corrupted(Sealed set, List<String> reasons) {
        return Decision.accept(new BackupCorrupted(set.releaseId(), set.environment(), List.copyOf(reasons)));
    }

    @Override
    public BackupState evolve(BackupState state, BackupEvent fact) {
        return switch (fact) {
            case BackupStarted started -> new Capturing(started.releaseId(), started.environment());
            case BackupCompleted set ->
                new Sealed(set.releaseId(), set.environment(), set.manifestDigest(), set.recoveryPoint());
            case BackupVerified _ -> state instanceof Sealed set ? new Verified(set) : state;
            case BackupEvent.RestoreTested _ ->
                state instanceof Verified(var set) ? new BackupState.RestoreTested(set) : state;
            case BackupFailed _ -> new BackupState.Failed();
            case BackupCorrupted _ -> new BackupState.Corrupt();
            case BackupEvent.BackupItemCaptured _, BackupEvent.BackupItemFailed _ -> state;
        };
    }
}
