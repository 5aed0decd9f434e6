package slipway.change.domain;

import static org.assertj.core.api.Assertions.assertThat;
import static slipway.change.domain.Examples.INVENTORY;
import static slipway.change.domain.Examples.POLICY;
import static slipway.change.domain.Examples.WINDOW;
import static slipway.change.domain.Examples.answers;
import static slipway.change.domain.Examples.approval;
import static slipway.change.domain.Examples.now;
import static slipway.change.domain.Examples.rejection;
import static slipway.change.domain.Examples.rfc;
import static slipway.change.domain.Examples.story;
import static slipway.change.domain.Examples.submit;
import static slipway.change.domain.Examples.with;

import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import slipway.change.domain.ChangeEvent.ChangeApproved;
import slipway.change.domain.ChangeEvent.ImpactAssessed;
import slipway.change.domain.ChangeEvent.PolicyEvaluated;
import slipway.change.domain.ChangeEvent.RiskAssessed;
import slipway.change.policy.Electorate;
import slipway.change.policy.Reperformed;
import slipway.change.policy.Tally;
import slipway.decider.Decision;
import slipway.decider.Story;

class ReperformanceTest {

    private static final Electorate PEOPLE = new Electorate(Assessment.voters(INVENTORY));

    private static List<ChangeEvent> facts(ChangeCommand... commands) {
        List<ChangeEvent> facts = new ArrayList<>();
        Story<ChangeCommand, ChangeState, ChangeEvent> story = story();
        for (ChangeCommand command : commands) {
            facts.addAll(story.when(command).facts());
            story = story.after(command);
        }
        return facts;
    }

    private static <F extends ChangeEvent> F last(Class<F> kind, List<ChangeEvent> facts) {
        return facts.reversed().stream().filter(kind::isInstance).map(kind::cast).findFirst().orElseThrow();
    }

    private static Stream<Rfc> requests() {
        return Stream.of(ChangeType.NORMAL, ChangeType.LATENT, ChangeType.EMERGENCY)
                .flatMap(type -> Stream.of(1, 2, 3)
                        .map(answer -> Examples.rfc(
                                type, answers(answer), List.of("inventory-web"), WINDOW, null, answer == 2, answer == 3, "INC-1")));
    }

    @Test
    void every_answer_that_was_recorded_is_given_again_with_the_same_people_in_the_same_stages() {
        assertThat(requests()).allSatisfy(rfc -> {
            // The whole assessment, whether the request was let in or not.
            Assessment.Result result = Assessment.of(Dossier.of(rfc, "sha256:x", 1).writtenBy(List.of("sam")), now());
            List<ChangeEvent> facts =
                    switch (result) {
                        case Assessment.Judged(var judged) -> judged;
                        case Assessment.Hopeless(var found, _, _) -> found;
                    };
            PolicyEvaluated told = last(PolicyEvaluated.class, facts);
            Reperformed again = Reperformance.policy(POLICY, told, PEOPLE);
            assertThat(again).isInstanceOf(Reperformed.Answered.class);
            assertThat(Reperformance.disagreements(told, again)).isEmpty();
            RiskAssessed risk = last(RiskAssessed.class, facts);
            assertThat(Reperformance.risk(risk, last(ImpactAssessed.class, facts), rfc)).contains(risk);
        });
    }

    @Test
    void an_answer_that_was_touched_is_named() {
        PolicyEvaluated told = last(PolicyEvaluated.class, facts(submit(rfc())));
        Map<String, String> inputs = new HashMap<>(told.inputs());
        inputs.put("risk", "LOW");
        PolicyEvaluated touched = new PolicyEvaluated(
                told.policyVersion(), told.policyHash(), inputs, told.answer(), told.matchedRules(), told.requiredStages());
        assertThat(Reperformance.disagreements(touched, Reperformance.policy(POLICY, touched, PEOPLE)))
                .satisfiesExactly(
                        first -> assertThat(first).startsWith("matched rules: recorded [peer, owner], calculated [peer"),
                        second -> assertThat(second).startsWith("stages: recorded"));
        PolicyEvaluated passed = new PolicyEvaluated(
                told.policyVersion(), told.policyHash(), told.inputs(), PolicyResult.AUTO, told.matchedRules(), List.of());
        assertThat(Reperformance.disagreements(passed, Reperformance.policy(POLICY, passed, null)))
                .containsExactly(
                        "answer: recorded AUTO, calculated APPROVAL_REQUIRED", "stages: recorded [], calculated [peer, owner]");
    }

    @Test
    void a_risk_is_calculated_again_with_the_floors_that_history_and_inventory_gave_it() {
        Rfc rfc = with(answers(3), List.of("payments"), WINDOW);
        ImpactAssessed impact = Impact.of(rfc.configurationItems(), INVENTORY);
        RiskAssessed told = Risk.assess(rfc, impact, INVENTORY, new History(Set.of("payments"), Set.of(), Set.of()));
        assertThat(told.floors()).hasSize(2);
        assertThat(Reperformance.risk(told, impact, rfc)).contains(told);
        Rfc moderate = rfc();
        ImpactAssessed less = Impact.of(moderate.configurationItems(), INVENTORY);
        RiskAssessed failedBefore =
                Risk.assess(moderate, less, INVENTORY, new History(Set.of("inventory-web"), Set.of(), Set.of()));
        assertThat(failedBefore.level()).isEqualTo(RiskLevel.HIGH);
        assertThat(Reperformance.risk(failedBefore, less, moderate)).contains(failedBefore);
        RiskAssessed raised = Risk.raise(
                Risk.assess(Examples.lowRisk(), impact, INVENTORY, History.CLEAN), new Raise(RiskLevel.HIGH, "rosa raised it: one level up"));
        assertThat(Reperformance.risk(raised, impact, Examples.lowRisk())).contains(raised);
    }

    @Test
    void a_risk_that_was_touched_comes_out_otherwise() {
        List<ChangeEvent> facts = facts(submit(rfc()));
        RiskAssessed told = last(RiskAssessed.class, facts);
        RiskAssessed lower = new RiskAssessed(
                told.modelVersion(), told.answers(), told.factors(), told.impact(), told.likelihood(), told.score(),
                RiskLevel.LOW, told.floors(), null, null);
        assertThat(Reperformance.risk(lower, last(ImpactAssessed.class, facts), rfc())).contains(told);
        Rfc irreversible = Examples.rfc(
                ChangeType.NORMAL, answers(1), List.of("inventory-web"), WINDOW, null, false, true, null);
        RiskAssessed silent = Risk.assess(
                Examples.lowRisk(), last(ImpactAssessed.class, facts), INVENTORY, History.CLEAN);
        assertThat(Reperformance.risk(silent, last(ImpactAssessed.class, facts), irreversible).orElseThrow().level())
                .as("a floor that the request brings about is found although the fact does not have it")
                .isEqualTo(RiskLevel.HIGH);
        RiskAssessed unknown = new RiskAssessed(
                "2", told.answers(), told.factors(), told.impact(), told.likelihood(), told.score(), told.level(), told.floors(), null,
                null);
        assertThat(Reperformance.risk(unknown, last(ImpactAssessed.class, facts), rfc())).isEmpty();
    }

    @Test
    void the_votes_that_counted_are_counted_again() {
        List<ChangeEvent> facts = facts(submit(rfc()), approval("aki"), approval("sam"));
        assertThat(facts.getLast()).isInstanceOf(ChangeApproved.class);
        Tally then = Reperformance.votes(facts.subList(0, facts.size() - 1)).orElseThrow();
        assertThat(then.met()).isTrue();
        assertThat(then.votes()).containsOnlyKeys("aki", "sam");
        Tally oneVoteLess = Reperformance.votes(facts.subList(0, facts.size() - 2)).orElseThrow();
        assertThat(oneVoteLess.met()).isFalse();
        assertThat(Reperformance.votes(facts)).as("nobody is asked any more").isEmpty();
        List<ChangeEvent> rejected = facts(submit(rfc()), rejection("lea"));
        assertThat(rejected.getLast()).isInstanceOf(ChangeEvent.ApprovalVoteCast.class);
        assertThat(Reperformance.votes(rejected).orElseThrow().met()).isFalse();
    }

    @Test
    void stages_that_too_few_people_could_fill_are_found() {
        ApprovalStage one = new ApprovalStage("peer", List.of("aki"), 1, List.of());
        ApprovalStage other = new ApprovalStage("owner", List.of("aki"), 1, List.of());
        assertThat(Reperformance.unfillable(List.of(one))).isEmpty();
        assertThat(Reperformance.unfillable(List.of(one, other))).containsExactly("peer", "owner");
    }

    @Test
    void the_people_are_recorded_when_they_change_and_only_then() {
        InventoryDecider decider = new InventoryDecider();
        Inventory empty = new Inventory(List.of(), List.of());
        InventoryEvent.InventoryChanged first = changed(decider, decider.initial(), empty, INVENTORY);
        assertThat(first.members()).contains(new Member("aki", List.of("developers", "approvers"))).hasSize(11);
        InventoryDecider.Held held = decider.evolve(decider.initial(), first);
        Inventory items = INVENTORY.with(Examples.item("cache", 1, 4));
        InventoryEvent.InventoryChanged second = changed(decider, held, INVENTORY, items);
        assertThat(second.members()).isNull();
        assertThat(second.peopleVersion()).isEqualTo(first.peopleVersion());
        InventoryEvent.InventoryChanged third =
                changed(decider, decider.evolve(held, second), items, items.with(Examples.person("new", "cab")));
        assertThat(third.members()).hasSize(12);
        assertThat(third.peopleVersion()).isNotEqualTo(first.peopleVersion());
    }

    @Test
    void more_people_than_fit_into_a_fact_are_not_recorded_and_never_taken_for_those_before() {
        InventoryDecider decider = new InventoryDecider();
        String longest = "g".repeat(200);
        List<Inventory.Person> people = IntStream.range(0, InventoryDecider.MOST_CHARACTERS / longest.length())
                .mapToObj(i -> Examples.person("p" + i, longest))
                .toList();
        InventoryEvent.InventoryChanged told =
                changed(decider, decider.initial(), INVENTORY, new Inventory(people, INVENTORY.configurationItems()));
        assertThat(told.members()).isNull();
        assertThat(decider.evolve(new InventoryDecider.Held("v", "those before"), told).peopleVersion())
                .isEqualTo("those before");
    }

    private static InventoryEvent.InventoryChanged changed(
            InventoryDecider decider, InventoryDecider.Held held, Inventory before, Inventory after) {
        return switch (decider.decide(new InventoryDecider.Replace(before, after), held)) {
            case Decision.Accepted<InventoryEvent>(var facts) -> (InventoryEvent.InventoryChanged) facts.getFirst();
            case Decision.Refused<InventoryEvent>(var reasons) -> throw new AssertionError(reasons);
        };
    }
}
