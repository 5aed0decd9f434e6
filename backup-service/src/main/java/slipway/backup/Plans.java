package slipway.backup;

import java.nio.file.Path;
import java.util.Collection;
import java.util.Collections;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import org.springframework.beans.factory.annotation.Value;
import org.springframework.stereotype.Component;
import slipway.backup.domain.Coverage;
import slipway.backup.recipe.Item;
import slipway.backup.recipe.Recipe;

/// What is backed up, and how: the file `slipway.backups`. A service with a bad file does not start.
@Component
class Plans {

    private static final Logger LOG = LoggerFactory.getLogger(Plans.class);

    private final RecipeBook recipes;
    private final Map<String, Plan> plans;
    private final Coverage coverage;

    /// @throws IllegalStateException naming every fault of the file
    Plans(RecipeBook recipes, @Value("${slipway.backups:}") String file) {
        this.recipes = recipes;
        PlansFile read = file.isBlank() ? PlansFile.NONE : PlansFile.read(Path.of(file).toAbsolutePath(), recipes);
        this.coverage = read.coverage();
        this.plans = read.plans();
        if (plans.isEmpty()) {
            LOG.info("no backup plans: every backup that is asked for fails");
        }
    }

    Optional<List<Item>> items(String plan) {
        return find(plan).map(Plan::items);
    }

    Optional<Plan> find(String plan) {
        return Optional.ofNullable(plans.get(plan));
    }

    Collection<Plan> all() {
        return plans.values();
    }

    Recipe recipe(Item item) {
        return recipes.find(item.recipe()).orElseThrow();
    }

    /// Whether a restore replaces what is live of it; otherwise the tools of its system do that.
    boolean putsBack(Item item) {
        return recipe(item).live(item).isPresent() || recipe(item).overwrites(item);
    }

    /// Whether a trial compares what is in it. A snapshot that comes back says nothing of that, unless an item of the same configuration items
    /// does beside it, or the application looks.
    boolean comparesContent(Item item, List<Item> all) {
        List<String> by = recipe(item).provenBy();
        return by.isEmpty()
                || item.smokeTest() != null
                || all.stream().filter(each -> by.contains(each.recipe())).anyMatch(each -> each.of().isEmpty()
                        || item.of().isEmpty()
                        || !Collections.disjoint(each.of(), item.of()));
    }

    Coverage coverage() {
        return coverage;
    }

    Set<String> names() {
        return plans.keySet();
    }
}
