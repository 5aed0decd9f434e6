package slipway.backup;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Clock;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import org.springframework.stereotype.Component;
import slipway.backup.Proving.PlanChanged;
import slipway.backup.Proving.Unrestorable;
import slipway.backup.Replacement.DoesNotDo;
import slipway.backup.Swap.Places;
import slipway.backup.domain.RestoreCheck;
import slipway.backup.domain.RestoreCommand;
import slipway.backup.domain.RestoreCommand.RecordFailure;
import slipway.backup.domain.RestoreCommand.RecordRestore;
import slipway.backup.domain.RestoreState.Run;
import slipway.backup.recipe.Hindered;
import slipway.backup.recipe.Item;
import slipway.backup.vault.Corrupt;
import slipway.backup.vault.Disk;
import slipway.backup.vault.Manifest;
import slipway.backup.vault.Vault;

/// Puts a backup set in the place of live data, all of it or nothing. First every item is restored beside the live one and
/// compared; only then, one by one, the live ones are taken out of service, moved aside (`….before-<run>`, kept), and the
/// restored ones are moved into their places, or, where there is nothing to move, written over. When one does not work, all go back.
@Component
class Restoring {

    private static final Logger LOG = LoggerFactory.getLogger(Restoring.class);
    /// The end of the name of a journal; those of the others end with `.json` alone.
    private static final String OVERWRITE = ".overwrite.json";
    private static final String WANTED = "wanted";
    private static final String BEFORE = "before";
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

    /// @param safetyDigest of the manifest of its safety backup; null: whichever lies there
    RestoreCommand restore(Run run, List<Item> items, @Nullable String safetyDigest) throws IOException, InterruptedException {
        String set = run.backupSetId();
        // What a run before this one gave up is no verdict about this one.
        Path journals = places.restoreDirectory().resolve("restore-" + run.name());
        // Its presence means that all go back, whatever would work by now.
        Path givenUp = journals.resolve("given-up");
        List<Replacement> all = left(journals, run.name());
        if (Files.exists(givenUp)) {
            return GoingBack.of(all, Files.readString(givenUp));
        }
        if (all.stream().noneMatch(Replacement::begun)) {
            try {
                all = prepare(run, items, safetyDigest, journals);
            } catch (Corrupt | Unrestorable | PlanChanged | Hindered e) {
                discard(run, items, journals);
                return new RecordFailure(List.of(e.getMessage()), UNTOUCHED);
            }
        }
        if (all.isEmpty()) {
            return new RecordFailure(List.of(set + " has no item that a rollback restores"), UNTOUCHED);
        }
        try {
            if (all.stream().noneMatch(Replacement::begun)) {
                for (Replacement each : all) {
                    each.ready();
                }
            }
            for (Replacement each : all) {
                each.goIn(clock);
                LOG.info("backup set {}: {} is live again, {}", set, each.item().name(), each.keeps());
            }
        } catch (DoesNotDo e) {
            giveUp(givenUp, e.getMessage());
            return GoingBack.of(all, e.getMessage());
        }
        return done(all);
    }

    private static RecordRestore done(List<Replacement> all) {
        List<RestoreCheck> checks = all.stream()
                .flatMap(each -> each.checks().stream())
                .toList();
        Instant recoveryPoint = all.stream()
                .map(Replacement::recoveryPoint)
                .min(Instant::compareTo)
                .orElseThrow();
        Instant cutOver =
                all.stream().map(Replacement::cutOverAt).max(Instant::compareTo).orElseThrow();
        return new RecordRestore(recoveryPoint, cutOver, checks);
    }

    /// In the order of the set.
    private List<Replacement> left(Path journals, String run) throws IOException {
        List<Replacement> all = new ArrayList<>();
        if (Files.exists(journals)) {
            try (var files = Files.list(journals)) {
                for (Path file : files.filter(each -> each.toString().endsWith(".json")).sorted().toList()) {
                    all.add(
                            file.toString().endsWith(OVERWRITE)
                                    ? Overwrite.left(file, plans)
                                    : Swap.left(file, plans, run));
                }
            }
        }
        return all;
    }

    /// Nobody notices anything of this.
    private List<Replacement> prepare(Run run, List<Item> items, @Nullable String safetyDigest, Path journals)
            throws Corrupt, Unrestorable, PlanChanged, IOException, InterruptedException {
        discard(run, items, journals);
        Vault.Sound sound = vault.sound(run.backupSetId(), run.manifestDigest());
        Optional<Vault.Sound> kept = keptOf(run, items, safetyDigest);
        List<Replacement> all = new ArrayList<>();
        for (Manifest.Entry entry : chosen(sound.manifest(), run)) {
            Item item = proving.item(items, entry);
            String file = "%04d-%s".formatted(all.size(), entry.item());
            Optional<Path> live = plans.recipe(item).live(item);
            if (live.isPresent()) {
                all.add(swap(run, sound, entry, item, live.get(), journals.resolve(file + ".json")));
            } else if (plans.recipe(item).overwrites(item)) {
                all.add(overwrite(run, sound, kept, entry, item, journals.resolve(file + OVERWRITE)));
            }
        }
        return all;
    }

    private Replacement swap(Run run, Vault.Sound sound, Manifest.Entry entry, Item item, Path live, Path file)
            throws Corrupt, Unrestorable, IOException, InterruptedException {
        Places of = Places.of(live, run.name());
        if (Swap.exists(of.aside())) {
            throw new Unrestorable(entry.item() + ": " + of.aside() + " is in the way");
        }
        Instant to = run.extent().to();
        if (to != null && to.isBefore(entry.recoveryPoint())) {
            throw new Unrestorable(entry.item() + ": it restores to " + entry.recoveryPoint() + " or later, not to " + to);
        }
        List<RestoreCheck> checks = to == null
                ? proving.restore(sound, entry, item.withoutSmokeTest(), of.beside())
                : proving.restoreTo(sound, entry, item.withoutSmokeTest(), of.beside(), to);
        same(entry, checks);
        return Swap.prepared(
                plans.recipe(item), of, file, item, entry.notes(), checks, to == null ? entry.recoveryPoint() : to);
    }

    private Replacement overwrite(
            Run run, Vault.Sound sound, Optional<Vault.Sound> kept, Manifest.Entry entry, Item item, Path file)
            throws Corrupt, Unrestorable, IOException, InterruptedException {
        Path tree = tree(file.getParent(), entry.item(), WANTED);
        Disk.privateDirectory(file.getParent());
        List<RestoreCheck> checks = proving.restore(sound, entry, item.withoutSmokeTest(), tree);
        same(entry, checks);
        return Overwrite.prepared(
                plans.recipe(item),
                file,
                item,
                Overwrite.Version.of(run.backupSetId(), entry, tree),
                run.extent().withoutSafetyBackup().contains(entry.item())
                        ? null
                        : before(kept.orElseThrow(), item, tree(file.getParent(), entry.item(), BEFORE)),
                checks,
                entry.recoveryPoint());
    }

    /// The safety backup, read once for all that is written over; empty when nothing is, or nothing of it is kept.
    private Optional<Vault.Sound> keptOf(Run run, List<Item> items, @Nullable String safetyDigest)
            throws Corrupt, Unrestorable, IOException, InterruptedException {
        boolean needed = items.stream()
                .filter(item -> !run.extent().withoutSafetyBackup().contains(item.name()))
                .anyMatch(item -> plans.recipe(item).overwrites(item));
        String safety = safetyOf(run);
        if (needed && safetyDigest != null) {
            return Optional.of(vault.sound(safety, safetyDigest));
        }
        return needed
                ? Optional.of(vault.whole(safety).orElseThrow(() -> new Unrestorable(safety + " is gone")))
                : Optional.empty();
    }

    /// What is live now, as it was kept.
    private Overwrite.Version before(Vault.Sound kept, Item item, Path tree)
            throws Corrupt, Unrestorable, IOException, InterruptedException {
        String safety = kept.manifest().set();
        Manifest.Entry entry = kept.manifest().items().stream()
                .filter(each -> each.item().equals(item.name()))
                .findFirst()
                .orElseThrow(() -> new Unrestorable(item.name() + ": it is not in " + safety));
        same(entry, proving.restore(kept, entry, item.withoutSmokeTest(), tree));
        return Overwrite.Version.of(safety, entry, tree);
    }

    /// The set that keeps what the run is about to overwrite.
    static String safetyOf(Run run) {
        return "SAFETY-" + run.name();
    }

    private static Path tree(Path journals, String item, String word) {
        return journals.resolve(word).resolve(item);
    }

    /// A person may want some of it only.
    private static List<Manifest.Entry> chosen(Manifest manifest, Run run) {
        return manifest.items().stream()
                .filter(entry -> run.extent().has(entry.item()))
                .toList();
    }

    private static void same(Manifest.Entry entry, List<RestoreCheck> checks) throws Unrestorable {
        for (RestoreCheck check : checks) {
            if (!check.passed()) {
                throw new Unrestorable(entry.item() + ": " + check.name() + " is " + check.actual()
                        + " in the restored copy, was " + check.expected() + " at capture");
            }
        }
    }

    /// What an attempt that ended before left beside the live data, and of itself.
    private void discard(Run run, List<Item> items, Path journals) throws IOException, InterruptedException {
        for (Item item : items) {
            var live = plans.recipe(item).live(item);
            if (live.isPresent()) {
                proving.discard(item, Places.of(live.get(), run.name()).beside());
            } else {
                proving.discard(item, tree(journals, item.name(), WANTED));
                proving.discard(item, tree(journals, item.name(), BEFORE));
            }
        }
        Disk.delete(journals);
    }

    /// What runs of this set restored beside the live data and is not sealed; whether a run ended well is in its facts by now.
    ///
    /// @param but a run that still needs them
    void tidy(String set, Optional<String> but) throws IOException {
        Path restores = places.restoreDirectory();
        if (!Files.isDirectory(restores)) {
            return;
        }
        try (var all = Files.list(restores)) {
            for (Path journals : all.filter(each -> each.getFileName().toString().matches("restore-([0-9]+-)?" + Pattern.quote(set)))
                    .filter(each -> but.isEmpty() || !each.endsWith("restore-" + but.get()))
                    .toList()) {
                Disk.delete(journals);
            }
        }
    }

    private static void giveUp(Path marker, String reason) {
        try {
            Disk.replace(marker, reason.getBytes(StandardCharsets.UTF_8));
        } catch (IOException e) {
            // Live data are out of service: they go back with or without a note of it.
            LOG.warn("{} cannot be written: {}", marker, e.toString());
        }
    }
}
