package slipway.launcher;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Set;
import org.apache.avro.specific.SpecificRecord;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import slipway.audit.history.Company;
import slipway.audit.history.Happening;
import slipway.backup.domain.BackupDecider;
import slipway.backup.domain.BackupEvent;
import slipway.backup.domain.BackupState;
import slipway.change.domain.Asker;
import slipway.change.domain.ChangeCommand;
import slipway.change.domain.ChangeDecider;
import slipway.change.domain.ChangeEvent;
import slipway.change.domain.ChangeState;
import slipway.change.domain.Circumstances;
import slipway.change.domain.Environments;
import slipway.change.domain.History;
import slipway.change.domain.Inventory;
import slipway.change.domain.InventoryDecider;
import slipway.change.domain.InventoryEvent;
import slipway.change.domain.Membership;
import slipway.change.domain.Outcome;
import slipway.change.domain.Rfc;
import slipway.change.domain.RiskLevel;
import slipway.change.domain.Template;
import slipway.change.policy.Policy;
import slipway.change.policy.PolicyText;
import slipway.decider.Decision;
import slipway.events.Topics;
import slipway.events.change.ApprovalPolicyPublished;
import slipway.events.change.StandardTemplatePublished;
import slipway.events.change.StandardTemplateReinstated;
import slipway.events.change.StandardTemplateSuspended;
import slipway.release.analysis.Judgement;
import slipway.release.analysis.Judging;
import slipway.release.domain.ReleaseDecider;
import slipway.release.domain.ReleaseEvent;
import slipway.release.domain.ReleaseState;
import slipway.wire.AvroSerializer;
import slipway.wire.FakeRegistry;
import slipway.wire.Mapping;
import tools.jackson.databind.JsonNode;
import tools.jackson.dataformat.yaml.YAMLMapper;

/// The history that the audit is tested and measured with is what the product itself would have recorded: asked the same, its own
/// rules say the same, word for word.
class HistoryIsTrueTest {

    private static final int CHANGES = 500;

    private static FakeRegistry registry;
    private static slipway.audit.history.History history;
    private static List<Happening> year;
    private static Inventory inventory;
    private static Policy policy;

    @BeforeAll
    static void live() throws IOException {
        registry = new FakeRegistry();
        AvroSerializer serializer = new AvroSerializer();
        serializer.configure(Map.of("schema.registry.url", registry.url()), false);
        history = slipway.audit.history.History.year(3, CHANGES, serializer::serialize);
        year = history.stream().toList();
        inventory = inventory(history.company());
        policy = policy(slipway.audit.history.History.policy());
    }

    @AfterAll
    static void close() {
        registry.close();
    }

    private static Inventory inventory(Company company) {
        return new Inventory(
                company.people().stream()
                        .map(each -> new Inventory.Person(each.id(), each.id(), Company.email(each), each.groups()))
                        .toList(),
                company.items().stream()
                        .map(each -> new Inventory.Item(
                                each.id(), each.id(), each.criticality(), each.tier(), each.ownerGroup(), each.impacts(), List.of(), List.of()))
                        .toList());
    }

    private static Policy policy(String text) {
        JsonNode yaml = new YAMLMapper().readTree(text);
        List<PolicyText.Rule> rules = new ArrayList<>();
        for (JsonNode rule : yaml.get("rules")) {
            PolicyText.Effect effect = rule.has("auto")
                    ? new PolicyText.Effect.Auto()
                    : rule.has("deny")
                            ? new PolicyText.Effect.Deny(rule.get("deny").asString())
                            : new PolicyText.Effect.Require(
                                    rule.get("require").valueStream().map(JsonNode::asString).toList());
            rules.add(new PolicyText.Rule(rule.get("name").asString(), rule.get("when").asString(), effect));
        }
        List<PolicyText.StageText> stages = new ArrayList<>();
        for (JsonNode stage : yaml.get("stages")) {
            String[] share = stage.path("share").asString("0/1").split("/");
            stages.add(new PolicyText.StageText(
                    stage.get("name").asString(),
                    stage.get("voters").asString(),
                    stage.get("atLeast").asInt(),
                    stage.has("share") ? new PolicyText.Share(Integer.parseInt(share[0]), Integer.parseInt(share[1])) : null,
                    stage.has("veto") ? stage.get("veto").asString() : null,
                    Duration.parse(stage.get("waits").asString()),
                    stage.has("escalation") ? stage.get("escalation").asString() : null,
                    Duration.parse(stage.path("escalationWaits").asString("PT0S"))));
        }
        return Policy.read(new PolicyText(yaml.get("name").asString(), yaml.get("version").asString(), text, rules, stages))
                        instanceof Policy.Reading.Sound(var sound)
                ? sound
                : null;
    }

    @Test
    void it_is_judged_by_the_policy_that_the_product_brings() throws IOException {
        try (InputStream brought = ChangeDecider.class.getResourceAsStream("/policies/default.yaml")) {
            String text = new String(Objects.requireNonNull(brought).readAllBytes(), StandardCharsets.UTF_8);
            ApprovalPolicyPublished published = (ApprovalPolicyPublished) year.getFirst().fact();
            assertThat(published.getText()).isEqualTo(text);
            assertThat(published.getHash()).isEqualTo(policy.hash());
        }
    }

    @Test
    void its_people_and_items_are_an_inventory_that_the_product_takes() {
        Inventory none = new Inventory(List.of(), List.of());
        InventoryDecider decider = new InventoryDecider();
        assertThat(decider.decide(new InventoryDecider.Replace(none, inventory), decider.initial()))
                .isEqualTo(Decision.accept(Mapping.of(InventoryEvent.class, "slipway.events.change")
                        .toDomain(year.get(1).fact())));
    }

    /// What earlier changes mean for later ones, as change-service's register has it.
    private static final class Past {

        private record Failure(Instant at, Rfc rfc) {}

        private final Map<String, Rfc> requests = new HashMap<>();
        private final Map<String, Failure> failures = new HashMap<>();
        private final Map<String, Rfc> successes = new HashMap<>();

        void see(String change, ChangeEvent fact, Instant at) {
            switch (fact) {
                case ChangeEvent.RFCSubmitted submitted -> requests.put(change, submitted.rfc());
                case ChangeEvent.ChangeAmended amended -> requests.put(change, amended.rfc());
                case ChangeEvent.ChangeClosed closed -> ended(change, closed.outcome(), at);
                case ChangeEvent.ChangeOutcomeReclassified again -> ended(change, again.to(), at);
                default -> {}
            }
        }

        private void ended(String change, Outcome outcome, Instant at) {
            if (outcome == Outcome.BACKED_OUT || outcome == Outcome.FAILED_NOT_BACKED_OUT) {
                failures.putIfAbsent(change, new Failure(at, requests.get(change)));
            }
            if (outcome == Outcome.SUCCESSFUL) {
                successes.put(change, requests.get(change));
            } else {
                successes.remove(change);
            }
        }

        History of(Rfc rfc, Instant now) {
            Set<String> items = new HashSet<>();
            Set<String> templates = new HashSet<>();
            failures.values().stream().filter(each -> each.at().isAfter(now.minus(History.SPAN))).forEach(each -> {
                items.addAll(each.rfc().configurationItems());
                if (each.rfc().templateRef() != null) {
                    templates.add(each.rfc().templateRef());
                }
            });
            Set<String> proven = new HashSet<>();
            rfc.evidence().stream()
                    .filter(shown -> successes.containsKey(shown.reference())
                            && successes.get(shown.reference()).service().equals(rfc.service()))
                    .forEach(shown -> proven.add(shown.reference()));
            return new History(items, templates, proven);
        }
    }

    /// STANDARD templates, and whether they are live.
    private static final class Templates {

        private final Map<String, Template> all = new HashMap<>();

        void see(String id, SpecificRecord fact) {
            switch (fact) {
                case StandardTemplatePublished published -> all.put(id, template(published, true));
                case StandardTemplateSuspended _ -> all.put(id, live(all.get(id), false));
                case StandardTemplateReinstated _ -> all.put(id, live(all.get(id), true));
                default -> {}
            }
        }

        private static Template template(StandardTemplatePublished of, boolean live) {
            return new Template(
                    of.getName(),
                    of.getVersion(),
                    of.getTitle(),
                    of.getServices(),
                    of.getConfigurationItems(),
                    of.getEnvironments(),
                    of.getImplementationPlan(),
                    of.getRollbackPlan(),
                    of.getTestPlan(),
                    RiskLevel.valueOf(of.getMaxRisk().name()),
                    of.getMaxSeconds(),
                    of.getParameters().stream()
                            .map(bound -> new Template.ParameterBound(
                                    bound.getName(), bound.getPattern(), bound.getLeast(), bound.getMost()))
                            .toList(),
                    of.getOutageExpected(),
                    of.getRestoreDataOnRollback(),
                    live);
        }

        private static Template live(Template of, boolean live) {
            return new Template(
                    of.name(),
                    of.version(),
                    of.title(),
                    of.services(),
                    of.configurationItems(),
                    of.environments(),
                    of.implementationPlan(),
                    of.rollbackPlan(),
                    of.testPlan(),
                    of.maxRisk(),
                    of.maxSeconds(),
                    of.parameters(),
                    of.outageExpected(),
                    of.restoreDataOnRollback(),
                    live);
        }
    }

    @Test
    void requests_are_assessed_and_votes_are_counted_as_the_product_does() {
        ChangeDecider decider = new ChangeDecider();
        Mapping<ChangeEvent> mapping = Mapping.of(ChangeEvent.class, "slipway.events.change");
        Set<String> kinds = new HashSet<>();
        mapping.schemas().forEach(schema -> kinds.add(schema.getFullName()));
        Map<String, ChangeState> states = new HashMap<>();
        Map<String, ChangeEvent.ImpactAssessed> impacts = new HashMap<>();
        Map<String, Deque<ChangeEvent>> expected = new HashMap<>();
        Past past = new Past();
        Templates templates = new Templates();
        int submitted = 0;
        int voted = 0;
        for (Happening each : year) {
            templates.see(each.key(), each.fact());
            if (!kinds.contains(each.fact().getSchema().getFullName())) {
                continue;
            }
            String id = each.key();
            Instant at = each.meta().getRecordedAt();
            ChangeEvent fact = mapping.toDomain(each.fact());
            ChangeState state = states.getOrDefault(id, decider.initial());
            Deque<ChangeEvent> to = expected.computeIfAbsent(id, _ -> new ArrayDeque<>());
            if (fact instanceof ChangeEvent.RFCSubmitted request) {
                submitted++;
                Rfc rfc = request.rfc();
                Circumstances now = new Circumstances(
                        inventory,
                        past.of(rfc, at),
                        policy,
                        templates.all.get("TPL-" + rfc.templateRef()),
                        List.of(),
                        new Environments(Company.ENVIRONMENTS),
                        at);
                ChangeCommand.Submit submit = new ChangeCommand.Submit(rfc, request.writtenBy(), List.of(), now);
                to.addAll(accepted(
                        id,
                        decider.decide(
                                request.source() == null ? submit : new ChangeCommand.RegisterDrift(submit, String.valueOf(request.sourceId())),
                                state)));
            } else if (fact instanceof ChangeEvent.ApprovalVoteCast vote) {
                voted++;
                ChangeState.AwaitingApproval waiting = (ChangeState.AwaitingApproval) state;
                Membership today = Membership.of(policy, waiting.dossier(), impacts.get(id), inventory);
                to.addAll(accepted(
                        id,
                        decider.decide(
                                new ChangeCommand.CastVote(
                                        new Asker(vote.voter(), Set.of()),
                                        null,
                                        false,
                                        vote.stage(),
                                        vote.decision(),
                                        vote.reason(),
                                        waiting.dossier().digest(),
                                        today,
                                        at),
                                state)));
            }
            ChangeEvent next = to.poll();
            if (next != null) {
                assertThat(fact).as(id).isEqualTo(next);
            }
            if (fact instanceof ChangeEvent.ImpactAssessed impact) {
                impacts.put(id, impact);
            }
            states.put(id, decider.evolve(state, fact));
            past.see(id, fact, at);
        }
        assertThat(expected.values()).as("what the product says besides").allMatch(Deque::isEmpty);
        assertThat(submitted).isGreaterThan(CHANGES * 9 / 10);
        assertThat(voted).isGreaterThan(CHANGES);
    }

    private static List<ChangeEvent> accepted(String id, Decision<ChangeEvent> decision) {
        assertThat(decision).as(id).isInstanceOf(Decision.Accepted.class);
        return ((Decision.Accepted<ChangeEvent>) decision).facts();
    }

    @Test
    void canaries_are_judged_by_their_samples() {
        Mapping<ReleaseEvent> mapping = Mapping.of(ReleaseEvent.class, "slipway.events.release");
        int judged = 0;
        for (Happening each : year) {
            if (each.type().equals("CanaryAnalysisCompleted")) {
                ReleaseEvent.CanaryAnalysisCompleted told =
                        (ReleaseEvent.CanaryAnalysisCompleted) mapping.toDomain(each.fact());
                Judgement again = Judging.of(Objects.requireNonNull(told.analysis())).judge(told.samples());
                assertThat(again).isEqualTo(new Judgement(told.verdict(), told.score(), told.reason(), told.text()));
                judged++;
            }
        }
        assertThat(judged).isGreaterThan(50);
    }

    @Test
    void releases_and_backups_go_through_states_that_the_product_knows() {
        Mapping<ReleaseEvent> releases = Mapping.of(ReleaseEvent.class, "slipway.events.release");
        Mapping<BackupEvent> backups = Mapping.of(BackupEvent.class, "slipway.events.backup");
        Map<String, ReleaseState> released = new HashMap<>();
        Map<String, BackupState> kept = new HashMap<>();
        for (Happening each : year) {
            if (each.topic().equals(Topics.RELEASE) && each.key().startsWith("REL-")) {
                ReleaseDecider decider = new ReleaseDecider();
                released.put(
                        each.key(),
                        decider.evolve(released.getOrDefault(each.key(), decider.initial()), releases.toDomain(each.fact())));
            } else if (each.topic().equals(Topics.BACKUP) && each.key().startsWith("BKP-")) {
                BackupDecider decider = new BackupDecider();
                kept.put(each.key(), decider.evolve(kept.getOrDefault(each.key(), decider.initial()), backups.toDomain(each.fact())));
            }
        }
        assertThat(released.values()).filteredOn(ReleaseState.Closed.class::isInstance).hasSizeGreaterThan(CHANGES / 2);
        assertThat(kept.values()).filteredOn(BackupState.Tested.class::isInstance).hasSizeGreaterThan(CHANGES / 2);
    }
}
