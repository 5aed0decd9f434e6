package slipway.change;

import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.util.HashSet;
import java.util.List;
import java.util.Objects;
import java.util.Set;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import org.springframework.beans.factory.annotation.Value;
import org.springframework.stereotype.Component;
import slipway.change.domain.Asker;
import slipway.change.domain.Inventory;
import slipway.change.domain.PolicyDecider;
import slipway.change.domain.PolicyEvent;
import slipway.change.policy.Policy;
import slipway.change.policy.PolicyCheck;
import slipway.change.policy.Voter;
import slipway.http.Refusal;
import slipway.messaging.Beginning;
import slipway.messaging.Cause;
import slipway.messaging.Decisions;
import slipway.messaging.Outcome;

/// Checks an approval policy and publishes it. The product brings one, which holds until somebody publishes another.
@Component
class Publishing implements Beginning {

    private static final Logger LOG = LoggerFactory.getLogger(Publishing.class);

    static final String AGGREGATE = "POLICY";

    private final Decisions<PolicyDecider.Publish, PolicyDecider.Published, PolicyEvent> decisions;
    private final Policies policies;
    private final InventoryStore inventory;
    private final List<String> environments;

    /// @param environments all that changes may go to: the check asks about each
    Publishing(
            Decisions<PolicyDecider.Publish, PolicyDecider.Published, PolicyEvent> decisions,
            Policies policies,
            InventoryStore inventory,
            @Value("${slipway.environments}") List<String> environments) {
        this.decisions = decisions;
        this.policies = policies;
        this.inventory = inventory;
        this.environments = environments;
    }

    @Override
    public void begin() {
        if (policies.published().isEmpty()) {
            Policy policy = PolicyForm.read(brought());
            publish(policy, new Asker("change-service", Set.of()), true, Cause.service("change-service"));
            LOG.info("approval policy {}/{} holds", policy.name(), policy.version());
        }
    }

    private static byte[] brought() {
        try (InputStream yaml = Publishing.class.getResourceAsStream("/policies/default.yaml")) {
            return Objects.requireNonNull(yaml).readAllBytes();
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    PolicyCheck.Findings check(Policy policy) {
        Inventory now = inventory.current();
        List<Voter> people = now.people().stream()
                .map(person -> new Voter(person.id(), Set.copyOf(person.groups())))
                .toList();
        Set<String> owners = new HashSet<>();
        now.configurationItems().forEach(item -> owners.add(item.ownerGroup()));
        return PolicyCheck.check(policy, people, environments, owners);
    }

    /// @throws Refusal 422 naming every fault; then the policy so far goes on holding
    PolicyCheck.Findings publish(Policy policy, Asker by, boolean byProduct, Cause cause) {
        PolicyCheck.Findings findings = check(policy);
        if (decisions.decide(AGGREGATE, new PolicyDecider.Publish(by, byProduct, policy, findings), cause)
                instanceof Outcome.Refused<PolicyDecider.Published>(var reasons)) {
            throw Refusal.unacceptable(reasons);
        }
        return findings;
    }
}
