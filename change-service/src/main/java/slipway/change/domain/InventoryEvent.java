package slipway.change.domain;

import java.util.List;

/// The facts of the inventory. Its content is in tables; the log knows which version held when.
public sealed interface InventoryEvent {

    /// @param version of the content after the change, `sha256:…`
    /// @param changed ids of items that came, went or became different; at most 1000 of them
    /// @param totalChanged how many they were
    record InventoryChanged(
            String version, int people, int configurationItems, List<String> changed, int totalChanged)
            implements InventoryEvent {}
}
