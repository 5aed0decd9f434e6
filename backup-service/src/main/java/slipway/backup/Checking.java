package slipway.backup;

import java.io.IOException;
import java.nio.channels.ClosedByInterruptException;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import org.springframework.stereotype.Component;
import slipway.backup.Proving.PlanChanged;
import slipway.backup.domain.BackupCommand.RecordCheck;
import slipway.backup.domain.Coverage.Covering;
import slipway.backup.domain.RestoreCheck;
import slipway.backup.recipe.Category;
import slipway.backup.recipe.Item;
import slipway.backup.vault.Corrupt;
import slipway.backup.vault.Manifest;
import slipway.backup.vault.Vault;

/// Looks at what a set is of, just before somebody relies on it: a source that went on since would lose what it wrote.
@Component
class Checking {

    private final Plans plans;
    private final Proving proving;
    private final Upkeep upkeep;
    private final Vault vault;

    Checking(Plans plans, Proving proving, Upkeep upkeep, Vault vault) {
        this.plans = plans;
        this.proving = proving;
        this.upkeep = upkeep;
        this.vault = vault;
    }

    /// @param manifestDigest of what was proven
    /// @param locations where there were copies
    /// @param configurationItems what the release touches
    /// @param restoring sets from which live data of the plan are being restored
    Checked check(
            String set, String manifestDigest, Set<String> locations, String plan, List<String> configurationItems, List<String> restoring)
            throws InterruptedException {
        List<Item> items = plans.items(plan).orElse(List.of());
        List<String> changed = new ArrayList<>();
        Upkeep.Found found = upkeep.glance(set, manifestDigest, locations);
        restoring.forEach(each -> changed.add("live data are being restored from " + each));
        List<Covering> covering = new ArrayList<>();
        changed.addAll(found.faults());
        changed.addAll(found.unknown());
        boolean wrong = !found.faults().isEmpty() || !found.unknown().isEmpty();
        try {
            for (Manifest.Entry entry : vault.manifest(set, manifestDigest).items()) {
                // Sources are read for whoever could start.
                changed.addAll(wrong ? List.of() : changes(entry, items));
                // What the plan has by now, but the set has not, covers nothing.
                covering.add(new Covering(entry.item(), entry.category(), of(items, entry.item())));
            }
        } catch (IOException | Corrupt e) {
            changed.add("the set cannot be looked at: " + Vault.reason(e));
            // What it covers is in it.
            return new Checked(new RecordCheck(changed, List.of()), !found.faults().isEmpty());
        }
        return new Checked(
                new RecordCheck(changed, plans.coverage().gaps(configurationItems, Category.words(), covering)), !found.faults().isEmpty());
    }

    /// @param rotten a copy is gone, or not what was sealed: that is more than this release's trouble
    record Checked(RecordCheck check, boolean rotten) {}

    private static List<String> of(List<Item> items, String name) {
        return items.stream()
                .filter(item -> item.name().equals(name))
                .findFirst()
                .map(Item::of)
                .orElse(List.of());
    }

    private List<String> changes(Manifest.Entry entry, List<Item> items) throws InterruptedException {
        try {
            Item item = proving.item(items, entry);
            return item.mayChange()
                    ? List.of()
                    : Proving.compare(entry, plans.recipe(item).look(item, entry.notes())).stream()
                            .filter(check -> !check.passed())
                            .map(RestoreCheck::change)
                            .toList();
        } catch (IOException | RuntimeException | PlanChanged e) {
            if (e instanceof ClosedByInterruptException || Thread.currentThread().isInterrupted()) {
                throw new InterruptedException("interrupted while looking at " + entry.item());
            }
            return List.of(entry.item() + " cannot be looked at: " + Vault.reason(e));
        }
    }

    /// What the items of a plan would cover.
    List<Covering> covering(List<Item> items) {
        return items.stream()
                .map(item -> new Covering(item.name(), plans.recipe(item).category(), item.of()))
                .toList();
    }
}
