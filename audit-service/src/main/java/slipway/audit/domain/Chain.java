package slipway.audit.domain;

import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;

/// Follows every aggregate through the log: its facts have sequences 1, 2, 3 … without gap, and each names the hash of
/// the one before. The same rule as the inbox: a repetition is passed over, what comes too early is not applied.
public final class Chain {

    private final Map<Aggregate, List<String>> hashes = new HashMap<>();

    private record Aggregate(String topic, String id) {}

    /// What a fact means for its aggregate.
    public sealed interface Link {

        /// The next fact.
        ///
        /// @param holds whether its prevHash is the hash of the fact before it
        record Next(boolean holds) implements Link {}

        /// The same bytes again: the relay sends again after a crash.
        record Repetition() implements Link {}

        /// Another fact under a sequence that was taken already.
        record Contradiction() implements Link {}

        /// @param expected the sequence that is missing
        record Gap(long expected) implements Link {}
    }

    public Link follow(Entry entry) {
        Aggregate aggregate = new Aggregate(entry.place().topic(), entry.aggregateId());
        List<String> known = hashes.computeIfAbsent(aggregate, _ -> new ArrayList<>());
        long expected = known.size() + 1L;
        if (entry.sequence() < 1) {
            return new Link.Contradiction();
        }
        if (entry.sequence() > expected) {
            return new Link.Gap(expected);
        }
        if (entry.sequence() < expected) {
            boolean same = known.get((int) entry.sequence() - 1).equals(entry.hash());
            return same ? new Link.Repetition() : new Link.Contradiction();
        }
        boolean holds = Objects.equals(entry.prevHash(), known.isEmpty() ? null : known.getLast());
        known.add(entry.hash());
        return new Link.Next(holds);
    }

    /// Aggregates with at least one fact that was applied.
    public long aggregates() {
        return hashes.values().stream().filter(known -> !known.isEmpty()).count();
    }
}
