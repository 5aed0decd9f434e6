package slipway.backup;

import java.io.IOException;
import java.nio.channels.ClosedByInterruptException;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.springframework.stereotype.Component;
import slipway.backup.Proving.Unrestorable;
import slipway.backup.domain.BackupCommand.RecordCheck;
import slipway.backup.domain.RestoreCheck;
import slipway.backup.recipe.Category;
import slipway.backup.recipe.Item;
import slipway.backup.vault.Manifest;
import slipway.backup.vault.Vault;

/// Looks at what a set is of, just before somebody relies on it: a source that went on since would lose what it wrote.
@Component
class Checking {

    private final Plans plans;
    private final Proving proving;
    private final Vault vault;

    Checking(Plans plans, Proving proving, Vault vault) {
        this.plans = plans;
        this.proving = proving;
        this.vault = vault;
    }

    /// @param configurationItems what the release touches
    RecordCheck check(String set, String plan, List<String> configurationItems)
            throws IOException, InterruptedException {
        List<Item> items = plans.items(plan).orElse(List.of());
        List<String> changed = new ArrayList<>();
        Manifest manifest = vault.find(set).orElse(null);
        if (manifest == null) {
            changed.add("the set is not whole in every location");
        } else {
            for (Manifest.Entry entry : manifest.items()) {
                changed.addAll(changes(entry, items));
            }
        }
        return new RecordCheck(
                changed, plans.coverage().gaps(configurationItems, Category.words(), covering(items)));
    }

    private List<String> changes(Manifest.Entry entry, List<Item> items) throws InterruptedException {
        try {
            Item item = proving.item(items, entry);
            return item.mayChange()
                    ? List.of()
                    : Proving.compare(entry, plans.recipe(item).look(item)).stream()
                            .filter(check -> !check.passed())
                            .map(RestoreCheck::change)
                            .toList();
        } catch (IOException | RuntimeException | Unrestorable e) {
            if (e instanceof ClosedByInterruptException || Thread.currentThread().isInterrupted()) {
                throw new InterruptedException("interrupted while looking at " + entry.item());
            }
            return List.of(entry.item() + " cannot be looked at: " + Capturing.reason(e));
        }
    }

    /// The names of a plan's items, by the category of their recipes.
    Map<String, List<String>> covering(List<Item> items) {
        Map<String, List<String>> covering = new LinkedHashMap<>();
        items.forEach(item -> covering.computeIfAbsent(
                        plans.recipe(item).category(), _ -> new ArrayList<>())
                .add(item.name()));
        return covering;
    }
}
