package slipway.backup;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Clock;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.Collectors;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import org.springframework.stereotype.Component;
import slipway.backup.Proving.PlanChanged;
import slipway.backup.Proving.Unrestorable;
import slipway.backup.Replacement.DoesNotDo;
import slipway.backup.Replacement.Places;
import slipway.backup.Replacement.Stage;
import slipway.backup.domain.RestoreCheck;
import slipway.backup.domain.RestoreCommand;
import slipway.backup.domain.RestoreCommand.RecordFailure;
import slipway.backup.domain.RestoreCommand.RecordRestore;
import slipway.backup.domain.RestoreState.Run;
import slipway.backup.recipe.Hindered;
import slipway.backup.recipe.Item;
import slipway.backup.recipe.Recipe;
import slipway.backup.vault.Corrupt;
import slipway.backup.vault.Disk;
import slipway.backup.vault.Manifest;
import slipway.backup.vault.Vault;

/// Puts a backup set in the place of live data, all of it or nothing. First every item is restored beside the live one and
/// compared; only then, one by one, the live ones are taken out of service, moved aside (`….before-<set>`, kept), and the
/// restored ones are moved into their places. When one does not work, all go back.
@Component
class Restoring {

    private static final Logger LOG = LoggerFactory.getLogger(Restoring.class);
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

    RestoreCommand restore(Run run, List<Item> items) throws IOException, InterruptedException {
        String set = run.backupSetId();
        // What a run before this one gave up is no verdict about this one.
        Path journals = places.workDirectory().resolve("restore-" + run.name());
        // Its presence means that all go back, whatever would work by now.
        Path givenUp = journals.resolve("given-up");
        List<Replacement> all = left(journals, set);
        if (Files.exists(givenUp)) {
            return takeBack(all, Files.readString(givenUp));
        }
        if (all.stream().allMatch(each -> each.reached().stage() == Stage.PREPARED)) {
            try {
                all = prepare(run, items, journals);
            } catch (Corrupt | Unrestorable | PlanChanged | Hindered e) {
                discard(set, items);
                return new RecordFailure(List.of(e.getMessage()), UNTOUCHED);
            }
        }
        if (all.isEmpty()) {
            return new RecordFailure(List.of(set + " has no item that a rollback restores"), UNTOUCHED);
        }
        try {
            for (Replacement each : all) {
                each.goIn(clock);
                LOG.info("backup set {}: {} is live again, what was there before is in {}",
                        set, each.reached().item().name(), each.places().aside());
            }
        } catch (DoesNotDo e) {
            giveUp(givenUp, e.getMessage());
            return takeBack(all, e.getMessage());
        }
        return done(all);
    }

    private static RecordRestore done(List<Replacement> all) {
        List<RestoreCheck> checks = all.stream()
                .flatMap(each -> each.reached().checks().stream())
                .toList();
        Instant recoveryPoint = all.stream()
                .map(each -> each.reached().recoveryPoint())
                .min(Instant::compareTo)
                .orElseThrow();
        Instant cutOver =
                all.stream().map(Replacement::cutOverAt).max(Instant::compareTo).orElseThrow();
        return new RecordRestore(recoveryPoint, cutOver, checks);
    }

    /// In the order of the set.
    private List<Replacement> left(Path journals, String set) throws IOException {
        List<Replacement> all = new ArrayList<>();
        if (Files.exists(journals)) {
            try (var files = Files.list(journals)) {
                for (Path file : files.filter(each -> each.toString().endsWith(".json")).sorted().toList()) {
                    all.add(Replacement.left(file, plans, set));
                }
            }
        }
        return all;
    }

    /// Nobody notices anything of this.
    private List<Replacement> prepare(Run run, List<Item> items, Path journals)
            throws Corrupt, Unrestorable, PlanChanged, IOException, InterruptedException {
        String set = run.backupSetId();
        Disk.delete(journals);
        discard(set, items);
        Vault.Sound sound = vault.sound(set, run.manifestDigest());
        List<Replacement> all = new ArrayList<>();
        for (Manifest.Entry entry : chosen(sound.manifest(), run)) {
            Item item = proving.item(items, entry);
            Recipe recipe = plans.recipe(item);
            if (recipe.live(item).isPresent()) {
                Places of = Places.of(recipe.live(item).get(), set);
                if (Replacement.exists(of.aside())) {
                    throw new Unrestorable(entry.item() + ": " + of.aside() + " is in the way");
                }
                Instant to = run.to();
                List<RestoreCheck> checks = to == null
                        ? proving.restore(sound, entry, item, of.beside())
                        : proving.restoreTo(sound, entry, item, of.beside(), to);
                same(entry, checks);
                Path file = journals.resolve("%04d-%s.json".formatted(all.size(), entry.item()));
                all.add(Replacement.prepared(recipe, of, file, item, entry.notes(), checks, to == null ? entry.recoveryPoint() : to));
            }
        }
        return all;
    }

    /// A person may want some of it only.
    private static List<Manifest.Entry> chosen(Manifest manifest, Run run) {
        return manifest.items().stream()
                .filter(entry -> run.items().isEmpty() || run.items().contains(entry.item()))
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

    /// What an attempt that ended before left beside the live data.
    private void discard(String set, List<Item> items) throws IOException, InterruptedException {
        for (Item item : items) {
            var live = plans.recipe(item).live(item);
            if (live.isPresent()) {
                proving.discard(item, Places.of(live.get(), set).beside());
            }
        }
    }

    private static void giveUp(Path marker, String reason) {
        try {
            Replacement.write(marker, reason.getBytes(StandardCharsets.UTF_8));
        } catch (IOException e) {
            // Live data are out of service: they go back with or without a note of it.
            LOG.warn("{} cannot be written: {}", marker, e.toString());
        }
    }

    /// The last first.
    private static RecordFailure takeBack(List<Replacement> all, String why) throws InterruptedException {
        List<String> reasons = new ArrayList<>(List.of(why));
        List<Places> stuck = new ArrayList<>();
        for (Replacement each : all.reversed()) {
            try {
                each.goBack();
            } catch (DoesNotDo e) {
                LOG.error("{}", e.getMessage());
                reasons.add(e.getMessage());
                stuck.add(each.places());
            }
        }
        return new RecordFailure(reasons, stuck.isEmpty() ? allBack(all) : byHand(stuck));
    }

    private static String allBack(List<Replacement> all) {
        String useless = all.stream()
                .map(each -> each.places().useless())
                .filter(Replacement::exists)
                .map(Path::toString)
                .collect(Collectors.joining(", "));
        return "the data from before the restore are live again"
                + (useless.isEmpty() ? "" : "; the restored ones are in " + useless);
    }

    private static String byHand(List<Places> stuck) {
        return stuck.stream()
                .map(each -> Replacement.exists(each.aside())
                        ? "stop what uses " + each.live() + " by hand, move " + each.aside() + " there, and start it again"
                        : "start what uses " + each.live() + " by hand: the data from before are there")
                .collect(Collectors.joining("; "));
    }
}
