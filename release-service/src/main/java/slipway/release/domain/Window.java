package slipway.release.domain;

import java.time.Instant;
import java.util.Comparator;
import java.util.List;

/// Half-open: `[notBefore, notAfter)`.
public record Window(Instant notBefore, Instant notAfter) {

    /// What all have in common; it ends before it begins where they have nothing in common.
    static Window common(List<Window> windows) {
        return new Window(
                windows.stream().map(Window::notBefore).max(Comparator.naturalOrder()).orElseThrow(),
                windows.stream().map(Window::notAfter).min(Comparator.naturalOrder()).orElseThrow());
    }
}
