package slipway.change.calendar;

import java.time.Instant;
import java.util.ArrayList;
import java.util.Collection;
import java.util.Comparator;
import java.util.List;

/// A set of moments, as windows in order, apart from each other: those that touch or overlap are one. Empty windows are left
/// out.
///
/// @param windows in order
public record Intervals(List<Window> windows) {

    public static final Intervals NEVER = new Intervals(List.of());

    /// The windows as a set of moments, whatever their order and overlaps.
    public static Intervals of(Collection<Window> windows) {
        List<Window> merged = new ArrayList<>();
        windows.stream()
                .filter(window -> !window.neverOpens())
                .sorted(Comparator.comparing(Window::notBefore))
                .forEach(window -> {
                    Window last = merged.isEmpty() ? null : merged.getLast();
                    if (last != null && !window.notBefore().isAfter(last.notAfter())) {
                        merged.removeLast();
                        merged.add(new Window(last.notBefore(), later(last.notAfter(), window.notAfter())));
                    } else {
                        merged.add(window);
                    }
                });
        return new Intervals(List.copyOf(merged));
    }

    public Intervals union(Intervals other) {
        List<Window> all = new ArrayList<>(windows);
        all.addAll(other.windows);
        return of(all);
    }

    public Intervals intersect(Intervals other) {
        List<Window> common = new ArrayList<>();
        int i = 0;
        int j = 0;
        while (i < windows.size() && j < other.windows.size()) {
            Window mine = windows.get(i);
            Window theirs = other.windows.get(j);
            common.add(new Window(
                    later(mine.notBefore(), theirs.notBefore()), earlier(mine.notAfter(), theirs.notAfter())));
            if (mine.notAfter().isBefore(theirs.notAfter())) {
                i++;
            } else {
                j++;
            }
        }
        return of(common);
    }

    public Intervals minus(Intervals other) {
        List<Window> holes = other.windows;
        List<Window> left = new ArrayList<>();
        int next = 0;
        for (Window window : windows) {
            Instant from = window.notBefore();
            // Both are in order: what is over before this window is over before all that follow.
            while (next < holes.size() && holes.get(next).isOver(from)) {
                next++;
            }
            for (int i = next; i < holes.size() && holes.get(i).overlaps(window); i++) {
                left.add(new Window(from, holes.get(i).notBefore()));
                from = holes.get(i).notAfter();
            }
            left.add(new Window(from, window.notAfter()));
        }
        return of(left);
    }

    /// Whether every moment of the window is in here.
    public boolean covers(Window window) {
        return window.neverOpens() || windows.stream().anyMatch(each -> each.covers(window));
    }

    public boolean overlaps(Window window) {
        return windows.stream().anyMatch(window::overlaps);
    }

    private static Instant later(Instant one, Instant other) {
        return one.isAfter(other) ? one : other;
    }

    private static Instant earlier(Instant one, Instant other) {
        return one.isBefore(other) ? one : other;
    }
}
