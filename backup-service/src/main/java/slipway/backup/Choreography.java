package slipway.backup;

import java.io.IOException;
import java.util.List;
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
import slipway.events.backup.BackupCompleted;
import slipway.events.backup.BackupStarted;
import slipway.events.backup.BackupVerified;
import slipway.events.backup.RestoreRequested;
import slipway.events.backup.SafetyBackupTaken;
import slipway.events.release.BackupCheckRequested;
import slipway.events.release.BackupRequested;
import slipway.events.release.DataRestoreRequested;
import slipway.messaging.Decisions;
import slipway.messaging.Order;
import slipway.messaging.Reactions;

/// Which fact makes this service do what.
@Component
class Choreography {

    private final Decisions<BackupCommand, BackupState, BackupEvent> sets;
    private final Decisions<RestoreCommand, RestoreState, RestoreEvent> restores;
    private final Plans plans;
    private final Capturing capturing;
    private final Proving proving;
    private final Checking checking;
    private final Restoring restoring;

    Choreography(
            Decisions<BackupCommand, BackupState, BackupEvent> sets,
            Decisions<RestoreCommand, RestoreState, RestoreEvent> restores,
            Plans plans,
            Capturing capturing,
            Proving proving,
            Checking checking,
            Restoring restoring) {
        this.sets = sets;
        this.restores = restores;
        this.plans = plans;
        this.capturing = capturing;
        this.proving = proving;
        this.checking = checking;
        this.restoring = restoring;
    }

    Reactions reactions() {
        return Reactions.table()
                .decide(BackupRequested.class, "start the backup set that the release asks for", this::start)
                .perform(BackupStarted.class, "capture every item of the plan", this::capture)
                .perform(BackupCompleted.class, "read every copy back and decrypt it", this::verify)
                .perform(BackupVerified.class, "restore into scratch and compare", this::restoreTest)
                .perform(BackupCheckRequested.class, "look at what the set is of once more", this::check)
                .decide(DataRestoreRequested.class, "accept the restore of live data", this::requestRestore)
                .perform(RestoreRequested.class, "keep what is about to be overwritten", this::safetyBackup)
                .perform(SafetyBackupTaken.class, "restore the live data", this::restore)
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

    private List<Order<?>> verify(BackupCompleted fact) throws IOException, InterruptedException {
        String set = fact.getMeta().getAggregateId();
        return List.of(sets.order(set, proving.verify(set, fact.getManifestDigest())));
    }

    private List<Order<?>> restoreTest(BackupVerified fact) throws IOException, InterruptedException {
        String set = fact.getMeta().getAggregateId();
        return sets.state(set) instanceof BackupState.Verified(var of, var seal)
                ? List.of(sets.order(set, proving.restoreTest(set, seal.manifestDigest(), items(of.plan()))))
                : List.of();
    }

    private List<Order<?>> check(BackupCheckRequested fact) throws InterruptedException {
        String set = fact.getBackupSetId();
        return sets.state(set) instanceof BackupState.Tested(var of, _)
                ? List.of(sets.order(set, checking.check(set, fact.getManifestDigest(), of.plan(), fact.getConfigurationItems())))
                : List.of();
    }

    private List<Order<?>> requestRestore(DataRestoreRequested fact) {
        RestoreCommand request = new RestoreCommand.RequestRestore(
                fact.getMeta().getAggregateId(),
                fact.getEnvironment(),
                fact.getBackupSetId(),
                fact.getManifestDigest(),
                fact.getApprovedBy(),
                sets.state(fact.getBackupSetId()));
        return List.of(restores.order("RST-" + fact.getBackupSetId(), request));
    }

    private List<Order<?>> safetyBackup(RestoreRequested fact) throws IOException, InterruptedException {
        String id = fact.getMeta().getAggregateId();
        if (!(restores.state(id) instanceof RestoreState.Requested(var run))) {
            return List.of();
        }
        String plan = plan(fact.getBackupSetId());
        RecordCapture captured = capturing.capture("SAFETY-" + run.name(), plan, items(plan));
        RestoreCommand command =
                switch (captured) {
                    case RecordCapture.Sealed(var items, _, _, var copies) ->
                        new RestoreCommand.RecordSafetyBackup(
                                copies.getFirst().location(),
                                items.stream().map(BackupEvent.BackupItemCaptured::item).toList(),
                                BackupCommand.recoveryPoint(items));
                    case RecordCapture.Unfinished(_, var failed) ->
                        new RestoreCommand.RecordFailure(
                                failed.stream().map(Choreography::safetyFailed).toList(),
                                "make the present data readable again, then restore by hand; nothing was touched");
                };
        return List.of(restores.order(id, command));
    }

    private static String safetyFailed(BackupItemFailed failed) {
        return "no safety backup of " + failed.item() + ": " + failed.reason();
    }

    private String plan(String set) {
        return sets.state(set) instanceof BackupState.Tested(var of, _) ? of.plan() : "";
    }

    private List<Order<?>> restore(SafetyBackupTaken fact) throws IOException, InterruptedException {
        String id = fact.getMeta().getAggregateId();
        return restores.state(id) instanceof RestoreState.Secured(var run)
                ? List.of(restores.order(
                        id,
                        restoring.restore(run, items(plan(run.backupSetId())))))
                : List.of();
    }
}
