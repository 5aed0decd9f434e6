package slipway.backup.domain;

import java.util.ArrayList;
import java.util.List;
import slipway.backup.domain.BackupCommand.RecordCapture;
import slipway.backup.domain.BackupCommand.RecordCheck;
import slipway.backup.domain.BackupCommand.RecordCorruption;
import slipway.backup.domain.BackupCommand.RecordRestoreTest;
import slipway.backup.domain.BackupCommand.RecordVerification;
import slipway.backup.domain.BackupCommand.Start;
import slipway.backup.domain.BackupEvent.BackupChecked;
import slipway.backup.domain.BackupEvent.BackupCompleted;
import slipway.backup.domain.BackupEvent.BackupCorrupted;
import slipway.backup.domain.BackupEvent.BackupFailed;
import slipway.backup.domain.BackupEvent.BackupItemCaptured;
import slipway.backup.domain.BackupEvent.BackupItemFailed;
import slipway.backup.domain.BackupEvent.BackupStarted;
import slipway.backup.domain.BackupEvent.BackupVerified;
import slipway.backup.domain.BackupEvent.RestoreTested;
import slipway.backup.domain.BackupState.Capturing;
import slipway.backup.domain.BackupState.Completed;
import slipway.backup.domain.BackupState.Origin;
import slipway.backup.domain.BackupState.Seal;
import slipway.backup.domain.BackupState.Tested;
import slipway.backup.domain.BackupState.Unfit;
import slipway.backup.domain.BackupState.Unknown;
import slipway.backup.domain.BackupState.Verified;
import slipway.decider.Decider;
import slipway.decider.Decision;

/// A set is captured whole or fails, is verified, and is a way back only when it was restored and looked the same. A command
/// that comes late or twice changes nothing.
public final class BackupDecider implements Decider<BackupCommand, BackupState, BackupEvent> {

    @Override
    public BackupState initial() {
        return new Unknown();
    }

    @Override
    public Decision<BackupEvent> decide(BackupCommand command, BackupState state) {
        return switch (command) {
            case Start start -> state instanceof Unknown ? start(start) : Decision.nothing();
            case RecordCapture capture ->
                state instanceof Capturing(var of) ? captured(capture, of) : Decision.nothing();
            case RecordVerification(var level, var copies) ->
                state instanceof Completed(var of, _)
                        ? Decision.accept(new BackupVerified(of.releaseId(), of.environment(), level, copies))
                        : Decision.nothing();
            case RecordRestoreTest test ->
                state instanceof Verified(var of, var seal) ? tested(test, of, seal) : Decision.nothing();
            case RecordCheck(var changed, var uncovered) ->
                state instanceof Tested(var of, var seal)
                        ? Decision.accept(new BackupChecked(
                                of.releaseId(),
                                of.environment(),
                                VerificationLevel.V4,
                                seal.manifestDigest(),
                                seal.recoveryPoint(),
                                changed,
                                uncovered))
                        : Decision.nothing();
            case RecordCorruption(var reasons) -> corrupted(reasons, state);
        };
    }

    private static Decision<BackupEvent> start(Start start) {
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

    private static Decision<BackupEvent> captured(RecordCapture capture, Origin of) {
        List<BackupEvent> facts = new ArrayList<>(capture.captured());
        List<String> reasons = new ArrayList<>();
        switch (capture) {
            case RecordCapture.Unfinished(_, var failed) -> {
                facts.addAll(failed);
                failed.forEach(each -> reasons.add(each.item() + ": " + each.reason()));
            }
            case RecordCapture.Sealed _ -> {}
        }
        of.items().stream().filter(item -> facts.stream().noneMatch(fact -> isOf(item, fact))).forEach(item ->
                reasons.add(item + ": was not captured"));
        if (reasons.isEmpty() && capture instanceof RecordCapture.Sealed(var items, var digest, var key, var copies)) {
            facts.add(new BackupCompleted(
                    of.releaseId(),
                    of.environment(),
                    digest,
                    key,
                    copies,
                    BackupCommand.recoveryPoint(items),
                    items.stream().mapToLong(BackupItemCaptured::bytes).sum()));
        } else {
            facts.add(new BackupFailed(
                    of.releaseId(), of.environment(), reasons.isEmpty() ? List.of("it was not sealed") : reasons));
        }
        return Decision.accept(facts);
    }

    private static boolean isOf(String item, BackupEvent fact) {
        return switch (fact) {
            case BackupItemCaptured captured -> captured.item().equals(item);
            case BackupItemFailed failed -> failed.item().equals(item);
            default -> false;
        };
    }

    /// Nothing compared is nothing proven.
    private static Decision<BackupEvent> tested(RecordRestoreTest test, Origin of, Seal seal) {
        List<String> faults = new ArrayList<>();
        test.checks().stream().filter(check -> !check.passed()).map(RestoreCheck::fault).forEach(faults::add);
        of.items().stream()
                .filter(item -> test.checks().stream().noneMatch(check -> check.item().equals(item)))
                .forEach(item -> faults.add(item + ": nothing was compared in the restored copy"));
        return faults.isEmpty()
                ? Decision.accept(new RestoreTested(
                        of.releaseId(),
                        of.environment(),
                        VerificationLevel.V4,
                        test.measuredRtoMillis(),
                        test.checks(),
                        seal.manifestDigest(),
                        seal.recoveryPoint()))
                : Decision.accept(new BackupCorrupted(of.releaseId(), of.environment(), faults));
    }

    private static Decision<BackupEvent> corrupted(List<String> reasons, BackupState state) {
        return switch (state) {
            case Completed(var of, _) -> corrupted(reasons, of);
            case Verified(var of, _) -> corrupted(reasons, of);
            case Tested(var of, _) -> corrupted(reasons, of);
            case Unknown _, Capturing _, Unfit _ -> Decision.nothing();
        };
    }

    private static Decision<BackupEvent> corrupted(List<String> reasons, Origin of) {
        return Decision.accept(new BackupCorrupted(of.releaseId(), of.environment(), reasons));
    }

    @Override
    public BackupState evolve(BackupState state, BackupEvent fact) {
        return switch (fact) {
            case BackupStarted(var release, var environment, var plan, _, _, var items) ->
                new Capturing(new Origin(release, environment, plan, items));
            case BackupItemCaptured _, BackupItemFailed _, BackupChecked _ -> state;
            case BackupCompleted completed ->
                state instanceof Capturing(var of)
                        ? new Completed(of, new Seal(completed.manifestDigest(), completed.recoveryPoint()))
                        : state;
            case BackupVerified _ -> state instanceof Completed(var of, var seal) ? new Verified(of, seal) : state;
            case RestoreTested _ -> state instanceof Verified(var of, var seal) ? new Tested(of, seal) : state;
            case BackupFailed _, BackupCorrupted _ -> new Unfit();
        };
    }
}
