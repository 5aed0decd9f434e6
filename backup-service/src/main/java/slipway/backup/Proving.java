package slipway.backup;

import java.io.IOException;
import java.nio.file.Path;
import java.time.Duration;
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
import slipway.backup.domain.BackupCommand.RecordVerification;
import slipway.backup.domain.RestoreCheck;
import slipway.backup.domain.VerificationLevel;
import slipway.backup.recipe.Hindered;
import slipway.backup.recipe.Item;
import slipway.backup.vault.Copies.Examined;
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
    private final BackupProperties places;

    Proving(Plans plans, Vault vault, BackupProperties places) {
        this.plans = plans;
        this.vault = vault;
        this.places = places;
    }

    /// @throws IOException when not every copy could be read, and none is known to be corrupt: worth another try
    BackupCommand verify(String set, String manifestDigest) throws IOException, InterruptedException {
        List<String> faults = new ArrayList<>();
        List<String> unknown = new ArrayList<>();
        for (Examined copy : vault.examine(set, manifestDigest)) {
            switch (copy) {
                case Examined.Sound _ -> {}
                case Examined.Faulty(String at, List<String> all) -> all.forEach(fault -> faults.add(at + ": " + fault));
                case Examined.Absent(String at) -> faults.add(at + " is not there");
                case Examined.Unguarded(String at, String reason) -> unknown.add(at + ": " + reason);
                case Examined.Unreachable(String at, String reason) -> unknown.add(at + ": " + reason);
            }
        }
        if (faults.isEmpty() && !unknown.isEmpty()) {
            throw new IOException(String.join("; ", unknown));
        }
        return faults.isEmpty()
                ? new RecordVerification(VerificationLevel.V2, vault.copies())
                : new RecordCorruption(faults);
    }

    /// Really restores every item. The scratch directory is removed before and after.
    ///
    /// @throws IOException when that says nothing about the set: worth another try
    BackupCommand restoreTest(String set, String manifestDigest, List<Item> items)
            throws IOException, InterruptedException {
        Path scratch = places.workDirectory().resolve("restore-test-" + set);
        for (Item item : items) {
            discard(item, scratch.resolve(item.name()));
        }
        Disk.delete(scratch);
        Disk.privateDirectory(scratch);
        long began = System.nanoTime();
        try {
            Vault.Sound sound = vault.sound(set, manifestDigest);
            List<RestoreCheck> checks = new ArrayList<>();
            for (Manifest.Entry entry : sound.manifest().items()) {
                checks.addAll(restore(sound, entry, item(items, entry), scratch.resolve(entry.item())));
            }
            return new RecordRestoreTest(Duration.ofNanos(System.nanoTime() - began).toMillis(), checks);
        } catch (Corrupt e) {
            LOG.warn("backup set {} is corrupt: {}", set, e.getMessage());
            return new RecordCorruption(List.of(e.getMessage()));
        } catch (Unrestorable e) {
            LOG.warn("backup set {} cannot be restored: {}", set, e.getMessage());
            return new RecordCorruption(List.of("cannot be restored: " + e.getMessage()));
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
    Item item(List<Item> items, Manifest.Entry entry) throws Unrestorable {
        return items.stream()
                .filter(item -> item.name().equals(entry.item()))
                .filter(item -> (item.recipe() + "/" + plans.recipe(item).version()).equals(entry.recipe()))
                .findFirst()
                .orElseThrow(() -> new Unrestorable(
                        entry.item() + ": the plan no longer has it with the recipe " + entry.recipe()));
    }

    /// One item into scratch, compared with what it was at capture.
    ///
    /// @throws Hindered when something here stands in the way
    List<RestoreCheck> restore(Vault.Sound sound, Manifest.Entry entry, Item item, Path scratch)
            throws Corrupt, Unrestorable, Hindered, InterruptedException {
        try {
            Map<String, String> actual = vault.open(
                    sound, entry, plaintext -> plans.recipe(item).restore(item, entry.notes(), plaintext, scratch));
            return compare(entry, actual);
        } catch (IOException e) {
            if (e instanceof java.nio.channels.ClosedByInterruptException
                    || Thread.currentThread().isInterrupted()) {
                throw new InterruptedException("interrupted while restoring " + entry.item());
            }
            String reason = entry.item() + ": " + Capturing.reason(e);
            // Whoever has no room says so in the words of the platform, programs as well.
            if (e instanceof Hindered || reason.contains("No space left on device")) {
                throw new Hindered(reason);
            }
            throw new Unrestorable(reason);
        }
    }

    /// What something looks like now, with what it looked like at capture.
    static List<RestoreCheck> compare(Manifest.Entry entry, Map<String, String> actual) {
        TreeSet<String> names = new TreeSet<>(entry.contents().keySet());
        names.addAll(actual.keySet());
        return names.stream()
                .map(name -> RestoreCheck.of(
                        entry.item(),
                        name,
                        entry.contents().getOrDefault(name, RestoreCheck.ABSENT),
                        actual.getOrDefault(name, RestoreCheck.ABSENT)))
                .toList();
    }

    /// An item does not come back, and trying again will not change that.
    static final class Unrestorable extends Exception {
        Unrestorable(String reason) {
            super(reason);
        }
    }
}
