package slipway.audit;

import java.time.Instant;
import org.jspecify.annotations.Nullable;

/// Which stories a replay compares.
///
/// @param change only the story of this one; null: all
/// @param from only stories whose first fact was recorded at this time or later; null: all
/// @param to only stories whose first fact was recorded before this time; null: all
record Selection(@Nullable String change, @Nullable Instant from, @Nullable Instant to) {

    static final Selection ALL = new Selection(null, null, null);

    /// For people; empty: all.
    @Override
    public String toString() {
        return change != null ? change : (from == null ? "" : "from " + from + (to == null ? "" : " ")) + (to == null ? "" : "to " + to);
    }

    boolean isAll() {
        return change == null && from == null && to == null;
    }
}
