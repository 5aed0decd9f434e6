package slipway.backup.domain;

import java.util.ArrayList;
import java.util.List;
import java.util.Map;

/// Which kinds of things each configuration item has, as far as people said: what is not covered by a backup needs somebody who says
/// that there is nothing to cover.
///
/// @param exempted by configuration item and category; a configuration item that is not in it was never looked at
public record Coverage(Map<String, Map<String, Exemption>> exempted) {

    /// @param by who says that there is nothing to cover
    public record Exemption(String by, String reason) {}

    /// How a category of a configuration item stands.
    public sealed interface Standing {

        record Covered(List<String> items) implements Standing {}

        record Exempted(Exemption exemption) implements Standing {}

        record Open() implements Standing {}
    }

    /// @param covering names of a plan's items, by category
    public Standing standing(String configurationItem, String category, Map<String, List<String>> covering) {
        List<String> items = covering.getOrDefault(category, List.of());
        Exemption exemption = exempted.getOrDefault(configurationItem, Map.of()).get(category);
        if (!items.isEmpty()) {
            return new Standing.Covered(items);
        }
        return exemption == null ? new Standing.Open() : new Standing.Exempted(exemption);
    }

    /// What is missing, in words; where nobody ever said anything about coverage, nothing is.
    ///
    /// @param categories all that there are
    public List<String> gaps(
            List<String> configurationItems, List<String> categories, Map<String, List<String>> covering) {
        List<String> gaps = new ArrayList<>();
        if (!exempted.isEmpty()) {
            for (String each : configurationItems) {
                List<String> open = categories.stream()
                        .filter(category -> standing(each, category, covering) instanceof Standing.Open)
                        .toList();
                if (!open.isEmpty()) {
                    gaps.add(each + ": " + String.join(", ", open));
                }
            }
        }
        return gaps;
    }
}
