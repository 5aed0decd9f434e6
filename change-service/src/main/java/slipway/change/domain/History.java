package slipway.change.domain;

import java.time.Duration;
import java.util.Set;

/// What failed within the last 90 days: it raises the risk of doing it again.
///
/// @param items configuration items whose change was taken back, or could not be
/// @param templates templates of such changes
public record History(Set<String> items, Set<String> templates) {

    public static final Duration SPAN = Duration.ofDays(90);
    public static final History CLEAN = new History(Set.of(), Set.of());
}
