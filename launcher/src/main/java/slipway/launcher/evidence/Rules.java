package slipway.launcher.evidence;

import java.nio.charset.StandardCharsets;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;
import slipway.audit.domain.Digest;
import slipway.change.PolicyForm;
import slipway.change.policy.Electorate;
import slipway.change.policy.Policy;
import slipway.change.policy.Voter;
import slipway.events.change.ApprovalPolicyPublished;
import slipway.events.change.InventoryChanged;
import slipway.http.Refusal;

/// What decisions were made by: the policies by their hash, and everybody with their groups by the version of the inventory.
final class Rules {

    private static final Pattern FILE = Pattern.compile("policies/([0-9a-f]{64})\\.yaml");

    private final Map<String, Policy> policies = new HashMap<>();
    private final Map<String, Electorate> people = new HashMap<>();

    static Rules of(Pack pack, List<Fact> facts, List<String> faults) {
        Rules rules = new Rules();
        Map<String, String> published = new HashMap<>();
        Map<String, Electorate> lists = new HashMap<>();
        for (Fact fact : facts) {
            switch (fact.said()) {
                case ApprovalPolicyPublished policy -> published.put(policy.getHash(), policy.getText());
                case InventoryChanged changed -> rules.people(changed, lists);
                default -> {}
            }
        }
        pack.in(Pack.POLICIES).forEach(name -> rules.policy(name, pack.file(name).orElseThrow(), published, faults));
        return rules;
    }

    private void people(InventoryChanged changed, Map<String, Electorate> lists) {
        String version = changed.getPeopleVersion();
        if (version == null) {
            return;
        }
        if (changed.getMembers() != null) {
            lists.put(
                    version,
                    new Electorate(changed.getMembers().stream()
                            .map(member -> new Voter(member.getId(), Set.copyOf(member.getGroups())))
                            .toList()));
        }
        Electorate list = lists.get(version);
        if (list != null) {
            people.put(changed.getVersion(), list);
        }
    }

    private void policy(String name, byte[] text, Map<String, String> published, List<String> faults) {
        Matcher file = FILE.matcher(name);
        if (!file.matches()) {
            faults.add(name + " is no policy: its name is no hash");
            return;
        }
        String hash = file.group(1);
        if (!Digest.hash(text).equals(hash)) {
            faults.add(name + " was replaced: its text has the hash " + Digest.hash(text));
            return;
        }
        String told = published.get(hash);
        if (told == null) {
            faults.add(name + " was never published: no fact of the pack has it");
        } else if (!told.equals(new String(text, StandardCharsets.UTF_8))) {
            faults.add(name + " is not the text that was published by that hash");
        } else {
            try {
                policies.put(hash, PolicyForm.read(text));
            } catch (Refusal e) {
                faults.add(name + " is no policy that this program understands: " + e.getMessage());
            }
        }
    }

    Optional<Policy> policy(String hash) {
        return Optional.ofNullable(policies.get(hash));
    }

    @Nullable Electorate people(String inventory) {
        return people.get(inventory);
    }
}
