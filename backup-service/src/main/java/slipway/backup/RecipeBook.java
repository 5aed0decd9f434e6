package slipway.backup;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Clock;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeMap;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import org.springframework.core.io.Resource;
import org.springframework.core.io.support.PathMatchingResourcePatternResolver;
import org.springframework.stereotype.Component;
import slipway.backup.recipe.Recipe;
import slipway.backup.recipe.RecipeFiles;
import slipway.backup.vault.Vault;
import slipway.http.Misconfigured;

/// All recipes, by their ids: those that need more than programs, those that come with the service, and users' own in a folder
/// (`slipway.backup.recipes`). A service with a faulty recipe does not start.
@Component
class RecipeBook {

    private static final Logger LOG = LoggerFactory.getLogger(RecipeBook.class);

    private final Map<String, Recipe> recipes = new TreeMap<>();

    /// @throws IllegalStateException naming every fault of every file
    RecipeBook(List<Recipe> written, BackupProperties places, Clock clock) throws IOException {
        String names = System.getProperty("sun.jnu.encoding");
        if (!"UTF-8".equals(names)) {
            LOG.warn("files whose names have other characters than {} cannot be backed up: start this service with LC_ALL=C.UTF-8", names);
        }
        RecipeFiles files = new RecipeFiles(places.workDirectory(), places.programFolders(), clock);
        files.clear();
        List<String> faults = new ArrayList<>();
        written.forEach(each -> recipes.put(each.id(), each));
        for (Resource each : new PathMatchingResourcePatternResolver().getResources("classpath*:recipes/*.yaml")) {
            add(files, String.valueOf(each.getFilename()), each.getContentAsByteArray(), faults);
        }
        Path own = places.recipes();
        Set<String> here = Set.copyOf(recipes.keySet());
        if (own != null) {
            try (var yaml = Files.list(own)) {
                for (Path each : yaml.filter(file -> file.toString().endsWith(".yaml")).sorted().toList()) {
                    add(files, each.toString(), Files.readAllBytes(each), faults);
                }
                faults.addAll(unknown(here));
            } catch (IOException e) {
                throw new Misconfigured(List.of("slipway.backup.recipes: " + own + " cannot be read: " + Vault.reason(e)));
            }
        }
        if (!faults.isEmpty()) {
            throw new Misconfigured(faults);
        }
    }

    private void add(RecipeFiles files, String where, byte[] yaml, List<String> faults) {
        try {
            Recipe recipe = files.read(where, yaml);
            if (recipes.putIfAbsent(recipe.id(), recipe) != null) {
                faults.add(where + ": there is another recipe '" + recipe.id() + "'");
            }
        } catch (IllegalArgumentException e) {
            faults.add(e.getMessage());
        }
    }

    /// @param ours that are not somebody's own
    private List<String> unknown(Set<String> ours) {
        return recipes.values().stream()
                .filter(each -> !ours.contains(each.id()))
                .flatMap(each -> each.provenBy().stream()
                        .filter(by -> !recipes.containsKey(by))
                        .map(by -> each.id() + ": provenBy: there is no recipe '" + by + "'"))
                .toList();
    }

    Optional<Recipe> find(String id) {
        return Optional.ofNullable(recipes.get(id));
    }

    List<Recipe> all() {
        return List.copyOf(recipes.values());
    }
}
