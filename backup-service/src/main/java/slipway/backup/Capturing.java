package slipway.backup;

import java.io.IOException;
import java.nio.channels.ClosedByInterruptException;
import java.time.Clock;
import java.time.Instant;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import org.springframework.stereotype.Component;
import slipway.backup.domain.BackupCommand.RecordCapture;
import slipway.backup.domain.BackupEvent.BackupItemCaptured;
import slipway.backup.domain.BackupEvent.BackupItemFailed;
import slipway.backup.recipe.Capture;
import slipway.backup.recipe.Item;
import slipway.backup.recipe.Recipe;
import slipway.backup.vault.Copies;
import slipway.backup.vault.Kit;
import slipway.backup.vault.Manifest;
import slipway.backup.vault.Vault;

/// Captures a whole set, or nothing. Done again after a crash it finds the finished set, or starts from nothing.
@Component
class Capturing {

    private static final Logger LOG = LoggerFactory.getLogger(Capturing.class);

    private final Plans plans;
    private final Vault vault;
    private final Progress progress;
    private final Clock clock;

    Capturing(Plans plans, Vault vault, Progress progress, Clock clock) {
        this.plans = plans;
        this.vault = vault;
        this.progress = progress;
        this.clock = clock;
    }

    /// @param notBefore what an attempt before this one sealed earlier than that is taken anew
    /// @throws IOException when the first location fails: worth another try. An item that cannot be captured, and a copy that is missing,
    ///     are in the answer
    RecordCapture capture(String set, String plan, List<Item> items, Instant notBefore) throws IOException, InterruptedException {
        Optional<Manifest> finished = vault.sealed(set).filter(each -> !each.createdAt().isBefore(notBefore));
        if (finished.isPresent()) {
            LOG.info("backup set {} was sealed before", set);
            return sealed(finished.get(), vault.replicate(set, finished.get().digest()));
        }
        vault.clear(set);
        return captured(set, plan, items);
    }

    private RecordCapture captured(String set, String plan, List<Item> items) throws IOException, InterruptedException {
        List<Manifest.Entry> entries = new ArrayList<>();
        List<BackupItemFailed> failed = new ArrayList<>();
        for (Item item : items) {
            try {
                entries.add(capture(set, item, items));
            } catch (IOException | RuntimeException e) {
                if (e instanceof ClosedByInterruptException || Thread.currentThread().isInterrupted()) {
                    throw new InterruptedException("interrupted while capturing " + item.name());
                }
                LOG.warn("backup set {}: {} cannot be captured: {}", set, item.name(), e.toString());
                failed.add(new BackupItemFailed(item.name(), Vault.reason(e)));
            }
        }
        if (!failed.isEmpty()) {
            vault.clear(set);
            return new RecordCapture.Unfinished(
                    entries.stream().map(Capturing::captured).toList(), failed);
        }
        Instant at = clock.instant();
        Map<String, Kit.ByHand> byHand = new HashMap<>();
        for (Item item : items) {
            Recipe recipe = plans.recipe(item);
            byHand.put(item.name(), new Kit.ByHand(recipe.capturesOneFile(), recipe.byHand()));
        }
        List<Manifest.Listed> kit = vault.lay(set, new Kit(set, plan, at, entries, byHand));
        Manifest manifest = new Manifest(Manifest.FORMAT, set, plan, at, entries, kit);
        return sealed(manifest, vault.complete(manifest));
    }

    private Manifest.Entry capture(String set, Item item, List<Item> all) throws IOException, InterruptedException {
        Recipe recipe = plans.recipe(item);
        Vault.Item<Capture> sealed =
                vault.seal(
                set,
                item.name(),
                plaintext -> {
                    try (Progress.Work work = progress.begun(set, "capturing", item.name())) {
                        return recipe.capture(item, set, work.writing(plaintext));
                    }
                });
        Capture said = sealed.capture();
        LOG.info("backup set {}: {} captured, {} bytes", set, item.name(), sealed.bytes());
        return new Manifest.Entry(
                item.name(),
                recipe.category(),
                recipe.system(),
                recipe.id() + "/" + recipe.version(),
                sealed.file(),
                sealed.sha256(),
                sealed.plaintextSha256(),
                sealed.bytes(),
                said.consistency(),
                said.fingerprint(),
                said.recoveryPoint(),
                said.contents(),
                noted(said.notes(), unproven(recipe, item, all)));
    }

    private String unproven(Recipe recipe, Item item, List<Item> all) {
        return plans.comparesContent(item, all)
                ? ""
                : "nothing compares the content of this snapshot: put an item with one of the recipes " + String.join(", ", recipe.provenBy())
                        + " beside it, of the same configuration item, or give it a smokeTest";
    }

    private static Map<String, String> noted(Map<String, String> notes, String warning) {
        Map<String, String> all = new HashMap<>(notes);
        if (!warning.isEmpty()) {
            all.merge(Capture.WARNINGS, warning, (known, more) -> known + "; " + more);
        }
        return all;
    }

    private RecordCapture sealed(Manifest manifest, Copies copies) {
        return new RecordCapture.Sealed(
                manifest.items().stream().map(Capturing::captured).toList(),
                manifest.digest(),
                vault.keyId(),
                Upkeep.copies(copies),
                Upkeep.missing(copies),
                Upkeep.refused(copies));
    }

    private static BackupItemCaptured captured(Manifest.Entry entry) {
        return new BackupItemCaptured(
                entry.item(),
                entry.category(),
                entry.system(),
                entry.recipe(),
                entry.sha256(),
                entry.plaintextSha256(),
                entry.bytes(),
                entry.consistency(),
                entry.fingerprint(),
                entry.recoveryPoint(),
                entry.notes().getOrDefault(Capture.WARNINGS, ""));
    }
}
