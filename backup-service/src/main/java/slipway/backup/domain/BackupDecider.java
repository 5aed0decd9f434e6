package slipway.backup.domain;

import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.stream.Stream;
import slipway.backup.domain.BackupCommand.Pin;
import slipway.backup.domain.BackupCommand.Prune;
import slipway.backup.domain.BackupCommand.RecordCapture;
import slipway.backup.domain.BackupCommand.RecordCheck;
import slipway.backup.domain.BackupCommand.RecordCorruption;
import slipway.backup.domain.BackupCommand.RecordRepair;
import slipway.backup.domain.BackupCommand.RecordReplication;
import slipway.backup.domain.BackupCommand.RecordRestoreTest;
import slipway.backup.domain.BackupCommand.RecordSafetySet;
import slipway.backup.domain.BackupCommand.RecordUnproven;
import slipway.backup.domain.BackupCommand.RecordVerification;
import slipway.backup.domain.BackupCommand.RequestVerification;
import slipway.backup.domain.BackupCommand.Start;
import slipway.backup.domain.BackupCommand.Unpin;
import slipway.backup.domain.BackupEvent.BackupChecked;
import slipway.backup.domain.BackupEvent.BackupCompleted;
import slipway.backup.domain.BackupEvent.BackupCorrupted;
import slipway.backup.domain.BackupEvent.BackupFailed;
import slipway.backup.domain.BackupEvent.BackupItemCaptured;
import slipway.backup.domain.BackupEvent.BackupItemFailed;
import slipway.backup.domain.BackupEvent.BackupPartial;
import slipway.backup.domain.BackupEvent.BackupPinned;
import slipway.backup.domain.BackupEvent.BackupPruned;
import slipway.backup.domain.BackupEvent.BackupRepaired;
import slipway.backup.domain.BackupEvent.BackupStarted;
import slipway.backup.domain.BackupEvent.BackupUnpinned;
import slipway.backup.domain.BackupEvent.BackupUnproven;
import slipway.backup.domain.BackupEvent.BackupVerified;
import slipway.backup.domain.BackupEvent.RestoreTested;
import slipway.backup.domain.BackupEvent.VerificationRequested;
import slipway.backup.domain.BackupState.Capturing;
import slipway.backup.domain.BackupState.Completed;
import slipway.backup.domain.BackupState.Degraded;
import slipway.backup.domain.BackupState.Known;
import slipway.backup.domain.BackupState.Origin;
import slipway.backup.domain.BackupState.Partial;
import slipway.backup.domain.BackupState.Pruned;
import slipway.backup.domain.BackupState.Seal;
import slipway.backup.domain.BackupState.Sealed;
import slipway.backup.domain.BackupState.Tested;
import slipway.backup.domain.BackupState.Unfit;
import slipway.backup.domain.BackupState.Unknown;
import slipway.backup.domain.BackupState.Unproven;
import slipway.backup.domain.BackupState.Verified;
import slipway.decider.Decider;
import slipway.decider.Decision;

/// A set is captured whole or fails, is verified, and is a way back only when it was restored and looked the same. What a reaction or a
/// job says that comes late or twice changes nothing; what a person asks for in vain is refused, with the reason.
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
                state instanceof Capturing(var of) ? Decision.accept(captured(capture, of)) : Decision.nothing();
            case RecordSafetySet safety -> state instanceof Unknown ? kept(safety) : Decision.nothing();
            case RecordReplication(var copies, var refused) ->
                state instanceof Partial(var of, var seal)
                        ? Decision.accept(completed(of, seal, copies, refused))
                        : Decision.nothing();
            case RecordVerification(var level, var locations, var refused) ->
                state instanceof Completed || state instanceof Tested || state instanceof Unproven
                        ? Decision.accept(new BackupVerified(
                                of(state).releaseId(), of(state).environment(), level, locations.size(), locations, refused))
                        : Decision.nothing();
            case RecordRestoreTest test ->
                state instanceof Sealed sealed && (state instanceof Verified || state instanceof Tested)
                        ? tested(test, sealed.of(), sealed.seal())
                        : Decision.nothing();
            case RecordCheck(var changed, var uncovered) ->
                state instanceof Tested(var of, var seal, var level)
                        ? Decision.accept(new BackupChecked(
                                of.releaseId(),
                                of.environment(),
                                level,
                                seal.manifestDigest(),
                                seal.recoveryPoint(),
                                changed,
                                uncovered))
                        : Decision.nothing();
            case RecordUnproven(var reasons) ->
                state instanceof Verified || state instanceof Tested
                        ? Decision.accept(new BackupUnproven(of(state).releaseId(), of(state).environment(), reasons))
                        : Decision.nothing();
            case RecordCorruption corruption -> corrupted(corruption, state);
            case RecordRepair(var copies, var replaced) ->
                state instanceof Degraded(var of, _, _)
                        ? Decision.accept(new BackupRepaired(of.releaseId(), of.environment(), copies, replaced))
                        : Decision.nothing();
            case RequestVerification(var level, var reason) -> Keeping.verification(level, reason, state);
            case Pin(var holder, var reason) -> Keeping.pin(holder, reason, state);
            case Unpin(var holder, var reason) -> Keeping.unpin(holder, reason, state);
            case Prune(var reason, var now) -> Keeping.prune(reason, now, state);
        };
    }

    private static Decision<BackupEvent> start(Start start) {
        if (start.items().isEmpty()) {
            return Decision.accept(new BackupFailed(
                    start.releaseId(),
                    start.environment(),
                    List.of("there is no backup plan '" + start.plan() + "'")));
        }
        List<BackupEvent> facts = new ArrayList<>();
        facts.add(new BackupStarted(
                start.releaseId(),
                start.environment(),
                start.plan(),
                start.minLevel(),
                start.rpoSeconds(),
                start.items(),
                ""));
        if (!start.releaseId().isEmpty()) {
            facts.add(new BackupPinned(start.releaseId(), "its release is not closed yet"));
        }
        return Decision.accept(facts);
    }

    private static Decision<BackupEvent> kept(RecordSafetySet safety) {
        List<String> items = safety.capture().captured().stream().map(BackupItemCaptured::item).toList();
        List<BackupEvent> facts = new ArrayList<>();
        facts.add(new BackupStarted(
                "", safety.environment(), safety.plan(), VerificationLevel.V4, 0, items, safety.keptFor()));
        facts.addAll(captured(safety.capture(), new Origin("", safety.environment(), safety.plan(), items, Set.of())));
        facts.add(new BackupPinned(safety.holder(), "it keeps what was there before the restore from " + safety.keptFor()));
        return Decision.accept(facts);
    }

    private static List<BackupEvent> captured(RecordCapture capture, Origin of) {
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
        if (reasons.isEmpty() && capture instanceof RecordCapture.Sealed sealed) {
            Seal seal = new Seal(
                    sealed.manifestDigest(),
                    sealed.keyId(),
                    BackupCommand.recoveryPoint(sealed.captured()),
                    sealed.captured().stream().mapToLong(BackupItemCaptured::bytes).sum(),
                    null,
                    Set.of());
            facts.add(sealed.missing().isEmpty()
                    ? completed(of, seal, sealed.copies(), sealed.refused())
                    : new BackupPartial(
                            of.releaseId(),
                            of.environment(),
                            seal.manifestDigest(),
                            seal.keyId(),
                            sealed.copies(),
                            Stream.concat(sealed.missing().stream(), sealed.refused().stream()).toList(),
                            seal.recoveryPoint(),
                            seal.bytes()));
        } else {
            facts.add(new BackupFailed(
                    of.releaseId(), of.environment(), reasons.isEmpty() ? List.of("it was not sealed") : reasons));
        }
        return facts;
    }

    private static BackupCompleted completed(Origin of, Seal seal, List<BackupCopy> copies, List<String> refused) {
        return new BackupCompleted(
                of.releaseId(),
                of.environment(),
                seal.manifestDigest(),
                seal.keyId(),
                copies,
                seal.recoveryPoint(),
                seal.bytes(),
                refused);
    }

    private static boolean isOf(String item, BackupEvent fact) {
        return fact instanceof BackupItemCaptured captured && captured.item().equals(item)
                || fact instanceof BackupItemFailed failed && failed.item().equals(item);
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
                        test.level(),
                        test.measuredRtoMillis(),
                        test.checks(),
                        seal.manifestDigest(),
                        seal.recoveryPoint()))
                : Decision.accept(new BackupCorrupted(of.releaseId(), of.environment(), faults, 0));
    }

    /// Of one that is being repaired only that there is nothing left to repair it from is news.
    private static Decision<BackupEvent> corrupted(RecordCorruption corruption, BackupState state) {
        return state instanceof Sealed known && !(known instanceof Degraded && corruption.soundCopies() > 0)
                ? Decision.accept(new BackupCorrupted(
                        known.of().releaseId(),
                        known.of().environment(),
                        corruption.reasons(),
                        corruption.soundCopies()))
                : Decision.nothing();
    }

    @Override
    public BackupState evolve(BackupState state, BackupEvent fact) {
        return switch (fact) {
            case BackupStarted(var release, var environment, var plan, _, _, var items, _) ->
                new Capturing(new Origin(release, environment, plan, items, Set.of()));
            case BackupItemCaptured _, BackupItemFailed _, BackupChecked _, VerificationRequested _ -> state;
            case BackupPartial partial ->
                new Partial(
                        of(state),
                        new Seal(
                                        partial.manifestDigest(),
                                        partial.keyId(),
                                        partial.recoveryPoint(),
                                        partial.bytes(),
                                        null,
                                        Set.of())
                                .with(partial.copies()));
            case BackupCompleted done ->
                new Completed(
                        of(state),
                        new Seal(
                                        done.manifestDigest(),
                                        done.keyId(),
                                        done.recoveryPoint(),
                                        done.bytes(),
                                        null,
                                        Set.of())
                                .with(done.copies()),
                        false);
            case BackupVerified verified -> verified(Set.copyOf(verified.locations()), state);
            case BackupUnproven _ -> new Unproven(of(state), ((Sealed) state).seal());
            case RestoreTested tested -> new Tested(of(state), ((Sealed) state).seal(), tested.level());
            case BackupFailed failed -> new Unfit(origin(state, failed), null);
            case BackupCorrupted corrupted ->
                state instanceof Sealed sealed
                        ? corrupted.soundCopies() > 0
                                ? new Degraded(sealed.of(), sealed.seal(), state instanceof Tested)
                                : new Unfit(sealed.of(), sealed.seal().retainUntil())
                        : state;
            case BackupRepaired repaired ->
                state instanceof Degraded(var of, var seal, var tested)
                        ? new Completed(of, seal.with(repaired.copies()), tested)
                        : state;
            case BackupPinned(var holder, _) -> ((Known) state).with(of(state).heldBy(holder));
            case BackupUnpinned(var holder, _) -> ((Known) state).with(of(state).notHeldBy(holder));
            case BackupPruned _ -> new Pruned(of(state));
        };
    }

    /// One that is proven stays so.
    private static BackupState verified(Set<String> locations, BackupState state) {
        return switch (state) {
            case Completed(var of, var seal, var tested) -> new Verified(of, seal.with(locations), tested);
            case Unproven(var of, var seal) -> new Verified(of, seal.with(locations), false);
            case Tested(var of, var seal, var level) -> new Tested(of, seal.with(locations), level);
            case Unknown _, Capturing _, Partial _, Verified _, Degraded _, Unfit _, Pruned _ -> state;
        };
    }

    private static Origin of(BackupState state) {
        return ((Known) state).of();
    }

    /// One without a plan was never started.
    private static Origin origin(BackupState state, BackupFailed failed) {
        return state instanceof Known known
                ? known.of()
                : new Origin(failed.releaseId(), failed.environment(), "", List.of(), Set.of());
    }
}
