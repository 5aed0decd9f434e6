package slipway.backup;

import java.nio.file.Files;
import java.nio.file.InvalidPathException;
import java.nio.file.Path;
import java.util.ArrayList;
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
import slipway.backup.domain.Coverage;
import slipway.backup.recipe.Item;
import slipway.backup.recipe.Parameter;
import slipway.backup.recipe.Recipe;
import slipway.http.Form;
import slipway.http.Misconfigured;
import slipway.http.Refusal;
import tools.jackson.databind.JsonNode;

/// Reads the file `slipway.backups`. Every fault of it is named, with its place.
record PlansFile(Map<String, Plan> plans, Coverage coverage) {

    static final PlansFile NONE = new PlansFile(Map.of(), new Coverage(null));

    private static final Pattern NAME = Pattern.compile("[a-z0-9][a-z0-9-]{0,62}");
    private static final Set<String> SECRETS = Set.of("file", "env", "command");
    private static final String SECRET = "{file: …}, {env: NAME} or {command: [program, …]} is needed, one of them; the secret itself does not belong here";

    /// @throws Misconfigured naming every fault of the file
    static PlansFile read(Path file, RecipeBook recipes) {
        return Misconfigured.reading("slipway.backups: " + file, () -> {
            List<String> faults = new ArrayList<>();
            PlansFile read = new Reading(file, recipes, faults).read(Form.tree(Files.readAllBytes(file)));
            if (!faults.isEmpty()) {
                throw Refusal.unacceptable(faults);
            }
            return read;
        });
    }

    /// @param file paths are relative to it
    private record Reading(Path file, RecipeBook recipes, List<String> faults) {

        PlansFile read(JsonNode root) {
            Fields all = Fields.of(root, "the file", Set.of("plans", "coverage"), faults);
            Map<String, Plan> plans = new LinkedHashMap<>();
            if (all.has("plans")) {
                Fields named = Fields.any(root.path("plans"), "plans", faults);
                named.node().properties().forEach(each -> plans.put(each.getKey(), plan(each.getKey(), each.getValue())));
            }
            return new PlansFile(plans, CoverageFile.read(root.path("coverage"), faults));
        }

        private Plan plan(String name, JsonNode node) {
            String where = "plans." + name;
            Fields plan = Fields.of(node, where, Set.of("environment", "schedule", "retention", "items"), faults);
            if (!NAME.matcher(name).matches()) {
                faults.add(where + ": '" + name + "' has to be small letters, digits and hyphens");
            }
            List<Item> items = new ArrayList<>();
            Set<String> names = new HashSet<>();
            List<JsonNode> listed = plan.list("items", "a list");
            for (JsonNode each : listed) {
                Item item = item(each, where + ".items[" + items.size() + "]");
                if (!names.add(item.name()) && !item.name().isEmpty()) {
                    faults.add(where + ": the item '" + item.name() + "' is there twice");
                }
                items.add(item);
            }
            if (faults.isEmpty()) {
                apart(where, items);
            }
            if (listed.isEmpty()) {
                plan.fault("items", "a list is needed, of one at least");
            }
            PlanForm form = new PlanForm(plan);
            return new Plan(name, plan.text("environment").orElse(name), List.copyOf(items), form.schedule(), form.retention());
        }

        /// A restore moves what is live away: with one item another one would go that lies in it.
        private void apart(String where, List<Item> items) {
            Map<Path, String> live = new LinkedHashMap<>();
            for (Item item : items) {
                recipes.find(item.recipe())
                        .flatMap(recipe -> recipe.live(item))
                        .map(Path::normalize)
                        .ifPresent(path -> {
                            live.forEach((other, name) -> {
                                if (path.startsWith(other) || other.startsWith(path)) {
                                    faults.add(where + ": the items '" + name + "' and '" + item.name() + "' lie in one another");
                                }
                            });
                            live.put(path, item.name());
                        });
            }
        }

        private Item item(JsonNode node, String where) {
            Fields item = Fields.of(node, where, Set.of("name", "recipe", "parameters", "mayChange", "of", "smokeTest"), faults);
            String name = item.needed("name").orElse("");
            if (!name.isEmpty() && !NAME.matcher(name).matches()) {
                item.fault("name", "'" + name + "' has to be small letters, digits and hyphens");
            }
            String id = item.needed("recipe").orElse("");
            Optional<Recipe> recipe = recipes.find(id);
            if (recipe.isEmpty() && !id.isEmpty()) {
                item.fault("recipe", "'" + id + "' is none of " + recipes.all().stream().map(Recipe::id).toList());
            }
            List<String> of = item.words("of", "a list of configuration items");
            of.stream().distinct().filter(each -> of.indexOf(each) != of.lastIndexOf(each)).forEach(each ->
                    item.fault("of", "'" + each + "' is there twice"));
            return new Item(
                    name,
                    id,
                    recipe.map(each -> parameters(each, item)).orElseGet(() -> {
                        // Which there are, only a recipe knows; a map it has to be.
                        item.named("parameters");
                        return Map.of();
                    }),
                    item.flag("mayChange"),
                    of,
                    item.has("smokeTest") ? PlanForm.smokeTest(node.path("smokeTest"), item.at("smokeTest"), file, faults) : null);
        }

        private Map<String, String> parameters(Recipe recipe, Fields item) {
            List<Parameter> known = recipe.parameters();
            Fields given = item.map("parameters", known.stream().map(Parameter::name).collect(Collectors.toSet()));
            Map<String, String> parameters = new HashMap<>();
            known.stream().sorted(Comparator.comparing(Parameter::name)).forEach(each ->
                    value(each, given).ifPresent(value -> parameters.put(each.name(), value)));
            recipe.faults(parameters).forEach(given::fault);
            return Map.copyOf(parameters);
        }

        private Optional<String> value(Parameter parameter, Fields given) {
            String name = parameter.name();
            if (parameter.type() == Parameter.Type.SECRET && given.has(name)) {
                return reference(given, name);
            }
            JsonNode node = given.node().path(name);
            if (given.has(name) && (node.isContainer() || node.isNull() && parameter.usual() == null)) {
                given.fault(name, "a value is needed, not " + Fields.kind(node));
                return Optional.empty();
            }
            // A port needs no quotes.
            String value = node.asString("");
            if (value.isBlank() && parameter.usual() != null) {
                value = parameter.usual();
            } else if (value.isBlank()) {
                given.fault(name, "is missing");
                return Optional.empty();
            }
            if (value.isEmpty()) {
                return Optional.of("");
            }
            Optional<String> fault = parameter.fault(value);
            fault.ifPresent(each -> given.fault(name, each));
            return fault.isPresent() || !parameter.type().isPath() ? Optional.of(value) : beside(value, given, name);
        }

        private Optional<String> beside(String path, Fields given, String name) {
            try {
                return Optional.of(file.resolveSibling(path).normalize().toString());
            } catch (InvalidPathException e) {
                given.fault(name, "'" + path + "' cannot be a path here: " + e.getReason());
                return Optional.empty();
            }
        }

        /// A bare text would be the secret itself, and is told to nobody.
        private Optional<String> reference(Fields given, String name) {
            JsonNode node = given.node().path(name);
            long ways = node.propertyNames().stream().filter(SECRETS::contains).count();
            if (!node.isObject() || ways != 1) {
                given.fault(name, SECRET);
                if (!node.isObject()) {
                    return Optional.empty();
                }
            }
            Fields secret = given.map(name, SECRETS);
            Optional<String> path = secret.text("file").flatMap(each -> beside(each, secret, "file")).map(each -> "file:" + each);
            Optional<String> env = secret.text("env").map(each -> "env:" + each);
            List<String> command = secret.words("command", "a list of a program and its arguments");
            if (secret.has("command") && command.isEmpty()) {
                secret.fault("command", "a program is needed");
            }
            return path.or(() -> env)
                    .or(() -> command.isEmpty() ? Optional.empty() : Optional.of("command:" + node.path("command")));
        }
    }
}
