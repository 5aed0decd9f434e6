package slipway.launcher.evidence;

import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Set;
import java.util.stream.Stream;
import org.apache.avro.Schema;
import slipway.audit.domain.Entry;
import slipway.events.Topics;
import slipway.events.release.BackupRequested;

/// Follows the facts of each aggregate from the first to the last: nothing was taken out, put in, or exchanged.
///
/// @param aggregates all facts by whose they are, in the order of the log
/// @param stories ids of the changes that the pack is about
/// @param parts what has a part in these stories, and the fact that names it: all of it has to be there
record Chained(Map<Aggregate, List<Fact>> aggregates, Set<String> stories, Map<Aggregate, Fact> parts) {

    /// Whose a fact is.
    record Aggregate(String topic, String id) {}

    /// How a change begins that was asked for from outside: what led to it and to what was decided with it is in no ledger.
    private static final Set<String> BEGINNINGS = Set.of("RFCSubmitted", "RFCDrafted", "RFCRefused");

    static Chained of(List<Fact> facts, Set<String> stories) {
        Map<Aggregate, List<Fact>> aggregates = new LinkedHashMap<>();
        for (Fact fact : facts) {
            aggregates
                    .computeIfAbsent(new Aggregate(fact.entry().place().topic(), fact.entry().aggregateId()), _ -> new ArrayList<>())
                    .add(fact);
        }
        return new Chained(aggregates, stories, parts(aggregates, stories));
    }

    /// What has facts in a story, and what these name, also where it is told in the story of another change, such as a release that
    /// carried both.
    private static Map<Aggregate, Fact> parts(Map<Aggregate, List<Fact>> aggregates, Set<String> stories) {
        Map<Aggregate, Fact> parts = new LinkedHashMap<>();
        Deque<Aggregate> next = new ArrayDeque<>();
        aggregates.forEach((aggregate, facts) -> facts.stream()
                .filter(fact -> stories.contains(fact.entry().correlationId()))
                .findFirst()
                .ifPresent(fact -> {
                    parts.put(aggregate, fact);
                    next.add(aggregate);
                }));
        while (!next.isEmpty()) {
            for (Fact fact : aggregates.getOrDefault(next.remove(), List.of())) {
                named(fact)
                        .filter(each -> parts.putIfAbsent(each, fact) == null)
                        .forEach(next::add);
            }
        }
        return parts;
    }

    private static Stream<Aggregate> named(Fact fact) {
        return switch (fact.entry().place().topic()) {
            case Topics.CHANGE -> named(fact, Topics.RELEASE, "releaseId");
            case Topics.RELEASE -> Stream.concat(
                    // For a set that was only asked for there may be no fact yet.
                    fact.said() instanceof BackupRequested ? Stream.empty() : named(fact, Topics.BACKUP, "backupSetId"),
                    named(fact, Topics.RELEASE, "into"));
            default -> Stream.empty();
        };
    }

    private static Stream<Aggregate> named(Fact fact, String topic, String field) {
        Schema.Field by = fact.said().getSchema().getField(field);
        String id = by == null ? "" : Objects.toString(fact.said().get(by.pos()), "");
        return id.isEmpty() ? Stream.empty() : Stream.of(new Aggregate(topic, id));
    }

    /// Those of them that follow each other from the first of all: only of these can be said what the aggregate was at each.
    static List<Fact> unbroken(List<Fact> facts) {
        int many = 0;
        while (many < facts.size() && facts.get(many).entry().sequence() == many + 1) {
            many++;
        }
        return facts.subList(0, many);
    }

    /// @param unshown gets what can neither be shown nor denied
    List<String> faults(List<String> unshown) {
        List<String> faults = new ArrayList<>();
        aggregates.forEach((aggregate, facts) -> follow(facts, parts.containsKey(aggregate), faults));
        parts.forEach((aggregate, by) -> {
            if (!aggregates.containsKey(aggregate)) {
                faults.add(aggregate.id() + ", which " + by.name() + " names, is not in the pack: left out");
            }
        });
        causes(faults, unshown);
        for (String story : stories) {
            if (all().noneMatch(fact -> fact.entry().correlationId().equals(story))) {
                faults.add("no fact of " + story + " is in the pack, which says that it is about it");
            }
        }
        return faults;
    }

    /// What has a part in a story is there from its beginning. Of what only led to one, or is asked about by a decision, single facts are.
    private static void follow(List<Fact> facts, boolean whole, List<String> faults) {
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
    private void causes(List<String> faults, List<String> unshown) {
        Set<String> known = new HashSet<>();
        all().forEach(fact -> {
            if (!known.add(fact.entry().eventId())) {
                faults.add(fact.name() + " has the id of another fact");
            }
        });
        all().filter(fact -> fact.entry().sequence() == 1 && BEGINNINGS.contains(fact.type()))
                .map(fact -> fact.entry().causationId())
                .filter(Objects::nonNull)
                .forEach(known::add);
        List<Fact> without = all().filter(fact -> fact.entry().causationId() != null && !known.contains(fact.entry().causationId())).toList();
        // People may be told of checkpoints, too, for which the log does not sign.
        List<Fact> notices = without.stream().filter(fact -> fact.entry().place().topic().equals(Topics.NOTIFICATION)).toList();
        if (!notices.isEmpty()) {
            unshown.add("what " + notices.size() + " facts of notifications are about, the first of them " + notices.getFirst().name()
                    + ": what led to them is not in the pack");
        }
        without.stream()
                .filter(fact -> !notices.contains(fact))
                .forEach(fact -> faults.add("what led to " + fact.name() + " is not in the pack: fact " + fact.entry().causationId() + " was cut"));
    }

    private Stream<Fact> all() {
        return aggregates.values().stream().flatMap(List::stream);
    }
}
