package slipway.backup;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Collection;
import java.util.Comparator;
import java.util.HashMap;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import org.springframework.beans.factory.annotation.Value;
import org.springframework.stereotype.Component;
import slipway.backup.domain.Coverage;
import slipway.backup.recipe.Item;
import slipway.backup.recipe.Parameter;
import slipway.backup.recipe.Recipe;
import slipway.http.Form;
import slipway.http.Refusal;
import tools.jackson.databind.JsonNode;

/// What is backed up, and how: the file `slipway.backups`. A service with a bad file does not start.
@Component
class Plans {

    private static final Logger LOG = LoggerFactory.getLogger(Plans.class);
    private static final Pattern NAME = Pattern.compile("[a-z0-9][a-z0-9-]{0,62}");

    private final RecipeBook recipes;
    private final Map<String, Plan> plans;
    private final Coverage coverage;

    /// @throws IllegalStateException naming every fault of the file
    Plans(RecipeBook recipes, @Value("${slipway.backups:}") String file) {
        this.recipes = recipes;
        Map<String, Plan> read = new LinkedHashMap<>();
        this.coverage = file.isBlank() ? new Coverage(null) : read(Path.of(file).toAbsolutePath(), read);
        this.plans = read;
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

    Coverage coverage() {
        return coverage;
    }

    Set<String> names() {
        return plans.keySet();
    }

    /// @param read gets the plans
    private Coverage read(Path file, Map<String, Plan> read) {
        JsonNode root;
        try {
            root = Form.tree(Files.readAllBytes(file));
        } catch (IOException e) {
            throw new IllegalStateException("slipway.backups: " + file + " cannot be read: " + e.getMessage(), e);
        } catch (Refusal refusal) {
            throw new IllegalStateException(
                    "slipway.backups: " + file + ": " + String.join("; ", refusal.reasons()), refusal);
        }
        List<String> faults = new ArrayList<>();
        only(root, Set.of("plans", "coverage"), "the file", faults);
        if (!root.path("plans").isMissingNode() && !root.path("plans").isObject()) {
            faults.add("plans: has to be a map");
        }
        for (Map.Entry<String, JsonNode> plan : root.path("plans").properties()) {
            String where = "plans." + plan.getKey();
            only(plan.getValue(), Set.of("environment", "schedule", "retention", "items"), where, faults);
            if (!NAME.matcher(plan.getKey()).matches()) {
                faults.add(where + ": '" + plan.getKey() + "' has to be small letters, digits and hyphens");
            }
            List<Item> items = new ArrayList<>();
            Set<String> names = new HashSet<>();
            for (JsonNode each : plan.getValue().path("items")) {
                Item item = item(each, where + ".items[" + items.size() + "]", file, faults);
                if (!names.add(item.name())) {
                    faults.add(where + ": the item '" + item.name() + "' is there twice");
                }
                items.add(item);
            }
            if (items.isEmpty() || !plan.getValue().path("items").isArray()) {
                faults.add(where + ".items: a list is needed, of one at least");
            }
            JsonNode environment = plan.getValue().path("environment");
            if (!environment.isMissingNode() && (!environment.isString() || environment.asString().isBlank())) {
                faults.add(where + ".environment: a name is needed");
            }
            PlanForm form = new PlanForm(plan.getValue(), where, faults);
            read.put(
                    plan.getKey(),
                    new Plan(
                            plan.getKey(),
                            plan.getValue().path("environment").asString(plan.getKey()),
                            List.copyOf(items),
                            form.schedule(),
                            form.retention()));
        }
        Coverage covered = CoverageFile.read(root.path("coverage"), faults);
        if (!faults.isEmpty()) {
            throw new IllegalStateException(
                    "slipway.backups: " + file + " has faults:\n  " + String.join("\n  ", faults));
        }
        return covered;
    }

    private Item item(JsonNode node, String where, Path file, List<String> faults) {
        only(node, Set.of("name", "recipe", "parameters", "mayChange", "of", "smokeTest"), where, faults);
        String name = node.path("name").asString("");
        if (!NAME.matcher(name).matches()) {
            faults.add(where + ".name: '" + name + "' has to be small letters, digits and hyphens");
        }
        Map<String, String> parameters = new HashMap<>();
        String id = node.path("recipe").asString("");
        Optional<Recipe> recipe = recipes.find(id);
        if (recipe.isEmpty()) {
            faults.add(where + ".recipe: '" + id + "' is none of "
                    + recipes.all().stream().map(Recipe::id).toList());
        } else {
            List<Parameter> known = recipe.get().parameters();
            only(
                    node.path("parameters"),
                    known.stream().map(Parameter::name).collect(Collectors.toSet()),
                    where + ".parameters",
                    faults);
            known.stream().sorted(Comparator.comparing(Parameter::name)).forEach(each -> {
                String at = where + ".parameters." + each.name();
                JsonNode given = node.path("parameters").path(each.name());
                value(each, given, at, file, faults).ifPresent(value -> parameters.put(each.name(), value));
            });
        }
        JsonNode mayChange = node.path("mayChange");
        if (!mayChange.isMissingNode() && !mayChange.isBoolean()) {
            faults.add(where + ".mayChange: true or false is needed");
        }
        List<String> of = new ArrayList<>();
        if (!node.path("of").isMissingNode() && !node.path("of").isArray()) {
            faults.add(where + ".of: a list of configuration items is needed");
        }
        for (JsonNode each : node.path("of")) {
            if (each.isString()) {
                of.add(each.asString());
            } else {
                faults.add(where + ".of: a list of configuration items is needed");
            }
        }
        return new Item(
                name,
                id,
                Map.copyOf(parameters),
                mayChange.asBoolean(false),
                of,
                PlanForm.smokeTest(node.path("smokeTest"), where + ".smokeTest", file, faults));
    }

    private static Optional<String> value(
            Parameter parameter, JsonNode given, String at, Path file, List<String> faults) {
        String value = parameter.type() == Parameter.Type.SECRET ? reference(given, file) : given.asString("");
        if (value.isBlank() && parameter.usual() != null) {
            value = parameter.usual();
        } else if (value.isBlank()) {
            faults.add(at + ": is missing");
            return Optional.empty();
        }
        if (value.isEmpty()) {
            return Optional.of("");
        }
        Optional<String> fault = parameter.fault(value);
        fault.ifPresent(each -> faults.add(at + ": " + each));
        return fault.isPresent() || value.isEmpty() || !parameter.type().isPath()
                ? Optional.of(value)
                : Optional.of(file.resolveSibling(value).normalize().toString());
    }

    /// `{file: …}`, `{env: …}` or `{command: [...]}`; a bare text would be the secret itself.
    private static String reference(JsonNode given, Path file) {
        if (given.path("file").isString()) {
            return "file:" + file.resolveSibling(given.path("file").asString()).normalize();
        }
        if (given.path("env").isString()) {
            return "env:" + given.path("env").asString();
        }
        return given.path("command").isArray() ? "command:" + given.path("command") : "";
    }

    static void only(JsonNode node, Set<String> known, String where, List<String> faults) {
        if (!node.isObject()) {
            faults.add(where + ": has to be a map");
            return;
        }
        node.propertyNames().stream()
                .filter(name -> !known.contains(name))
                .forEach(name -> faults.add(where + "." + name + ": there is no such field"));
    }
}
