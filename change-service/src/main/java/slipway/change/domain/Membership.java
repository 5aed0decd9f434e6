package slipway.change.domain;

import java.util.Collection;
import java.util.List;
import java.util.Set;
import java.util.function.Predicate;
import java.util.stream.Collectors;
import slipway.change.domain.ChangeEvent.ImpactAssessed;
import slipway.change.domain.ChangeState.Asked;
import slipway.change.policy.Policy;
import slipway.change.policy.Stage;

/// Who could be asked today, by the policy that the change was judged by. Whoever was asked and has left the group since has no
/// say any more: rights end when the inventory says so, not when the question does.
///
/// @param people everybody who is there
/// @param stages all stages of the policy, filled with today's people
public record Membership(Set<String> people, List<Stage> stages) {

    /// @param impact as it was assessed
    public static Membership of(Policy policy, Dossier dossier, ImpactAssessed impact, Inventory inventory) {
        return new Membership(
                inventory.people().stream().map(Inventory.Person::id).collect(Collectors.toUnmodifiableSet()),
                policy.stages(
                        Assessment.question(dossier, impact, dossier.risk(), inventory, _ -> true),
                        Assessment.voters(inventory)));
    }

    /// Whether those who are left can still bring all stages to their quorum.
    public boolean suffices(ChangeState.AwaitingApproval waiting) {
        return Voting.tally(waiting, this).reachable();
    }

    boolean isThere(String person) {
        return people.contains(person);
    }

    boolean mayVote(String person, Asked asked) {
        return any(asked.stage().name(), stage -> stage.eligible().contains(person)
                // Once those who come next were asked, their group gives the right as well.
                || asked.escalation().isEmpty() && stage.escalation().contains(person));
    }

    boolean mayVeto(String person, Asked asked) {
        return any(asked.stage().name(), stage -> stage.vetoers().contains(person));
    }

    /// @param asked names of the stages that were required; empty: any
    boolean mayRatify(String person, Collection<String> asked) {
        return stages.stream()
                .filter(stage -> asked.isEmpty() || asked.contains(stage.name()))
                .anyMatch(stage -> stage.eligible().contains(person) || stage.escalation().contains(person));
    }

    private boolean any(String name, Predicate<Stage> condition) {
        return stages.stream().filter(stage -> stage.name().equals(name)).anyMatch(condition);
    }
}
