package slipway.launcher.evidence;

import java.util.ArrayList;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Set;
import slipway.audit.domain.Entry;

/// Follows the facts of each aggregate from the first to the last: nothing was taken out, put in, or exchanged.
///
/// @param aggregates all facts by whose they are, in the order of the log
/// @param stories ids of the changes that the pack is about
record Chained(Map<Aggregate, List<Fact>> aggregates, Set<String> stories) {

    /// Whose a fact is.
    record Aggregate(String topic, String id) {}

    /// The one fact of a change before which nothing of the ledger is: what was asked for from outside.
    private static final Set<String> BEGINNINGS = Set.of("RFCSubmitted", "RFCDrafted", "RFCRefused");

    static Chained of(List<Fact> facts, Set<String> stories) {
        Map<Aggregate, List<Fact>> aggregates = new LinkedHashMap<>();
        for (Fact fact : facts) {
            aggregates
                    .computeIfAbsent(new Aggregate(fact.entry().place().topic(), fact.entry().aggregateId()), _ -> new ArrayList<>())
                    .add(fact);
        }
        return new Chained(aggregates, stories);
    }

    List<String> faults() {
        List<String> faults = new ArrayList<>();
        aggregates.values().forEach(facts -> follow(facts, faults));
        causes(faults);
        for (String story : stories) {
            if (aggregates.values().stream().flatMap(List::stream).noneMatch(fact -> fact.entry().correlationId().equals(story))) {
                faults.add("no fact of " + story + " is in the pack, which says that it is about it");
            }
        }
        return faults;
    }

    /// What has a part in a story is there from its beginning. Of what only led to one, or is asked about by a decision, single facts are.
    private void follow(List<Fact> facts, List<String> faults) {
        boolean whole = facts.stream().anyMatch(fact -> stories.contains(fact.entry().correlationId()));
        Fact before = null;
        for (Fact fact : facts) {
            Entry entry = fact.entry();
            long due = before == null ? 1 : before.entry().sequence() + 1;
            if (entry.sequence() < due) {
                faults.add(fact.name() + " comes where fact " + due + " is due: swapped, or put in");
            } else if (entry.sequence() > due && whole) {
                faults.add(fact.name() + " comes where fact " + due + " is missing: deleted");
            } else if (entry.sequence() == due && !Objects.equals(entry.prevHash(), before == null ? null : before.entry().hash())) {
                faults.add(fact.name() + " does not carry the hash of the fact before it");
            }
            if (before != null && !follows(before.entry().place(), entry.place())) {
                faults.add(fact.name() + " stands in the topic at " + entry.place() + ", and the fact before it at " + before.entry().place());
            }
            before = fact;
        }
    }

    private static boolean follows(Entry.Place before, Entry.Place after) {
        return before.partition() == after.partition() && before.offset() < after.offset();
    }

    /// A tail that was cut shows where somebody acted on what was in it.
    private void causes(List<String> faults) {
        Set<String> known = new HashSet<>();
        aggregates.values().forEach(facts -> facts.forEach(fact -> {
            if (!known.add(fact.entry().eventId())) {
                faults.add(fact.name() + " has the id of another fact");
            }
        }));
        aggregates.values().stream()
                .flatMap(List::stream)
                .filter(fact -> fact.entry().causationId() != null && !known.contains(fact.entry().causationId()))
                .filter(fact -> fact.entry().sequence() > 1 || !BEGINNINGS.contains(fact.type()))
                .forEach(fact -> faults.add("what led to " + fact.name() + " is not in the pack: fact " + fact.entry().causationId() + " was cut"));
    }
}
