package slipway.change.calendar;

import java.util.List;
import java.util.Map;
import java.util.Set;

/// What a change wants time for.
///
/// @param touched its items and all that they impact
/// @param maintenance maintenance windows of its own items; an item without is always open
public record Target(
        String changeId,
        String service,
        List<String> environments,
        Set<String> touched,
        Map<String, List<Recurrence>> maintenance) {}
