package slipway.change;

import java.util.List;
import java.util.Set;
import org.springframework.stereotype.Component;
import slipway.change.domain.ChangeCommand;
import slipway.change.domain.ChangeEvent;
import slipway.change.domain.ChangeState;
import slipway.change.domain.Dossier;
import slipway.change.domain.Inventory;
import slipway.change.domain.Membership;
import slipway.change.policy.Policy;
import slipway.messaging.Decisions;

/// Who could be asked about a change today: by the policy that judged it, whichever holds by now.
@Component
class Memberships {

    private final Decisions<ChangeCommand, ChangeState, ChangeEvent> changes;
    private final Policies policies;

    Memberships(Decisions<ChangeCommand, ChangeState, ChangeEvent> changes, Policies policies) {
        this.changes = changes;
        this.policies = policies;
    }

    /// Nobody where there is nothing to vote on.
    Membership today(String changeId, ChangeState state, Inventory inventory) {
        return state instanceof ChangeState.Known open
                        && (open instanceof ChangeState.AwaitingApproval || open.dossier().isUnratified())
                ? of(changeId, open.dossier(), inventory)
                : new Membership(Set.of(), List.of());
    }

    Membership of(String changeId, Dossier dossier, Inventory inventory) {
        List<ChangeEvent> facts = changes.facts(changeId);
        ChangeEvent.ImpactAssessed impact = facts.reversed().stream()
                .filter(ChangeEvent.ImpactAssessed.class::isInstance)
                .map(ChangeEvent.ImpactAssessed.class::cast)
                .findFirst()
                .orElseThrow(() -> new IllegalStateException(changeId + " was not assessed: nobody is asked about it"));
        return Membership.of(policy(facts), dossier, impact, inventory);
    }

    /// The policy that judged this change.
    Policy policy(String changeId) {
        return policy(changes.facts(changeId));
    }

    private Policy policy(List<ChangeEvent> facts) {
        return facts.reversed().stream()
                .filter(ChangeEvent.PolicyEvaluated.class::isInstance)
                .map(ChangeEvent.PolicyEvaluated.class::cast)
                .findFirst()
                .flatMap(evaluated -> policies.of(evaluated.policyHash()))
                .orElseGet(policies::current);
    }
}
