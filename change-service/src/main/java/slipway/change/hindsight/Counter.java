package slipway.change.hindsight;

import java.util.Collections;
import java.util.Map;
import java.util.SortedMap;
import java.util.TreeMap;

/// How often each occurred.
final class Counter<K extends Comparable<K>> {

    private final SortedMap<K, Long> counts = new TreeMap<>();

    /// @param known which are told also when there was none
    @SafeVarargs
    Counter(K... known) {
        for (K each : known) {
            counts.put(each, 0L);
        }
    }

    void add(K each) {
        counts.merge(each, 1L, Long::sum);
    }

    Map<K, Long> all() {
        return Collections.unmodifiableSortedMap(counts);
    }
}
