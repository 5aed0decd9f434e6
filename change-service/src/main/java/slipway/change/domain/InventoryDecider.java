package slipway.change.domain;

import java.util.List;
import java.util.Objects;
import org.jspecify.annotations.Nullable;
import slipway.change.domain.InventoryEvent.InventoryChanged;
import slipway.decider.Decider;
import slipway.decider.Decision;

/// Which inventory holds. Replacing it by an equal one is nothing.
public final class InventoryDecider implements Decider<InventoryDecider.Replace, InventoryDecider.Held, InventoryEvent> {

    /// A fact has to fit into one record of Kafka.
    private static final int MOST_NAMED = 1000;

    static final int MOST_CHARACTERS = 400_000;

    /// @param before as it is
    /// @param after as it shall be
    public record Replace(Inventory before, Inventory after) {}

    /// @param version of the whole content
    /// @param peopleVersion of the last list of people that a fact has
    public record Held(String version, String peopleVersion) {}

    /// No version yet.
    @Override
    public Held initial() {
        return new Held("", "");
    }

    @Override
    public Decision<InventoryEvent> decide(Replace replace, Held held) {
        Inventory after = replace.after();
        if (after.version().equals(held.version())) {
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
                changed.size(),
                after.peopleVersion(),
                after.peopleVersion().equals(held.peopleVersion()) ? null : members(after)));
    }

    /// Who votes depends on them, and nobody could say later who would have been asked by another policy.
    private static @Nullable List<Member> members(Inventory inventory) {
        List<Member> members = inventory.people().stream()
                .map(person -> new Member(person.id(), person.groups()))
                .toList();
        int characters = members.stream()
                .mapToInt(member -> member.id().length()
                        + member.groups().stream().mapToInt(String::length).sum())
                .sum();
        return characters > MOST_CHARACTERS ? null : members;
    }

    @Override
    public Held evolve(Held held, InventoryEvent fact) {
        return switch (fact) {
            case InventoryChanged changed ->
                new Held(
                        changed.version(),
                        changed.members() == null
                                ? held.peopleVersion()
                                : Objects.requireNonNull(changed.peopleVersion(), "a list of people has a version"));
        };
    }
}
