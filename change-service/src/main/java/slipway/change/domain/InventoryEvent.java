package slipway.change.domain;

import java.util.List;
import org.jspecify.annotations.Nullable;

/// The facts of the inventory. Its content is in tables; the log knows which version held when.
public sealed interface InventoryEvent {

    /// @param version of the content after the change, `sha256:…`
    /// @param changed ids of items that came, went or became different; at most 1000 of them
    /// @param totalChanged how many they were
    /// @param peopleVersion over everybody's id and groups; null: an older program kept none
    /// @param members everybody; null: those of the last list, when that is of the same `peopleVersion`, and otherwise too many to tell
    record InventoryChanged(
            String version,
            int people,
            int configurationItems,
            List<String> changed,
            int totalChanged,
            @Nullable String peopleVersion,
            @Nullable List<Member> members)
            implements InventoryEvent {}
}
