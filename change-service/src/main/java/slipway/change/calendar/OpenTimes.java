package slipway.change.calendar;

import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;

/// When work may be done: inside the maintenance windows of every item and outside every freeze. Deny beats allow.
///
/// @param freezes those that hold now
public record OpenTimes(List<Freeze> freezes) {

    private static final Duration FARTHEST = Duration.ofDays(730);

    /// Everything that keeps the window from being open; empty: it is.
    ///
    /// @param window including the time for the way back
    public List<Obstacle> obstacles(Target target, Window window) {
        List<Obstacle> obstacles = new ArrayList<>();
        for (Freeze freeze : freezes) {
            if (freeze.concerns(target)) {
                freeze.when().occurrences(window).stream()
                        .findFirst()
                        .ifPresent(occurrence -> obstacles.add(new Obstacle.Frozen(freeze, occurrence)));
            }
        }
        new TreeMap<>(target.maintenance()).forEach((ci, times) -> {
            if (!times.isEmpty() && !within(times, window).covers(window)) {
                obstacles.add(new Obstacle.OutsideMaintenance(ci, next(times, window.notBefore())));
            }
        });
        return obstacles;
    }

    /// All moments of the range in which the target may be worked on.
    public Intervals open(Target target, Window range) {
        Intervals open = Intervals.of(List.of(range));
        for (Map.Entry<String, List<Recurrence>> item : target.maintenance().entrySet()) {
            if (!item.getValue().isEmpty()) {
                open = open.intersect(within(item.getValue(), range));
            }
        }
        for (Freeze freeze : freezes) {
            if (freeze.concerns(target)) {
                open = open.minus(Intervals.of(freeze.when().occurrences(range)));
            }
        }
        return open;
    }

    /// Times that touch are one: a window may reach from one into the next.
    private static Intervals within(List<Recurrence> times, Window range) {
        return Intervals.of(times.stream()
                .flatMap(time -> time.occurrences(range).stream())
                .toList());
    }

    private static @Nullable Window next(List<Recurrence> times, Instant from) {
        for (Duration ahead = Duration.ofDays(40); ; ahead = ahead.multipliedBy(4)) {
            Duration asked = ahead.compareTo(FARTHEST) < 0 ? ahead : FARTHEST;
            List<Window> open = within(times, new Window(from, from.plus(asked))).windows();
            for (Window window : open) {
                if (!window.isOver(from)) {
                    return window;
                }
            }
            if (asked.equals(FARTHEST)) {
                return null;
            }
        }
    }
}
