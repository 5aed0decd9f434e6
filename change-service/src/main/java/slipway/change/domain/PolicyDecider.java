package slipway.change.domain;

import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import slipway.change.domain.PolicyEvent.ApprovalPolicyPublished;
import slipway.change.policy.Policy;
import slipway.change.policy.PolicyCheck;
import slipway.decider.Decider;
import slipway.decider.Decision;

/// Which approval policy holds. A version names one text for ever.
public final class PolicyDecider implements Decider<PolicyDecider.Publish, PolicyDecider.Published, PolicyEvent> {

    public static final String PUBLISHERS = "policy-owners";

    /// @param findings of its check
    /// @param byProduct whether the product brings its default, and nobody asks
    public record Publish(Asker by, boolean byProduct, Policy policy, PolicyCheck.Findings findings) {}

    /// @param hashes of every `name/version` published so far
    /// @param current the one that holds; empty: none
    public record Published(Map<String, String> hashes, String current) {}

    @Override
    public Published initial() {
        return new Published(Map.of(), "");
    }

    @Override
    public Decision<PolicyEvent> decide(Publish publish, Published published) {
        Policy policy = publish.policy();
        String version = policy.name() + "/" + policy.version();
        List<String> reasons = new ArrayList<>(publish.findings().faults());
        if (!publish.byProduct() && !publish.by().groups().contains(PUBLISHERS)) {
            reasons.add(publish.by().id() + " is not in the group " + PUBLISHERS);
        }
        String before = published.hashes().get(version);
        if (before != null && !before.equals(policy.hash())) {
            reasons.add("version: " + version + " was published with another text; name a new version");
        }
        if (!reasons.isEmpty()) {
            return Decision.refuse(reasons);
        }
        return version.equals(published.current())
                ? Decision.nothing()
                : Decision.accept(new ApprovalPolicyPublished(
                        policy.name(),
                        policy.version(),
                        policy.hash(),
                        policy.source(),
                        publish.findings().warnings(),
                        publish.by().id()));
    }

    @Override
    public Published evolve(Published state, PolicyEvent fact) {
        return switch (fact) {
            case ApprovalPolicyPublished published -> {
                Map<String, String> hashes = new HashMap<>(state.hashes());
                String version = published.name() + "/" + published.version();
                hashes.put(version, published.hash());
                yield new Published(Map.copyOf(hashes), version);
            }
        };
    }
}
