package slipway.launcher.evidence;

import java.nio.charset.StandardCharsets;
import java.time.Instant;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeSet;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.apache.avro.specific.SpecificRecord;
import org.jspecify.annotations.Nullable;
import slipway.audit.domain.Digest;
import slipway.change.PolicyForm;
import slipway.change.domain.Template;
import slipway.change.domain.TemplateDecider;
import slipway.change.domain.TemplateEvent;
import slipway.change.policy.Electorate;
import slipway.change.policy.Policy;
import slipway.change.policy.Voter;
import slipway.events.change.ApprovalPolicyPublished;
import slipway.events.change.InventoryChanged;
import slipway.http.Refusal;
import slipway.wire.Mapping;

/// What decisions were made by, as facts of the pack have it: the policies by their hash, everybody with their groups by the version of
/// the inventory, and the templates as they were at a time.
final class Rules {

    private static final Pattern FILE = Pattern.compile("policies/([0-9a-f]{64})\\.yaml");
    private static final Mapping<TemplateEvent> TEMPLATES = Mapping.of(TemplateEvent.class, "slipway.events.change");

    private final List<String> missing;
    private final List<String> faults;
    private final Map<String, Published> published = new HashMap<>();
    private final Map<String, Electorate> people = new HashMap<>();
    private final Set<String> withoutPeople = new HashSet<>();
    private final Map<String, List<Fact>> templates = new HashMap<>();

    /// @param policy null: one that this program does not understand
    record Published(String text, @Nullable Policy policy, Instant at) {}

    /// @param missing what is not in the pack, in the words of whoever wrote it
    private Rules(List<String> missing, List<String> faults) {
        this.missing = missing;
        this.faults = faults;
    }

    /// @param faults gets what is wrong with them, and later what a decision asks for and is not there
    static Rules of(Pack pack, List<Fact> facts, List<String> faults) {
        Rules rules = new Rules(Draw.texts(pack.manifest().path("missing")), faults);
        Set<String> kinds = new TreeSet<>();
        TEMPLATES.schemas().forEach(schema -> kinds.add(schema.getFullName()));
        Map<String, Electorate> lists = new HashMap<>();
        for (Fact fact : facts) {
            switch (fact.said()) {
                case ApprovalPolicyPublished told -> rules.policy(fact, told);
                case InventoryChanged changed -> rules.people(changed, lists);
                case SpecificRecord said when kinds.contains(said.getSchema().getFullName()) ->
                    rules.templates.computeIfAbsent(fact.entry().aggregateId(), _ -> new ArrayList<>()).add(fact);
                default -> {}
            }
        }
        List<String> files = pack.in(Pack.POLICIES);
        files.forEach(name -> rules.file(name, pack.file(name).orElseThrow()));
        rules.published.keySet().stream().map(hash -> Pack.POLICIES + hash + ".yaml").filter(name -> !files.contains(name)).sorted().forEach(name ->
                faults.add(name + " is missing: a fact of the pack has it"));
        return rules;
    }

    private void people(InventoryChanged changed, Map<String, Electorate> lists) {
        String version = changed.getPeopleVersion();
        if (version == null) {
            withoutPeople.add(changed.getVersion());
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

    private void policy(Fact fact, ApprovalPolicyPublished told) {
        byte[] text = told.getText().getBytes(StandardCharsets.UTF_8);
        if (!Digest.hash(text).equals(told.getHash())) {
            faults.add(fact.name() + " has a text that is not the one of its hash");
            return;
        }
        Policy policy = null;
        try {
            policy = PolicyForm.read(text);
        } catch (Refusal e) {
            faults.add(fact.name() + " is no policy that this program understands: " + e.getMessage());
        }
        published.putIfAbsent(told.getHash(), new Published(told.getText(), policy, fact.entry().recordedAt()));
    }

    private void file(String name, byte[] text) {
        Matcher file = FILE.matcher(name);
        if (!file.matches()) {
            faults.add(name + " is no policy: its name is no hash");
        } else if (!Digest.hash(text).equals(file.group(1))) {
            faults.add(name + " was replaced: its text has the hash " + Digest.hash(text));
        } else if (!published.containsKey(file.group(1))) {
            faults.add(name + " was never published: no fact of the pack has it");
        }
    }

    /// Empty: the pack has none; that is told.
    Optional<Published> policy(String hash) {
        Published policy = published.get(hash);
        if (policy == null) {
            lacks("policy", hash);
        }
        return Optional.ofNullable(policy);
    }

    /// Null: it was not recorded, or the pack does not have it; that is told.
    @Nullable Electorate people(String inventory) {
        Electorate list = people.get(inventory);
        if (list == null && !withoutPeople.contains(inventory)) {
            lacks("people of inventory", inventory);
        }
        return list;
    }

    /// The template as it was. Empty: the pack has none; that is told.
    ///
    /// @param ref `name@version`
    Optional<Template> template(String ref, Instant at) {
        TemplateDecider decider = new TemplateDecider();
        TemplateDecider.State state = decider.initial();
        for (Fact fact : templates.getOrDefault("TPL-" + ref, List.of())) {
            if (!fact.entry().recordedAt().isAfter(at)) {
                state = decider.evolve(state, TEMPLATES.toDomain((SpecificRecord) fact.said()));
            }
        }
        return switch (state) {
            case TemplateDecider.Live(var template) -> Optional.of(template);
            case TemplateDecider.Suspended(var template) -> Optional.of(template);
            case TemplateDecider.None _ -> {
                lacks("template", ref);
                yield Optional.empty();
            }
        };
    }

    /// Whoever leaves out by what something was decided keeps others from deciding it again: only where whoever wrote the pack says that
    /// it was not to be had is that no fault.
    private void lacks(String what, String name) {
        String fault = "a decision was made by " + what + " " + name + ", which is not in the pack: left out";
        if (missing.stream().noneMatch(each -> each.contains(name)) && !faults.contains(fault)) {
            faults.add(fault);
        }
    }
}
