package slipway.backup;

import java.io.IOException;
import java.nio.file.Path;
import java.security.GeneralSecurityException;
import java.util.ArrayList;
import java.util.List;
import org.springframework.beans.factory.annotation.Value;
import org.springframework.stereotype.Component;
import slipway.backup.domain.BackupCommand;
import slipway.backup.domain.BackupEvent;
import slipway.backup.domain.BackupState;
import slipway.backup.domain.RestoreCheck;
import slipway.backup.domain.VerificationLevel;
import slipway.events.backup.BackupCompleted;
import slipway.events.backup.BackupStarted;
import slipway.events.backup.BackupVerified;
import slipway.events.release.BackupRequested;
import slipway.messaging.Decisions;
import slipway.messaging.Order;
import slipway.messaging.Reactions;

/// A backup set from the request to its restore test, each stage a job.
@Component
class Backing {

    private final Decisions<BackupCommand, BackupState, BackupEvent> backups;
    private final Plans plans;
    private final Vault vault;
    private final Path work;

    Backing(
            Decisions<BackupCommand, BackupState, BackupEvent> backups,
            Plans plans,
            Vault vault,
            @Value("${slipway.backup.work}") Path work) {
        this.backups = backups;
        this.plans = plans;
        this.vault = vault;
        this.work = work;
    }

    void on(Reactions.Table table) {
        table.decide(BackupRequested.class, "start the backup set", this::start)
                .perform(BackupStarted.class, "capture and seal every item", this::capture)
                .perform(BackupCompleted.class, "read every copy back", this::verify)
                .perform(BackupVerified.class, "restore on trial and compare", this::test);
    }

    private List<Order<?>> start(BackupRequested asked) {
        List<String> items = plans.plan(asked.getPlan())
                .map(plan -> plan.stream().map(Vault.Source::item).toList())
                .orElse(List.of());
        return List.of(backups.order(
                asked.getBackupSetId(),
                new BackupCommand.Start(
                        asked.getMeta().getAggregateId(),
                        asked.getEnvironment(),
                        asked.getPlan(),
                        VerificationLevel.valueOf(asked.getMinLevel().name()),
                        asked.getRpoSeconds(),
                        items)));
    }

    private List<Order<?>> capture(BackupStarted started)
            throws IOException, InterruptedException, GeneralSecurityException {
        String set = started.getMeta().getAggregateId();
        List<BackupEvent.BackupItemFailed> faults = new ArrayList<>();
        // What a crash left complete is adopted; anything less is captured again.
        Manifest manifest = vault.find(set).orElse(null);
        if (manifest == null) {
            List<Vault.Source> sources = plans.plan(started.getPlan()).orElse(List.of());
            manifest = vault.seal(
                    set,
                    started.getReleaseId(),
                    started.getEnvironment(),
                    started.getPlan(),
                    sources,
                    (item, reason) -> faults.add(new BackupEvent.BackupItemFailed(item, reason)));
        }
        if (manifest == null) {
            return List.of(backups.order(set, new BackupCommand.RecordFailure(faults)));
        }
        return List.of(backups.order(
                set,
                new BackupCommand.RecordCapture(
                        manifest.items().stream().map(Backing::captured).toList(),
                        manifest.digest(),
                        manifest.keyId(),
                        vault.copies(manifest),
                        manifest.recoveryPoint(),
                        manifest.sealedBytes())));
    }

    private static BackupEvent.BackupItemCaptured captured(Manifest.Item item) {
        return new BackupEvent.BackupItemCaptured(
                item.name(),
                item.category(),
                item.system(),
                item.recipe(),
                item.sha256(),
                item.plaintextSha256(),
                item.bytes(),
                item.consistency(),
                item.evidence().fingerprint(),
                item.evidence().recoveryPoint());
    }

    private List<Order<?>> verify(BackupCompleted completed) throws GeneralSecurityException {
        String set = completed.getMeta().getAggregateId();
        List<String> faults = vault.verify(set, completed.getManifestDigest());
        return List.of(backups.order(
                set,
                faults.isEmpty()
                        ? new BackupCommand.RecordVerification(
                                VerificationLevel.V2, completed.getCopies().size())
                        : new BackupCommand.RecordCorruption(faults)));
    }

    private List<Order<?>> test(BackupVerified verified)
            throws IOException, InterruptedException, GeneralSecurityException {
        String set = verified.getMeta().getAggregateId();
        Manifest manifest = vault.find(set).orElse(null);
        if (manifest == null) {
            return List.of(backups.order(
                    set, new BackupCommand.RecordCorruption(List.of("the set is no longer whole in every location"))));
        }
        Path scratch = work.resolve("trial-" + set);
        Trees.delete(scratch);
        Trees.secret(scratch);
        try {
            long start = System.nanoTime();
            List<RestoreCheck> checks = new ArrayList<>();
            for (Manifest.Item item : manifest.items()) {
                checks.addAll(trial(manifest, item, Trees.secret(scratch.resolve(item.name()))));
            }
            long millis = (System.nanoTime() - start) / 1_000_000;
            return List.of(backups.order(
                    set, new BackupCommand.RecordRestoreTest(VerificationLevel.V4, millis, checks)));
        } finally {
            Trees.delete(scratch);
        }
    }

    /// A copy that cannot be restored is told by a check that fails, not by an exception: trying again would not mend it.
    private List<RestoreCheck> trial(Manifest manifest, Manifest.Item item, Path scratch)
            throws InterruptedException, GeneralSecurityException {
        try {
            Recipe recipe = recipe(plans, manifest.plan(), item.name());
            return vault.read(
                    manifest.backupSetId(),
                    item,
                    content -> recipe.test(item.name(), content, item.evidence(), scratch));
        } catch (IOException e) {
            return List.of(RestoreCheck.compare(item.name(), "restores", "yes", String.valueOf(e.getMessage())));
        }
    }

    static Recipe recipe(Plans plans, String plan, String item) throws IOException {
        return plans.plan(plan).orElse(List.of()).stream()
                .filter(source -> source.item().equals(item))
                .map(Vault.Source::recipe)
                .findFirst()
                .orElseThrow(() -> new IOException("plan " + plan + " has no item " + item + " any more"));
    }
}
