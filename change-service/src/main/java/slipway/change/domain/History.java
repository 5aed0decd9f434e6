package slipway.change.domain;

import java.time.Duration;
import java.util.Set;

/// What came of earlier changes: failures of the last 90 days raise the risk of doing it again, and a success is evidence that
/// nobody has to take the requester's word for.
///
/// @param items configuration items whose change was taken back, or could not be
/// @param templates templates of such changes
/// @param successes ids of changes of the same service that were closed as SUCCESSFUL, among those that the request names
public record History(Set<String> items, Set<String> templates, Set<String> successes) {

    public static final Duration SPAN = Duration.ofDays(90);
    public static final History CLEAN = new History(Set.of(), Set.of(), Set.of());
}
