package slipway.audit.domain;

import java.util.ArrayList;
import java.util.Collection;
import java.util.Comparator;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.PriorityQueue;
import org.jspecify.annotations.Nullable;

/// The story of a change in the order in which it happened: a cause before its effects, the facts of an aggregate by
/// their sequence, and otherwise by time. Time alone would not do: services run on machines whose clocks differ.
public final class Timeline {

    private static final Comparator<Entry> BY_TIME = Comparator.comparing(Entry::recordedAt)
            .thenComparing(entry -> entry.place().topic())
            .thenComparing(Entry::aggregateId)
            .thenComparing(Entry::sequence);

    private record Step(String topic, String aggregateId, long sequence) {}

    private Timeline() {}

    /// The same entries, in order; whatever order they come in.
    public static List<Entry> order(Collection<Entry> entries) {
        Map<String, Entry> byEvent = new HashMap<>();
        Map<Step, Entry> byStep = new HashMap<>();
        for (Entry entry : entries) {
            byEvent.put(entry.eventId(), entry);
            byStep.put(step(entry, 0), entry);
        }
        Map<Entry, List<Entry>> after = new HashMap<>();
        Map<Entry, Integer> waitsFor = new HashMap<>();
        for (Entry entry : entries) {
            waitsFor.putIfAbsent(entry, 0);
            Entry before = byStep.get(step(entry, -1));
            Entry cause = entry.causationId() == null ? null : byEvent.get(entry.causationId());
            for (Entry earlier : cause == before || cause == null ? one(before) : both(before, cause)) {
                if (!earlier.equals(entry)) {
                    after.computeIfAbsent(earlier, _ -> new ArrayList<>()).add(entry);
                    waitsFor.merge(entry, 1, Integer::sum);
                }
            }
        }
        List<Entry> ordered = inOrder(after, waitsFor);
        if (ordered.size() < waitsFor.size()) {
            // Facts that name each other as cause are no story; they are still shown, by time.
            List<Entry> rest = new ArrayList<>(waitsFor.keySet());
            rest.removeAll(ordered);
            rest.sort(BY_TIME);
            ordered.addAll(rest);
        }
        return ordered;
    }

    private static List<Entry> inOrder(Map<Entry, List<Entry>> after, Map<Entry, Integer> waitsFor) {
        PriorityQueue<Entry> ready = new PriorityQueue<>(BY_TIME);
        Map<Entry, Integer> waiting = new HashMap<>(waitsFor);
        waiting.forEach((entry, count) -> {
            if (count == 0) {
                ready.add(entry);
            }
        });
        List<Entry> ordered = new ArrayList<>();
        while (!ready.isEmpty()) {
            Entry entry = ready.remove();
            ordered.add(entry);
            for (Entry next : after.getOrDefault(entry, List.of())) {
                if (waiting.merge(next, -1, Integer::sum) == 0) {
                    ready.add(next);
                }
            }
        }
        return ordered;
    }

    private static Step step(Entry entry, int distance) {
        return new Step(entry.place().topic(), entry.aggregateId(), entry.sequence() + distance);
    }

    private static List<Entry> one(@Nullable Entry entry) {
        return entry == null ? List.of() : List.of(entry);
    }

    private static List<Entry> both(@Nullable Entry before, Entry cause) {
        return before == null ? List.of(cause) : List.of(before, cause);
    }
}
