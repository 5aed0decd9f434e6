package slipway.change.calendar;

import java.util.Set;

/// A time in which nothing starts.
///
/// @param approverGroup whose members may let a change through
/// @param letThrough the plans that they did, as [Target#pass]
public record Freeze(
        String id,
        String name,
        String reason,
        FreezeScope scope,
        Recurrence when,
        String approverGroup,
        Set<String> letThrough) {

    boolean concerns(Target target) {
        return !letThrough.contains(target.pass()) && scope.concerns(target);
    }
}
