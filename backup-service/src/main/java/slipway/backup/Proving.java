package slipway.backup;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.channels.ClosedByInterruptException;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.TreeSet;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import org.springframework.stereotype.Component;
import slipway.backup.domain.BackupCommand;
import slipway.backup.domain.BackupCommand.RecordCorruption;
import slipway.backup.domain.BackupCommand.RecordRestoreTest;
import slipway.backup.domain.BackupCommand.RecordUnproven;
import slipway.backup.domain.BackupState.Seal;
import slipway.backup.domain.RestoreCheck;
import slipway.backup.domain.VerificationLevel;
import slipway.backup.recipe.Hindered;
import slipway.backup.recipe.Item;
import slipway.backup.recipe.Recipe;
import slipway.backup.vault.Corrupt;
import slipway.backup.vault.Disk;
import slipway.backup.vault.Manifest;
import slipway.backup.vault.Vault;

/// A backup that was never restored is a hope: here it is read back, and restored into scratch.
@Component
class Proving {

    private static final Logger LOG = LoggerFactory.getLogger(Proving.class);

    private final Plans plans;
    private final Vault vault;
    private final Upkeep upkeep;
    private final Progress progress;
    private final BackupProperties places;

    Proving(Plans plans, Vault vault, Upkeep upkeep, Progress progress, BackupProperties places) {
        this.plans = plans;
        this.vault = vault;
        this.upkeep = upkeep;
        this.progress = progress;
        this.places = places;
    }

    /// Reads every copy to its end, and makes one where a location came to the configuration since.
    ///
    /// @param attempt the fact that it is for: what it read while another location did not answer is not read once more each time
    /// @throws IOException when not every copy could be read, and that could change the verdict: worth another try
    BackupCommand verify(String set, Seal seal, String attempt) throws IOException, InterruptedException {
        Upkeep.Found found = upkeep.examine(set, seal, attempt);
        if (!found.unknown().isEmpty() && (found.faults().isEmpty() || found.sound().isEmpty())) {
            throw new IOException(String.join("; ", found.unknown()));
        }
        return found.faults().isEmpty()
                ? upkeep.filled(set, found, seal.manifestDigest())
                : new RecordCorruption(found.faults(), found.sound().size());
    }

    /// Really restores every item. The scratch directory is removed before and after.
    ///
    /// @param attempt the fact that it is for: another one of the same set may run beside it
    /// @throws IOException when that says nothing about the set: worth another try
    BackupCommand restoreTest(String set, Seal seal, List<Item> items, String attempt)
            throws IOException, InterruptedException {
        Path scratch = places.workDirectory().resolve("restore-test-" + attempt);
        for (Item item : items) {
            discard(item, scratch.resolve(item.name()));
        }
        Disk.delete(scratch);
        Disk.privateDirectory(scratch);
        long began = System.nanoTime();
        try {
            Vault.Sound sound = vault.sound(set, seal.manifestDigest());
            List<RestoreCheck> checks = new ArrayList<>();
            boolean smoked = true;
            boolean compared = true;
            for (Manifest.Entry entry : sound.manifest().items()) {
                Item item = item(items, entry);
                smoked &= item.smokeTest() != null;
                compared &= plans.comparesContent(item, items);
                checks.addAll(restore(sound, entry, item, scratch.resolve(entry.item())));
            }
            return new RecordRestoreTest(
                    smoked ? VerificationLevel.V5 : compared ? VerificationLevel.V4 : VerificationLevel.V3, Duration.ofNanos(System.nanoTime() - began).toMillis(), checks);
        } catch (Corrupt e) {
            LOG.warn("backup set {}: {}", set, e.getMessage());
            // That was one copy; the verdict is about all of them.
            return verify(set, seal, attempt) instanceof RecordCorruption corruption
                    ? corruption
                    : new RecordUnproven(List.of("cannot be restored: " + e.getMessage()));
        } catch (Unrestorable | PlanChanged e) {
            // A program that was killed says no more about the copies than a plan that nobody has any more.
            LOG.warn("backup set {} cannot be restored: {}", set, e.getMessage());
            return new RecordUnproven(List.of("cannot be restored: " + e.getMessage()));
        } finally {
            Disk.delete(scratch);
        }
    }

    /// Removes what an attempt that was killed left in and behind a scratch directory.
    void discard(Item item, Path scratch) throws IOException, InterruptedException {
        plans.recipe(item).release(scratch);
        Disk.delete(scratch);
    }

    /// The recipe and parameters of a sealed item, as they are now.
    Item item(List<Item> items, Manifest.Entry entry) throws PlanChanged {
        return items.stream()
                .filter(item -> item.name().equals(entry.item()))
                .filter(item -> sealed(plans.recipe(item), entry))
                .findFirst()
                .orElseThrow(() -> new PlanChanged(
                        entry.item() + ": the plan no longer has it with the recipe " + entry.recipe()));
    }

    private static boolean sealed(Recipe recipe, Manifest.Entry entry) {
        String by = recipe.id() + "/";
        return entry.recipe().startsWith(by) && recipe.restores(Integer.parseInt(entry.recipe().substring(by.length())));
    }

    /// One item into scratch, compared with what it was at capture.
    ///
    /// @throws Hindered when something here stands in the way
    List<RestoreCheck> restore(Vault.Sound sound, Manifest.Entry entry, Item item, Path scratch)
            throws Corrupt, Unrestorable, Hindered, InterruptedException {
        return opened(sound, entry, in -> compare(
                entry, plans.recipe(item).restore(item, entry.notes(), in, scratch)));
    }

    /// One item into scratch, as it was at a moment after its capture.
    ///
    /// @throws Hindered when something here stands in the way
    List<RestoreCheck> restoreTo(Vault.Sound sound, Manifest.Entry entry, Item item, Path scratch, Instant moment)
            throws Corrupt, Unrestorable, Hindered, InterruptedException {
        return opened(sound, entry, in -> plans.recipe(item).restoreTo(item, entry.notes(), in, scratch, moment));
    }

    private <T> T opened(Vault.Sound sound, Manifest.Entry entry, Vault.Reading<T> reading)
            throws Corrupt, Unrestorable, Hindered, InterruptedException {
        String set = sound.manifest().set();
        try {
            return vault.open(sound, entry, plaintext -> {
                try (Progress.Work restoring = progress.begun(set, "restoring", entry.item())) {
                    return reading.readFrom(restoring.reading(plaintext));
                }
            });
        } catch (IOException | RuntimeException e) {
            // What a stream of the platform stumbles over comes wrapped.
            Exception cause = e instanceof UncheckedIOException wrapped ? wrapped.getCause() : e;
            if (cause instanceof ClosedByInterruptException || Thread.currentThread().isInterrupted()) {
                throw new InterruptedException("interrupted while restoring " + entry.item());
            }
            // One that is no fault of reading or writing would come again at each attempt, so it is a reason as well, such as a name of a file
            // that this platform cannot write.
            String reason = entry.item() + ": "
                    + (cause instanceof IOException io ? Vault.reason(io) : cause.toString());
            // Whoever has no room says so in the words of the platform, programs as well.
            if (reason.contains("No space left on device")) {
                throw new Hindered(reason + ": where it is restored on trial, below " + places.workDirectory());
            }
            if (cause instanceof Hindered) {
                throw new Hindered(reason);
            }
            if (!(cause instanceof IOException)) {
                LOG.warn("{}", reason, cause);
            }
            throw new Unrestorable(reason);
        }
    }

    /// What something looks like now, with what it looked like at capture.
    static List<RestoreCheck> compare(Manifest.Entry entry, Map<String, String> actual) {
        return compare(entry.item(), entry.contents(), actual);
    }

    /// @param contents at capture
    static List<RestoreCheck> compare(String item, Map<String, String> contents, Map<String, String> actual) {
        TreeSet<String> names = new TreeSet<>(contents.keySet());
        names.addAll(actual.keySet());
        return names.stream()
                .map(name -> RestoreCheck.of(
                        item,
                        name,
                        contents.getOrDefault(name, RestoreCheck.ABSENT),
                        actual.getOrDefault(name, RestoreCheck.ABSENT)))
                .toList();
    }

    /// The plan is not the one of the set any more.
    static final class PlanChanged extends Exception {
        PlanChanged(String reason) {
            super(reason);
        }
    }

    /// An item does not come back, and trying again will not change that.
    static final class Unrestorable extends Exception {
        Unrestorable(String reason) {
            super(reason);
        }
    }
}
