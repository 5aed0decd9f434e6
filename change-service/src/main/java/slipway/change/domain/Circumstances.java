package slipway.change.domain;

import java.time.Instant;
import java.util.List;
import org.jspecify.annotations.Nullable;
import slipway.change.policy.Policy;

/// What holds at the moment at which a request is judged.
///
/// @param template the one that the request names; null when there is none of that name
/// @param environments all that there are
/// @param conflicts what stands in the way of its window
public record Circumstances(
        Inventory inventory,
        History history,
        Policy policy,
        @Nullable Template template,
        List<Conflict> conflicts,
        Environments environments,
        Instant at) {

    /// The same by another policy: a change goes on being judged by the one that judged it.
    public Circumstances judgedBy(Policy earlier) {
        return new Circumstances(inventory, history, earlier, template, conflicts, environments, at);
    }
}
