package slipway.backup;

import java.io.IOException;
import java.time.Clock;
import java.util.List;
import java.util.Optional;
import org.springframework.stereotype.Component;
import slipway.backup.domain.BackupCommand;
import slipway.backup.domain.BackupCommand.RecordCapture;
import slipway.backup.domain.BackupEvent;
import slipway.backup.domain.BackupEvent.BackupItemFailed;
import slipway.backup.domain.BackupState;
import slipway.backup.domain.RestoreCommand;
import slipway.backup.domain.RestoreEvent;
import slipway.backup.domain.RestoreState;
import slipway.backup.domain.VerificationLevel;
import slipway.backup.recipe.Item;
import slipway.events.Meta;
import slipway.events.backup.BackupCompleted;
import slipway.events.backup.BackupCorrupted;
import slipway.events.backup.BackupPartial;
import slipway.events.backup.BackupPruned;
import slipway.events.backup.BackupRepaired;
import slipway.events.backup.BackupStarted;
import slipway.events.backup.BackupVerified;
import slipway.events.backup.RestoreCompleted;
import slipway.events.backup.RestoreFailed;
import slipway.events.backup.RestoreProposed;
import slipway.events.backup.RestoreRequested;
import slipway.events.backup.SafetyBackupTaken;
import slipway.events.backup.VerificationRequested;
import slipway.events.release.BackupCheckRequested;
import slipway.events.release.BackupRequested;
import slipway.events.release.DataRestoreRequested;
import slipway.events.release.ReleaseAborted;
import slipway.events.release.ReleaseClosed;
import slipway.messaging.Decisions;
import slipway.messaging.NotYet;
import slipway.messaging.Order;
import slipway.messaging.Reactions;

/// Which fact makes this service do what. Live data are never touched by what no release waits for, such as the backups of a night: it has threads of its own, and
/// keeps nobody from a backup before a release, or from a restore.
@Component
class Choreography {

    private final Decisions<BackupCommand, BackupState, BackupEvent> sets;
    private final Decisions<RestoreCommand, RestoreState, RestoreEvent> restores;
    private final BackupRegister register;
    private final Plans plans;
    private final Capturing capturing;
    private final Proving proving;
    private final Upkeep upkeep;
    private final Checking checking;
    private final Restoring restoring;
    private final Rollouts rollouts;
    private final Clock clock;

    Choreography(
            Decisions<BackupCommand, BackupState, BackupEvent> sets,
            Decisions<RestoreCommand, RestoreState, RestoreEvent> restores,
            BackupRegister register,
            Plans plans,
            Capturing capturing,
            Proving proving,
            Upkeep upkeep,
            Checking checking,
            Restoring restoring,
            Rollouts rollouts,
            Clock clock) {
        this.sets = sets;
        this.restores = restores;
        this.register = register;
        this.plans = plans;
        this.capturing = capturing;
        this.proving = proving;
        this.upkeep = upkeep;
        this.checking = checking;
        this.restoring = restoring;
        this.rollouts = rollouts;
        this.clock = clock;
    }

    Reactions reactions() {
        return Reactions.table()
                .decide(BackupRequested.class, "start the backup set that the release asks for", this::start)
                .perform(BackupStarted.class, "capture every item of the plan", set -> set.getReleaseId().isEmpty(), this::capture)
                .perform(BackupPartial.class, "copy it to where it is missing", set -> set.getReleaseId().isEmpty(), this::replicate)
                .perform(
                        BackupCompleted.class,
                        "read every copy back and decrypt it",
                        set -> set.getReleaseId().isEmpty(),
                        fact -> verify(fact.getMeta()))
                .perform(
                        BackupRepaired.class,
                        "read every repaired copy back",
                        set -> set.getReleaseId().isEmpty(),
                        fact -> verify(fact.getMeta()))
                .perform(BackupVerified.class, "restore into scratch and compare", set -> set.getReleaseId().isEmpty(), this::restoreTest)
                .perform(BackupCorrupted.class, "repair it from a sound copy", set -> set.getReleaseId().isEmpty(), this::repair)
                .perform(VerificationRequested.class, "prove it once more", _ -> true, this::proveAgain)
                .perform(BackupPruned.class, "delete every copy", this::delete)
                .perform(BackupCheckRequested.class, "look at what the set is of once more", this::check)
                .decide(ReleaseClosed.class, "hold its sets no longer", closed -> letGo(closed.getMeta(), "closed"))
                .decide(ReleaseAborted.class, "hold its sets no longer: it was aborted", aborted -> letGo(aborted.getMeta(), "aborted"))
                .perform(DataRestoreRequested.class, "accept the restore of live data", this::requestRestore)
                .performAt(
                        RestoreProposed.class,
                        "let it be when nobody approved it",
                        RestoreProposed::getExpiresAt,
                        proposed -> List.of(restores.order(
                                proposed.getMeta().getAggregateId(),
                                new RestoreCommand.ExpireRestore(clock.instant()))))
                .perform(RestoreRequested.class, "keep what is about to be overwritten", this::safetyBackup)
                .perform(SafetyBackupTaken.class, "restore the live data", this::restore)
                .perform(RestoreCompleted.class, "remove what it was restored from", done -> tidy(done.getBackupSetId()))
                .perform(RestoreFailed.class, "remove what it was to be restored from", failed -> tidy(failed.getBackupSetId()))
                .watch(rollouts)
                .build();
    }

    private List<Order<?>> start(BackupRequested fact) {
        BackupCommand start = new BackupCommand.Start(
                fact.getMeta().getAggregateId(),
                fact.getEnvironment(),
                fact.getPlan(),
                VerificationLevel.valueOf(fact.getMinLevel().name()),
                fact.getRpoSeconds(),
                items(fact.getPlan()).stream().map(Item::name).toList());
        return List.of(sets.order(fact.getBackupSetId(), start));
    }

    private List<Item> items(String plan) {
        return plans.items(plan).orElse(List.of());
    }

    private List<Order<?>> capture(BackupStarted fact) throws IOException, InterruptedException {
        String set = fact.getMeta().getAggregateId();
        if (!(sets.state(set) instanceof BackupState.Capturing)) {
            return List.of();
        }
        List<Item> items = items(fact.getPlan()).stream()
                .filter(item -> fact.getItems().contains(item.name()))
                .toList();
        return List.of(sets.order(set, capturing.capture(set, fact.getPlan(), items)));
    }

    private List<Order<?>> replicate(BackupPartial fact) throws IOException, InterruptedException {
        String set = fact.getMeta().getAggregateId();
        return List.of(sets.order(set, upkeep.replicate(set, fact.getManifestDigest())));
    }

    private List<Order<?>> verify(Meta meta) throws IOException, InterruptedException {
        String set = meta.getAggregateId();
        return sets.state(set) instanceof BackupState.Completed(_, var seal)
                ? List.of(sets.order(set, proving.verify(set, seal.manifestDigest())))
                : List.of();
    }

    private List<Order<?>> restoreTest(BackupVerified fact) throws IOException, InterruptedException {
        String set = fact.getMeta().getAggregateId();
        if (!(sets.state(set) instanceof BackupState.Verified(var of, var seal))) {
            return List.of();
        }
        return List.of(sets.order(
                set, proving.restoreTest(set, seal.manifestDigest(), items(of.plan()), fact.getMeta().getEventId())));
    }

    private List<Order<?>> repair(BackupCorrupted fact) throws IOException, InterruptedException {
        String set = fact.getMeta().getAggregateId();
        return sets.state(set) instanceof BackupState.Degraded(_, var seal, _)
                ? List.of(sets.order(set, upkeep.repair(set, seal.manifestDigest())))
                : List.of();
    }

    /// One that is not proven goes the whole way again.
    private List<Order<?>> proveAgain(VerificationRequested fact) throws IOException, InterruptedException {
        String set = fact.getMeta().getAggregateId();
        return switch (sets.state(set)) {
            case BackupState.Unproven(_, var seal) -> List.of(sets.order(set, proving.verify(set, seal.manifestDigest())));
            case BackupState.Tested(var of, var seal, _) -> {
                BackupCommand read = proving.verify(set, seal.manifestDigest());
                boolean restored = read instanceof BackupCommand.RecordVerification
                        && fact.getLevel().compareTo(slipway.events.VerificationLevel.V2) > 0;
                yield restored
                        ? List.of(
                                sets.order(set, read),
                                sets.order(
                                        set,
                                        proving.restoreTest(
                                                set,
                                                seal.manifestDigest(),
                                                items(of.plan()),
                                                fact.getMeta().getEventId())))
                        : List.of(sets.order(set, read));
            }
            case BackupState.Unknown _,
                    BackupState.Capturing _,
                    BackupState.Partial _,
                    BackupState.Completed _,
                    BackupState.Verified _,
                    BackupState.Degraded _,
                    BackupState.Unfit _,
                    BackupState.Pruned _ ->
                List.of();
        };
    }

    private List<Order<?>> delete(BackupPruned fact) throws IOException, InterruptedException {
        upkeep.delete(fact.getMeta().getAggregateId());
        return List.of();
    }

    private List<Order<?>> letGo(Meta release, String how) {
        String id = release.getAggregateId();
        return register.heldBy(id).stream()
                .<Order<?>>map(set -> sets.order(set, new BackupCommand.Unpin(id, "the release is " + how)))
                .toList();
    }

    private List<Order<?>> check(BackupCheckRequested fact) throws InterruptedException {
        String set = fact.getBackupSetId();
        return sets.state(set) instanceof BackupState.Tested(var of, _, _)
                ? List.of(sets.order(
                        set,
                        checking.check(
                                set,
                                fact.getManifestDigest(),
                                of.plan(),
                                fact.getConfigurationItems(),
                                register.restoring(of.plan()))))
                : List.of();
    }

    private List<Order<?>> requestRestore(DataRestoreRequested fact) throws NotYet {
        String set = fact.getBackupSetId();
        // Two at once would take each other's data out of service.
        List<String> underWay = register.restoring(plan(set));
        if (!underWay.isEmpty()) {
            throw new NotYet("live data are being restored from " + String.join(", ", underWay));
        }
        RestoreCommand request = new RestoreCommand.RequestRestore(
                fact.getMeta().getAggregateId(),
                fact.getEnvironment(),
                set,
                fact.getManifestDigest(),
                fact.getApprovedBy(),
                sets.state(set));
        return List.of(restores.order(BackupController.restoreOf(set), request));
    }

    private List<Order<?>> safetyBackup(RestoreRequested fact) throws IOException, InterruptedException {
        String id = fact.getMeta().getAggregateId();
        if (!(restores.state(id) instanceof RestoreState.Requested(var run))) {
            return List.of();
        }
        if (toRestore(run).isEmpty()) {
            return List.of(restores.order(
                    id,
                    new RestoreCommand.RecordFailure(
                            List.of("no plan says any more where the data of " + run.backupSetId() + " are"),
                            "put the plan back, and ask again; nothing was touched")));
        }
        List<Item> kept = toRestore(run).stream()
                .filter(item -> !run.extent().withoutSafetyBackup().contains(item.name()))
                .toList();
        if (kept.isEmpty()) {
            return List.of(restores.order(
                    id, new RestoreCommand.RecordSafetyBackup("", "", List.of(), fact.getMeta().getOccurredAt())));
        }
        String plan = plan(run.backupSetId());
        String safety = Restoring.safetyOf(run);
        return switch (capturing.capture(safety, plan, kept)) {
            // Kept in one place it is better than none, and live data wait for it.
            case RecordCapture.Sealed sealed ->
                List.of(
                        restores.order(
                                id,
                                new RestoreCommand.RecordSafetyBackup(
                                        safety,
                                        sealed.copies().getFirst().location(),
                                        kept.stream().map(Item::name).toList(),
                                        BackupCommand.recoveryPoint(sealed.captured()))),
                        sets.order(
                                safety,
                                new BackupCommand.RecordSafetySet(
                                        run.environment(),
                                        plan,
                                        run.backupSetId(),
                                        run.releaseId().isEmpty() ? id : run.releaseId(),
                                        sealed)));
            case RecordCapture.Unfinished(_, var failed) ->
                List.of(restores.order(
                        id,
                        new RestoreCommand.RecordFailure(
                                failed.stream().map(Choreography::safetyFailed).toList(),
                                "make the present data readable again, or, where nothing is left to keep, restore by hand with "
                                        + "--without-safety-backup ITEM; nothing was touched")));
        };
    }

    private List<Item> toRestore(RestoreState.Run run) {
        return items(plan(run.backupSetId())).stream()
                .filter(item -> run.extent().has(item.name()))
                .toList();
    }

    private static String safetyFailed(BackupItemFailed failed) {
        return "no safety backup of " + failed.item() + ": " + failed.reason();
    }

    private String plan(String set) {
        return sets.state(set) instanceof BackupState.Known known ? known.of().plan() : "";
    }

    private List<Order<?>> restore(SafetyBackupTaken fact) throws IOException, InterruptedException {
        String id = fact.getMeta().getAggregateId();
        return restores.state(id) instanceof RestoreState.Secured(var run)
                ? List.of(restores.order(id, restoring.restore(run, toRestore(run))))
                : List.of();
    }

    private List<Order<?>> tidy(String set) throws IOException {
        // The next run may have begun by now.
        Optional<RestoreState.Run> next =
                switch (restores.state(BackupController.restoreOf(set))) {
                    case RestoreState.Requested(var run) -> Optional.of(run);
                    case RestoreState.Secured(var run) -> Optional.of(run);
                    case RestoreState.Unknown _,
                            RestoreState.Proposed _,
                            RestoreState.Failed _,
                            RestoreState.Completed _ ->
                        Optional.empty();
                };
        restoring.tidy(set, next.map(RestoreState.Run::name));
        return List.of();
    }
}
