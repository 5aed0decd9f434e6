package slipway.backup;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Clock;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeSet;
import org.jspecify.annotations.Nullable;
import tools.jackson.core.JacksonException;
import tools.jackson.databind.DeserializationFeature;
import tools.jackson.dataformat.yaml.YAMLMapper;

/// What has to be backed up, by plan. Read from a YAML file at the start; a faulty file stops the start and names every fault.
///
/// @param plans by name
record Plans(Map<String, List<Vault.Source>> plans) {

    Optional<List<Vault.Source>> plan(String name) {
        return Optional.ofNullable(plans.get(name));
    }

    private record File(@Nullable Map<String, PlanEntry> plans) {}

    private record PlanEntry(@Nullable List<ItemEntry> items) {}

    private record ItemEntry(
            @Nullable String name, @Nullable String recipe, @Nullable Map<String, String> parameters) {}

    /// @throws IllegalArgumentException naming every fault
    static Plans read(Path file, Clock clock) throws IOException {
        File content;
        try {
            content = YAMLMapper.builder()
                    .enable(DeserializationFeature.FAIL_ON_UNKNOWN_PROPERTIES)
                    .build()
                    .readValue(Files.readString(file), File.class);
        } catch (JacksonException e) {
            throw new IllegalArgumentException(file + ": " + e.getOriginalMessage()
                    + (e.getLocation() == null ? "" : " (line " + e.getLocation().getLineNr() + ")"));
        }
        List<String> faults = new ArrayList<>();
        Map<String, List<Vault.Source>> plans = new LinkedHashMap<>();
        Path folder = Optional.ofNullable(file.toAbsolutePath().getParent()).orElseThrow();
        if (content.plans() == null || content.plans().isEmpty()) {
            faults.add("plans: none");
        } else {
            content.plans().forEach((name, plan) ->
                    plans.put(name, items("plans." + name, plan, folder, clock, faults)));
        }
        if (!faults.isEmpty()) {
            throw new IllegalArgumentException(file + ": " + String.join("; ", faults));
        }
        return new Plans(plans);
    }

    private static List<Vault.Source> items(
            String where, PlanEntry plan, Path folder, Clock clock, List<String> faults) {
        List<ItemEntry> entries = plan.items() == null ? List.of() : plan.items();
        if (entries.isEmpty()) {
            faults.add(where + ".items: none");
        }
        List<Vault.Source> items = new ArrayList<>();
        Set<String> names = new HashSet<>();
        for (int i = 0; i < entries.size(); i++) {
            ItemEntry entry = entries.get(i);
            String here = where + ".items[" + i + "]";
            String name = entry.name() == null ? "" : entry.name();
            if (!name.matches("[a-z0-9][a-z0-9-]*")) {
                faults.add(here + ".name: lower-case letters, digits and dashes are needed");
            } else if (!names.add(name)) {
                faults.add(here + ".name: " + name + " is there twice");
            }
            Parameters parameters = new Parameters(
                    here, entry.parameters() == null ? Map.of() : entry.parameters(), folder, faults);
            Recipe recipe = recipe(entry.recipe(), parameters, clock);
            if (recipe != null) {
                items.add(new Vault.Source(name, recipe));
            }
        }
        return List.copyOf(items);
    }

    private static @Nullable Recipe recipe(@Nullable String name, Parameters parameters, Clock clock) {
        return switch (name) {
            case "directory" -> {
                parameters.only("path");
                yield new DirectoryRecipe(parameters.path("path"), clock);
            }
            case "git" -> {
                parameters.only("path");
                yield new GitRecipe(parameters.path("path"), clock);
            }
            case "postgresql-base-backup" -> {
                parameters.only("url", "user", "passwordFile", "dataDirectory");
                String url = parameters.text("url");
                if (!url.matches("jdbc:postgresql://[^/]+/.+")) {
                    parameters.faults().add(parameters.where() + ".parameters.url: jdbc:postgresql://host:port/database is needed");
                }
                yield new PostgresRecipe(
                        url,
                        new Cluster.Access(parameters.text("user"), parameters.path("passwordFile")),
                        parameters.path("dataDirectory"),
                        clock);
            }
            case null, default -> {
                parameters
                        .faults()
                        .add(parameters.where() + ".recipe: " + name
                                + " is none of directory, git, postgresql-base-backup");
                yield null;
            }
        };
    }

    private record Parameters(String where, Map<String, String> values, Path folder, List<String> faults) {

        void only(String... known) {
            Set<String> unknown = new TreeSet<>(values.keySet());
            unknown.removeAll(Set.of(known));
            unknown.forEach(each -> faults.add(where + ".parameters." + each + ": is unknown"));
        }

        String text(String name) {
            String value = values.get(name);
            if (value == null || value.isBlank()) {
                faults.add(where + ".parameters." + name + ": is missing");
                return "";
            }
            return value;
        }

        Path path(String name) {
            return folder.resolve(text(name)).normalize();
        }
    }
}
