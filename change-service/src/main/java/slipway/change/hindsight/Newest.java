package slipway.change.hindsight;

import java.time.Instant;
import java.util.Comparator;
import java.util.PriorityQueue;
import java.util.function.Function;

/// The newest of very many, and how many more there were.
final class Newest<T> {

    private final int most;
    private final Comparator<T> order;
    private final PriorityQueue<T> kept;
    private long more;

    /// @param most so many are kept
    Newest(int most, Function<T, Instant> at, Function<T, String> id) {
        this.most = most;
        this.order = Comparator.comparing(at).thenComparing(id);
        this.kept = new PriorityQueue<>(order);
    }

    void add(T each) {
        kept.add(each);
        if (kept.size() > most) {
            kept.remove();
            more++;
        }
    }

    Page<T> page() {
        return new Page<>(kept.stream().sorted(order.reversed()).toList(), more);
    }
}
