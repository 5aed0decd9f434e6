package slipway.audit.evidence;

import java.nio.charset.StandardCharsets;
import java.util.Collection;
import java.util.Comparator;
import java.util.List;
import slipway.audit.domain.Digest;

/// A draw that anybody can repeat, with any language: of all ids of the population those come first whose SHA-256 of `seed:id` is lowest.
/// No library's random numbers, and no order in which the ids came, have a part in it.
final class Sample {

    private Sample() {}

    /// @return in the order of their names
    static List<String> draw(Collection<String> population, int size, long seed) {
        return population.stream()
                .distinct()
                .sorted(Comparator.comparing(id -> lot(seed, id)))
                .limit(size)
                .sorted()
                .toList();
    }

    private static String lot(long seed, String id) {
        return Digest.hash((seed + ":" + id).getBytes(StandardCharsets.UTF_8));
    }
}
