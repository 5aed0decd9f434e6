package slipway.audit.history;

import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;
import slipway.events.Window;

/// Who has which service when. Requests are planned so that none is in the way of another, as people do who look at the calendar first.
final class Appointments {

    private record Closed(Instant from, Instant to) {}

    private final List<Closed> closed = new ArrayList<>();
    private final Map<String, TreeMap<Instant, Instant>> taken = new HashMap<>();

    /// Nothing is planned into this time.
    void close(Instant from, Instant to) {
        closed.add(new Closed(from, to));
    }

    /// @param back how long the way back takes; the calendar is kept free for it too
    Window take(String service, Instant now, Instant earliest, Duration length, Duration back) {
        TreeMap<Instant, Instant> of = taken.computeIfAbsent(service, _ -> new TreeMap<>());
        while (!of.isEmpty() && of.firstEntry().getValue().isBefore(now)) {
            of.pollFirstEntry();
        }
        Duration all = length.plus(back);
        Instant start = Instant.ofEpochSecond(earliest.getEpochSecond());
        for (Instant moved = start; moved != null; ) {
            start = moved;
            moved = movedBy(of, start, start.plus(all));
        }
        of.put(start, start.plus(all));
        return new Window(start, start.plus(length));
    }

    private @Nullable Instant movedBy(TreeMap<Instant, Instant> of, Instant start, Instant end) {
        for (Closed each : closed) {
            if (start.isBefore(each.to()) && end.isAfter(each.from())) {
                return each.to();
            }
        }
        Map.Entry<Instant, Instant> last = of.lowerEntry(end);
        return last != null && last.getValue().isAfter(start) ? last.getValue() : null;
    }

    void giveBack(String service, Window window) {
        TreeMap<Instant, Instant> of = taken.get(service);
        if (of != null) {
            of.remove(window.getNotBefore());
        }
    }
}
