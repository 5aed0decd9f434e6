package slipway.launcher.evidence;

import java.nio.charset.StandardCharsets;
import java.time.DateTimeException;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Set;
import java.util.TreeSet;
import org.jspecify.annotations.Nullable;
import slipway.audit.domain.Digest;
import slipway.events.Topics;
import slipway.launcher.evidence.Scope.Sample;
import tools.jackson.databind.JsonNode;

/// Which changes a pack is about, and whether those of a sample are the ones that the seed draws: of the whole population those whose
/// SHA-256 of `seed:id` is lowest.
final class Draw {

    private static final String SUBMITTED = "RFCSubmitted";

    private final JsonNode scope;
    private final List<String> selected;
    private final List<String> faults;

    private Draw(JsonNode scope, List<String> faults) {
        this.scope = scope;
        this.selected = texts(scope.path("selected"));
        this.faults = faults;
    }

    /// As the pack says it.
    static Scope scope(JsonNode manifest) {
        JsonNode scope = manifest.path("scope");
        boolean one = scope.path("change").isString();
        Sample sample = new Sample(
                scope.path("from").asString(""),
                scope.path("to").asString(""),
                scope.path("sample").asLong(0),
                scope.path("seed").asString(""),
                scope.path("population").size(),
                texts(scope.path("selected")));
        return new Scope(
                manifest.path("createdAt").asString(""),
                manifest.path("createdBy").asString(""),
                one ? scope.path("change").stringValue() : null,
                one ? null : sample);
    }

    /// Ids of the changes.
    static Set<String> stories(JsonNode manifest, List<Fact> facts, List<String> faults) {
        JsonNode scope = manifest.path("scope");
        if (scope.path("change").isString()) {
            return Set.of(scope.path("change").stringValue());
        }
        Draw draw = new Draw(scope, faults);
        draw.drawn();
        draw.within(facts);
        return new TreeSet<>(draw.selected);
    }

    private void drawn() {
        String seed = scope.path("seed").asString("");
        List<String> drawn = texts(scope.path("population")).stream()
                .distinct()
                .sorted(Comparator.comparing(id -> Digest.hash((seed + ":" + id).getBytes(StandardCharsets.UTF_8))))
                .limit(Math.max(0, scope.path("sample").asLong(0)))
                .sorted()
                .toList();
        if (!scope.path("population").isArray() || !scope.path("selected").isArray()) {
            faults.add(Pack.MANIFEST + " says neither which change the pack is about nor which were drawn");
        } else if (!drawn.equals(selected.stream().sorted().toList())) {
            faults.add(Pack.MANIFEST + ": seed " + seed + " draws " + drawn + " of the population, and not " + selected);
        } else if (selected.isEmpty() && !scope.path("population").isEmpty()) {
            faults.add(Pack.MANIFEST + ": no change was drawn: the pack is about nothing");
        }
    }

    /// A change is of the period in which it was first asked for, and of nobody's choice.
    private void within(List<Fact> facts) {
        Instant from = time("from");
        Instant to = time("to");
        if (from == null || to == null) {
            return;
        }
        List<String> population = texts(scope.path("population"));
        for (Fact fact : facts) {
            Instant at = fact.entry().recordedAt();
            String change = fact.entry().aggregateId();
            boolean begins = fact.entry().sequence() == 1 && fact.entry().place().topic().equals(Topics.CHANGE);
            boolean within = !at.isBefore(from) && at.isBefore(to);
            if (begins && !within && selected.contains(change)) {
                faults.add(fact.name() + " was recorded at " + at + ": that is not in the period from " + from + " to " + to);
            }
            if (begins && within && fact.type().equals(SUBMITTED) && !population.contains(change)) {
                faults.add(fact.name() + " is of the period from " + from + " to " + to + ", and " + change + " is not in the population");
            }
        }
    }

    private @Nullable Instant time(String name) {
        try {
            return Instant.parse(scope.path(name).asString(""));
        } catch (DateTimeException _) {
            faults.add(Pack.MANIFEST + " does not say of which period its changes are: '" + name + "' is no time");
            return null;
        }
    }

    static List<String> texts(JsonNode list) {
        List<String> texts = new ArrayList<>();
        list.forEach(each -> texts.add(each.asString("")));
        return texts;
    }
}
