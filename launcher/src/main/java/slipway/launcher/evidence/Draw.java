package slipway.launcher.evidence;

import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Set;
import java.util.TreeSet;
import slipway.audit.domain.Digest;
import tools.jackson.databind.JsonNode;

/// Which changes a pack is about, and whether those of a sample are the ones that the seed draws: of the whole population those whose
/// SHA-256 of `seed:id` is lowest.
final class Draw {

    private Draw() {}

    static Set<String> stories(JsonNode manifest, List<String> faults) {
        JsonNode scope = manifest.path("scope");
        if (scope.path("change").isString()) {
            return Set.of(scope.path("change").stringValue());
        }
        List<String> population = texts(scope.path("population"));
        List<String> selected = texts(scope.path("selected"));
        String seed = scope.path("seed").asString("");
        List<String> drawn = population.stream()
                .distinct()
                .sorted(Comparator.comparing(id -> Digest.hash((seed + ":" + id).getBytes(StandardCharsets.UTF_8))))
                .limit(Math.max(0, scope.path("sample").asLong(0)))
                .sorted()
                .toList();
        if (!scope.path("population").isArray() || !scope.path("selected").isArray()) {
            faults.add(Pack.MANIFEST + " says neither which change the pack is about nor which were drawn");
        } else if (!drawn.equals(selected.stream().sorted().toList())) {
            faults.add(Pack.MANIFEST + ": seed " + seed + " draws " + drawn + " of the population, and not " + selected);
        }
        return new TreeSet<>(selected);
    }

    private static List<String> texts(JsonNode list) {
        List<String> texts = new ArrayList<>();
        list.forEach(each -> texts.add(each.asString("")));
        return texts;
    }
}
