package slipway.change.domain;

import java.util.List;
import java.util.Objects;
import slipway.change.domain.InventoryEvent.InventoryChanged;
import slipway.decider.Decider;
import slipway.decider.Decision;

/// Which inventory holds. Replacing it by an equal one is nothing.
public final class InventoryDecider implements Decider<InventoryDecider.Replace, String, InventoryEvent> {

    /// A fact has to fit into one record of Kafka.
    private static final int MOST_NAMED = 1000;

    /// @param before as it is
    /// @param after as it shall be
    public record Replace(Inventory before, Inventory after) {}

    /// No version yet.
    @Override
    public String initial() {
        return "";
    }

    @Override
    public Decision<InventoryEvent> decide(Replace replace, String version) {
        Inventory after = replace.after();
        if (after.version().equals(version)) {
            return Decision.nothing();
        }
        List<String> faults = after.faults();
        if (!faults.isEmpty()) {
            return Decision.refuse(faults);
        }
        List<String> changed = after.differences(replace.before());
        return Decision.accept(new InventoryChanged(
                after.version(),
                after.people().size(),
                after.configurationItems().size(),
                changed.stream().limit(MOST_NAMED).toList(),
                changed.size()));
    }

    @Override
    public String evolve(String version, InventoryEvent fact) {
        return switch (fact) {
            case InventoryChanged changed -> Objects.requireNonNull(changed.version());
        };
    }
}
