package slipway.backup;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.Path;
import java.time.Clock;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import org.springframework.stereotype.Component;
import slipway.backup.Proving.Unrestorable;
import slipway.backup.domain.RestoreCheck;
import slipway.backup.domain.RestoreCommand;
import slipway.backup.domain.RestoreCommand.RecordFailure;
import slipway.backup.domain.RestoreCommand.RecordRestore;
import slipway.backup.recipe.Item;
import slipway.backup.recipe.Recipe;
import slipway.backup.vault.Corrupt;
import slipway.backup.vault.Disk;
import slipway.backup.vault.Manifest;
import slipway.backup.vault.Vault;
import tools.jackson.databind.json.JsonMapper;

/// Puts a backup set in the place of live data. Every item is first restored beside the live one and compared; only then the
/// live one is taken out of service, moved aside (`….before-<set>`, kept), and the restored one is moved into its place. What
/// was reached is in a file per item, so that a crash at any line is continued, and nothing is done twice.
@Component
class Restoring {

    private static final Logger LOG = LoggerFactory.getLogger(Restoring.class);
    private static final JsonMapper JSON = new JsonMapper();
    private static final String UNTOUCHED = "look at the reasons; the live data were not touched";

    private final Plans plans;
    private final Proving proving;
    private final Vault vault;
    private final BackupProperties places;
    private final Clock clock;

    Restoring(Plans plans, Proving proving, Vault vault, BackupProperties places, Clock clock) {
        this.plans = plans;
        this.proving = proving;
        this.vault = vault;
        this.places = places;
        this.clock = clock;
    }

    /// Written when the live item is out of service, before anything is moved.
    record Reached(Instant cutOverAt, List<RestoreCheck> checks) {}

    RestoreCommand restore(String set, String manifestDigest, List<Item> items)
            throws IOException, InterruptedException {
        Instant recoveryPoint = Instant.MAX;
        Instant cutOver = Instant.MIN;
        List<RestoreCheck> checks = new ArrayList<>();
        List<String> done = new ArrayList<>();
        try {
            Vault.Sound sound = vault.sound(set, manifestDigest);
            for (Manifest.Entry entry : sound.manifest().items()) {
                Item item = proving.item(items, entry);
                if (plans.recipe(item).live(item).isPresent()) {
                    Reached reached = replace(sound, entry, item, set);
                    checks.addAll(reached.checks());
                    cutOver = later(cutOver, reached.cutOverAt());
                    recoveryPoint = recoveryPoint.isBefore(entry.recoveryPoint()) ? recoveryPoint : entry.recoveryPoint();
                    done.add(entry.item());
                }
            }
        } catch (Corrupt e) {
            return failed(done, e.getMessage(), UNTOUCHED);
        } catch (Unrestorable e) {
            return failed(done, e.getMessage(), UNTOUCHED);
        } catch (PutBack e) {
            return failed(done, e.getMessage(), e.nextStep);
        }
        if (done.isEmpty()) {
            return new RecordFailure(List.of(set + " has no item that a rollback restores"), UNTOUCHED);
        }
        return new RecordRestore(recoveryPoint, cutOver, checks);
    }

    private static Instant later(Instant one, Instant other) {
        return one.isAfter(other) ? one : other;
    }

    private static RecordFailure failed(List<String> done, String reason, String nextStep) {
        return done.isEmpty()
                ? new RecordFailure(List.of(reason), nextStep)
                : new RecordFailure(
                        List.of(reason, "already restored before that: " + String.join(", ", done)),
                        "restore the rest by hand, or put back what was restored from the safety backup");
    }

    private Path journals(String set) {
        return places.workDirectory().resolve("restore-" + set);
    }

    private Reached replace(Vault.Sound sound, Manifest.Entry entry, Item item, String set)
            throws Corrupt, Unrestorable, PutBack, IOException, InterruptedException {
        Recipe recipe = plans.recipe(item);
        Path live = recipe.live(item).orElseThrow();
        Path beside = live.resolveSibling(live.getFileName() + ".restoring-" + set);
        Path aside = live.resolveSibling(live.getFileName() + ".before-" + set);
        Path journal = journals(set).resolve(entry.item() + ".json");
        if (!exists(aside)) {
            proving.discard(item, beside);
            List<RestoreCheck> checks = proving.restore(sound, entry, item, beside);
            for (RestoreCheck check : checks) {
                if (!check.passed()) {
                    Disk.delete(beside);
                    throw new Unrestorable(entry.item() + ": " + check.name() + " is " + check.actual()
                            + " in the restored copy, was " + check.expected() + " at capture");
                }
            }
            takeOut(recipe, item, entry);
            write(journal, new Reached(clock.instant(), checks));
            Disk.rename(live, aside);
        }
        if (!exists(live) && !exists(beside)) {
            // Killed in the middle of putting the old one back.
            Disk.rename(aside, live);
            recipe.putIn(item, entry.notes());
            throw new PutBack(
                    entry.item() + " did not work with the restored data", "the data from before the restore are live again");
        }
        if (!exists(live)) {
            Disk.rename(beside, live);
        }
        try {
            recipe.putIn(item, entry.notes());
        } catch (IOException e) {
            throw putBack(recipe, item, entry, live, aside, set, e);
        }
        LOG.info("backup set {}: {} is live again, what was there before is in {}", set, entry.item(), aside);
        return JSON.readValue(Files.readAllBytes(journal), Reached.class);
    }

    private static boolean exists(Path path) {
        return Files.exists(path, LinkOption.NOFOLLOW_LINKS);
    }

    private static void takeOut(Recipe recipe, Item item, Manifest.Entry entry)
            throws IOException, InterruptedException, PutBack {
        try {
            recipe.takeOut(item, entry.notes());
        } catch (IOException e) {
            recipe.putIn(item, entry.notes());
            throw new PutBack(
                    entry.item() + " cannot be taken out of service: " + Capturing.reason(e),
                    "look why it does not stop; the live data were not touched");
        }
    }

    private static PutBack putBack(
            Recipe recipe, Item item, Manifest.Entry entry, Path live, Path aside, String set, IOException why)
            throws IOException, InterruptedException {
        Path useless = live.resolveSibling(live.getFileName() + ".failed-" + set);
        recipe.takeOut(item, entry.notes());
        Disk.delete(useless);
        Disk.rename(live, useless);
        Disk.rename(aside, live);
        recipe.putIn(item, entry.notes());
        return new PutBack(
                entry.item() + " does not work with the restored data: " + Capturing.reason(why),
                "the data from before the restore are live again; the restored ones are in " + useless);
    }

    private static void write(Path journal, Reached reached) throws IOException {
        Disk.privateDirectory(journal.getParent());
        Path half = journal.resolveSibling(journal.getFileName() + ".half");
        Files.write(half, JSON.writeValueAsBytes(reached));
        Disk.force(half);
        Files.deleteIfExists(journal);
        Disk.rename(half, journal);
    }

    /// The restored data did not do; the old ones are in service again.
    private static final class PutBack extends Exception {
        private final String nextStep;

        PutBack(String reason, String nextStep) {
            super(reason);
            this.nextStep = nextStep;
        }
    }
}
