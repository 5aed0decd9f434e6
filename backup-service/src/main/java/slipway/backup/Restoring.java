package slipway.backup;

import java.io.IOException;
import java.security.GeneralSecurityException;
import java.time.Clock;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import org.springframework.stereotype.Component;
import slipway.backup.domain.RestoreCheck;
import slipway.backup.domain.RestoreCommand;
import slipway.backup.domain.RestoreEvent;
import slipway.backup.domain.RestoreState;
import slipway.events.backup.RestoreRequested;
import slipway.events.backup.SafetyBackupTaken;
import slipway.events.release.DataRestoreRequested;
import slipway.messaging.Decisions;
import slipway.messaging.Order;
import slipway.messaging.Reactions;

/// A restore for a rollback: first the present state is backed up, then the release's own backup becomes live.
@Component
class Restoring {

    private final Decisions<RestoreCommand, RestoreState, RestoreEvent> restores;
    private final Plans plans;
    private final Vault vault;
    private final Clock clock;

    Restoring(
            Decisions<RestoreCommand, RestoreState, RestoreEvent> restores, Plans plans, Vault vault, Clock clock) {
        this.restores = restores;
        this.plans = plans;
        this.vault = vault;
        this.clock = clock;
    }

    void on(Reactions.Table table) {
        table.decide(DataRestoreRequested.class, "begin the restore", this::begin)
                .perform(RestoreRequested.class, "back up the present state", this::secure)
                .perform(SafetyBackupTaken.class, "make the backup live", this::restore);
    }

    private List<Order<?>> begin(DataRestoreRequested asked) {
        return List.of(restores.order(
                "RST-" + asked.getBackupSetId(),
                new RestoreCommand.Request(
                        asked.getMeta().getAggregateId(),
                        asked.getEnvironment(),
                        asked.getBackupSetId(),
                        asked.getManifestDigest(),
                        asked.getApprovedBy())));
    }

    private static String safety(String set) {
        return "SAFETY-" + set;
    }

    private List<Order<?>> secure(RestoreRequested asked)
            throws IOException, InterruptedException, GeneralSecurityException {
        String id = asked.getMeta().getAggregateId();
        List<String> faults = new ArrayList<>(vault.verify(asked.getBackupSetId(), asked.getManifestDigest()));
        Manifest wanted = vault.find(asked.getBackupSetId()).orElse(null);
        if (wanted == null || !faults.isEmpty()) {
            faults.add("the live system is untouched");
            return List.of(restores.order(
                    id,
                    new RestoreCommand.Fail(
                            faults, "restore from the copy that is whole, or from an earlier set, by hand")));
        }
        String set = safety(asked.getBackupSetId());
        Manifest safe = vault.find(set).orElse(null);
        if (safe == null) {
            safe = vault.seal(
                    set,
                    asked.getReleaseId(),
                    asked.getEnvironment(),
                    wanted.plan(),
                    plans.plan(wanted.plan()).orElse(List.of()),
                    (item, reason) -> faults.add("safety backup of " + item + ": " + reason));
        }
        if (safe == null) {
            faults.add("nothing is restored without a safety backup; the live system is untouched");
            return List.of(restores.order(
                    id, new RestoreCommand.Fail(faults, "mend what kept the safety backup from being taken")));
        }
        return List.of(restores.order(
                id,
                new RestoreCommand.RecordSafety(
                        vault.location(set),
                        safe.items().stream().map(Manifest.Item::name).toList(),
                        safe.recoveryPoint())));
    }

    private List<Order<?>> restore(SafetyBackupTaken taken) throws InterruptedException, GeneralSecurityException {
        String id = taken.getMeta().getAggregateId();
        if (!(restores.state(id) instanceof RestoreState.Running(var asked, _))) {
            return List.of();
        }
        try {
            Manifest manifest = vault.find(asked.backupSetId())
                    .orElseThrow(() -> new IOException("the set is no longer whole in every location"));
            List<RestoreCheck> checks = new ArrayList<>();
            Instant cutOver = Instant.MAX;
            for (Manifest.Item item : manifest.items()) {
                Recipe recipe = Backing.recipe(plans, manifest.plan(), item.name());
                Recipe.Restored restored = vault.read(
                        asked.backupSetId(),
                        item,
                        content -> recipe.restore(item.name(), content, item.evidence(), asked.backupSetId()));
                checks.addAll(restored.checks());
                cutOver = restored.cutOverAt().isBefore(cutOver) ? restored.cutOverAt() : cutOver;
            }
            Instant stopped = cutOver.equals(Instant.MAX) ? clock.instant() : cutOver;
            return List.of(restores.order(
                    id, new RestoreCommand.Complete(manifest.recoveryPoint(), stopped, checks)));
        } catch (IOException e) {
            String next = "the state from before the restore is in " + taken.getLocation()
                    + "; mend the cause and restore by hand";
            return List.of(restores.order(id, new RestoreCommand.Fail(List.of(String.valueOf(e.getMessage())), next)));
        }
    }
}
