package slipway.change.domain;

import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/// What a change reaches: its items, and whatever these impact, by the shortest path. Cycles in the graph do no harm: an
/// item is visited once.
final class Impact {

    private Impact() {}

    static List<ReachedItem> of(List<String> changed, Inventory inventory) {
        Map<String, List<String>> paths = new LinkedHashMap<>();
        Deque<String> next = new ArrayDeque<>();
        for (String ci : changed) {
            if (paths.putIfAbsent(ci, List.of(ci)) == null) {
                next.add(ci);
            }
        }
        while (!next.isEmpty()) {
            String ci = next.remove();
            List<String> impacted = inventory.item(ci).map(Inventory.Item::impacts).orElse(List.of());
            for (String neighbour : impacted) {
                List<String> path = new ArrayList<>(paths.get(ci));
                path.add(neighbour);
                if (paths.putIfAbsent(neighbour, List.copyOf(path)) == null) {
                    next.add(neighbour);
                }
            }
        }
        return paths.entrySet().stream()
                .map(each -> new ReachedItem(each.getKey(), each.getValue()))
                .toList();
    }
}
