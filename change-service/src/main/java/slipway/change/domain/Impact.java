package slipway.change.domain;

import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Collection;
import java.util.Deque;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.LinkedList;
import java.util.List;
import java.util.Map;
import java.util.Set;
import slipway.change.domain.ChangeEvent.ImpactAssessed;

/// What a change reaches: its items, and whatever these impact, by the shortest path. Cycles in the graph do no harm: an
/// item is visited once.
public final class Impact {

    /// So many are named, the nearest first; all of them count. A fact has to fit into one record of Kafka.
    static final int MOST_NAMED = 1000;

    private static final int MOST_CHARACTERS = 200_000;

    private Impact() {}

    /// Walks the graph once: linear in the items and edges reached.
    ///
    /// @param changed ids of items; one that is not in the inventory reaches only itself
    public static ImpactAssessed of(Collection<String> changed, Inventory inventory) {
        // Whom each was reached from; a changed item from itself. In order of distance.
        Map<String, String> from = new LinkedHashMap<>();
        Deque<String> next = new ArrayDeque<>();
        for (String ci : changed) {
            if (from.putIfAbsent(ci, ci) == null) {
                next.add(ci);
            }
        }
        int criticality = 1;
        while (!next.isEmpty()) {
            String ci = next.remove();
            Inventory.Item item = inventory.item(ci).orElse(null);
            if (item == null) {
                continue;
            }
            criticality = Math.max(criticality, item.criticality());
            for (String neighbour : item.impacts()) {
                if (from.putIfAbsent(neighbour, ci) == null) {
                    next.add(neighbour);
                }
            }
        }
        return new ImpactAssessed(inventory.version(), named(from), from.size(), criticality);
    }

    /// Ids of everything that is touched, however many they are.
    public static Set<String> reached(Collection<String> changed, Inventory inventory) {
        Set<String> reached = new LinkedHashSet<>(changed);
        Deque<String> next = new ArrayDeque<>(reached);
        while (!next.isEmpty()) {
            inventory.item(next.remove()).stream()
                    .flatMap(item -> item.impacts().stream())
                    .filter(reached::add)
                    .forEach(next::add);
        }
        return reached;
    }

    private static List<ReachedItem> named(Map<String, String> from) {
        List<ReachedItem> named = new ArrayList<>();
        int characters = 0;
        for (String ci : from.keySet()) {
            List<String> path = path(ci, from);
            characters += ci.length() + path.stream().mapToInt(String::length).sum();
            if (named.size() == MOST_NAMED || characters > MOST_CHARACTERS) {
                break;
            }
            named.add(new ReachedItem(ci, path));
        }
        return List.copyOf(named);
    }

    private static List<String> path(String ci, Map<String, String> from) {
        LinkedList<String> path = new LinkedList<>(List.of(ci));
        String here = ci;
        while (!from.get(here).equals(here)) {
            here = from.get(here);
            path.addFirst(here);
        }
        return List.copyOf(path);
    }
}
