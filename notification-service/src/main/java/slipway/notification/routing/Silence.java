package slipway.notification.routing;

import java.time.Instant;
import java.util.List;

/// For a while nobody is told of what matches, for a reason that somebody gave.
///
/// @param match all of these have to hold; at least one
/// @param until it ends by itself
public record Silence(String id, List<Match> match, Instant from, Instant until, String by, String reason) {

    public boolean covers(Labels labels, Instant now) {
        return !now.isBefore(from) && now.isBefore(until) && match.stream().allMatch(each -> each.holds(labels));
    }

    public String reasonToTellNobody() {
        return "silenced until " + until + " by " + by + " (" + id + "): " + reason;
    }
}
