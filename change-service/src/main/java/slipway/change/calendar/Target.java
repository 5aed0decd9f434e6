package slipway.change.calendar;

import java.util.List;
import java.util.Map;
import java.util.Set;

/// What a change wants time for.
///
/// @param planDigest of the plan; whoever is let through a freeze is let through with this one
/// @param touched its items and all that they impact
/// @param maintenance maintenance windows of its own items; an item without is always open
public record Target(
        String changeId,
        String planDigest,
        String service,
        List<String> environments,
        Set<String> touched,
        Map<String, List<Recurrence>> maintenance) {

    public String pass() {
        return pass(changeId, planDigest);
    }

    /// What is let through a freeze: one plan of one change, so that another plan, or other people, ask again.
    public static String pass(String changeId, String planDigest) {
        return changeId + " " + planDigest;
    }
}
