package slipway.backup.domain;

import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/// Which kinds of things each configuration item has, as far as people said: what is not covered by a backup needs somebody who says
/// that there is nothing to cover.
///
/// @param exempted by configuration item and category; a configuration item that is not in it was never looked at. Null: nobody asks
///     for coverage
public record Coverage(@Nullable Map<String, Map<String, Exemption>> exempted) {

    /// @param by who says that there is nothing to cover
    public record Exemption(String by, String reason) {}

    /// Something that is backed up.
    ///
    /// @param item its name
    /// @param of configuration items that it belongs to; empty: all that share its plan
    public record Covering(String item, String category, List<String> of) {

        boolean covers(String configurationItem, String category) {
            return this.category.equals(category) && (of.isEmpty() || of.contains(configurationItem));
        }
    }

    /// How a category of a configuration item stands.
    public sealed interface Standing {

        record Covered(List<String> items) implements Standing {}

        record Exempted(Exemption exemption) implements Standing {}

        record Open() implements Standing {}
    }

    /// Those that somebody said something about.
    public List<String> configurationItems() {
        return exempted == null ? List.of() : List.copyOf(exempted.keySet());
    }

    public Standing standing(String configurationItem, String category, List<Covering> covering) {
        List<String> items = covering.stream()
                .filter(each -> each.covers(configurationItem, category))
                .map(Covering::item)
                .toList();
        Exemption exemption =
                exempted == null ? null : exempted.getOrDefault(configurationItem, Map.of()).get(category);
        if (!items.isEmpty()) {
            return new Standing.Covered(items);
        }
        return exemption == null ? new Standing.Open() : new Standing.Exempted(exemption);
    }

    /// What is missing, in words; where nobody asks for coverage, nothing is.
    ///
    /// @param categories all that there are
    public List<String> gaps(List<String> configurationItems, List<String> categories, List<Covering> covering) {
        List<String> gaps = new ArrayList<>();
        if (exempted != null) {
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
