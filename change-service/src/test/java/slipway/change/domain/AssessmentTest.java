package slipway.change.domain;

import static org.assertj.core.api.Assertions.assertThat;
import static slipway.change.domain.Examples.INVENTORY;
import static slipway.change.domain.Examples.NOW;
import static slipway.change.domain.Examples.WINDOW;
import static slipway.change.domain.Examples.answers;
import static slipway.change.domain.Examples.item;
import static slipway.change.domain.Examples.now;
import static slipway.change.domain.Examples.rfc;
import static slipway.change.domain.Examples.with;

import java.util.List;
import java.util.Set;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import slipway.change.calendar.Window;
import slipway.change.domain.ChangeEvent.ImpactAssessed;
import slipway.change.domain.ChangeEvent.RiskAssessed;

class AssessmentTest {

    private static RiskAssessed assess(Rfc rfc, Inventory inventory, History history) {
        return Risk.assess(rfc, Impact.of(rfc.configurationItems(), inventory), inventory, history);
    }

    private static RiskAssessed assess(Rfc rfc) {
        return assess(rfc, INVENTORY, History.CLEAN);
    }

    @Test
    void impact_follows_the_graph_by_the_shortest_path_and_survives_cycles() {
        Inventory circle = new Inventory(
                List.of(), List.of(item("a", 1, 1, "b"), item("b", 1, 1, "c", "a"), item("c", 1, 1, "a", "c")));
        assertThat(Impact.of(List.of("a"), circle).reached())
                .containsExactly(
                        new ReachedItem("a", List.of("a")),
                        new ReachedItem("b", List.of("a", "b")),
                        new ReachedItem("c", List.of("a", "b", "c")));
    }

    @Test
    void of_very_many_items_reached_all_count_and_the_nearest_are_named() {
        String[] far = IntStream.range(0, 5_000).mapToObj(i -> "far" + i).toArray(String[]::new);
        Inventory wide = new Inventory(
                List.of(),
                Stream.concat(
                                Stream.of(item("a", 1, 3, "near"), item("near", 1, 3, far)),
                                Stream.of(far).map(id -> item(id, id.equals("far4999") ? 5 : 1, 3, "a")))
                        .toList());
        ImpactAssessed impact = Impact.of(List.of("a"), wide);
        assertThat(impact.total()).isEqualTo(5_002);
        assertThat(impact.criticality()).isEqualTo(5);
        assertThat(impact.reached()).hasSize(1000).startsWith(
                new ReachedItem("a", List.of("a")),
                new ReachedItem("near", List.of("a", "near")),
                new ReachedItem("far0", List.of("a", "near", "far0")));
    }

    @Test
    void impact_is_the_highest_criticality_reached() {
        Inventory inventory = new Inventory(List.of(), List.of(item("a", 1, 3, "b"), item("b", 4, 3)));
        assertThat(assess(with(answers(1), List.of("a"), WINDOW), inventory, History.CLEAN).impact())
                .isEqualTo(4);
    }

    @Test
    void more_than_ten_items_and_an_outage_raise_the_impact_up_to_five() {
        String[] ten = IntStream.range(0, 10).mapToObj(i -> "n" + i).toArray(String[]::new);
        Inventory wide = new Inventory(
                List.of(),
                Stream.concat(Stream.of(item("a", 3, 3, ten)), Stream.of(ten).map(id -> item(id, 1, 3)))
                        .toList());
        Rfc quiet = with(answers(1), List.of("a"), WINDOW);
        Rfc noticed = rfc(ChangeType.NORMAL, answers(1), List.of("a"), WINDOW, null, true, false, null);
        Rfc worst = rfc(ChangeType.NORMAL, answers(1), List.of("payments"), WINDOW, null, true, false, null);
        assertThat(assess(quiet, wide, History.CLEAN).impact()).isEqualTo(4);
        assertThat(assess(noticed, wide, History.CLEAN).impact()).isEqualTo(5);
        assertThat(assess(worst).impact()).isEqualTo(5);
    }

    @Test
    void ten_items_are_not_yet_many() {
        String[] nine = IntStream.range(0, 9).mapToObj(i -> "n" + i).toArray(String[]::new);
        Inventory narrow = new Inventory(
                List.of(),
                Stream.concat(Stream.of(item("a", 3, 3, nine)), Stream.of(nine).map(id -> item(id, 1, 3)))
                        .toList());
        assertThat(assess(with(answers(1), List.of("a"), WINDOW), narrow, History.CLEAN).impact())
                .isEqualTo(3);
    }

    @Test
    void likelihood_is_the_weighted_mean_rounded_up() {
        // 5·1 + 4·1 + 5·1 + 4·1 + 2·1 + 5·1 + 2·1 + 3·2 = 33; 33 / 30 = 1.1
        Rfc almostHarmless = with(new RiskAnswers(1, 1, 1, 1, 1, 1, 1, 2), List.of("inventory-web"), WINDOW);
        assertThat(assess(almostHarmless).likelihood()).isEqualTo(2);
        // 5·5 + 4·4 + 5·3 + 4·2 + 2·1 + 5·2 + 2·3 + 3·4 = 94; 94 / 30 = 3.13
        Rfc mixed = with(new RiskAnswers(5, 4, 3, 2, 1, 2, 3, 4), List.of("inventory-web"), WINDOW);
        assertThat(assess(mixed).likelihood()).isEqualTo(4);
        assertThat(assess(with(answers(5), List.of("inventory-web"), WINDOW)).likelihood()).isEqualTo(5);
    }

    @Test
    void every_factor_is_kept_so_that_anyone_can_calculate_it_again() {
        RiskAssessed risk = assess(rfc());
        assertThat(risk).isEqualTo(new RiskAssessed(
                "1",
                answers(2),
                List.of(
                        new RiskFactor("testEvidence", 2, 5),
                        new RiskFactor("doneBefore", 2, 4),
                        new RiskFactor("rollbackAutomated", 2, 5),
                        new RiskFactor("recoverableInWindow", 2, 4),
                        new RiskFactor("teamsInvolved", 2, 2),
                        new RiskFactor("dataTouched", 2, 5),
                        new RiskFactor("businessHours", 2, 2),
                        new RiskFactor("leadTime", 2, 3)),
                3,
                2,
                6,
                RiskLevel.MODERATE,
                List.of(),
                        null,
                        null));
    }

    @Test
    void levels_begin_at_1_5_10_and_15() {
        assertThat(Stream.of(1, 4, 5, 9, 10, 14, 15, 25).map(RiskLevel::ofScore))
                .containsExactly(
                        RiskLevel.LOW,
                        RiskLevel.LOW,
                        RiskLevel.MODERATE,
                        RiskLevel.MODERATE,
                        RiskLevel.HIGH,
                        RiskLevel.HIGH,
                        RiskLevel.EXTREME,
                        RiskLevel.EXTREME);
    }

    @Test
    void an_irreversible_change_is_at_least_high() {
        RiskAssessed risk =
                assess(rfc(ChangeType.NORMAL, answers(1), List.of("shop"), WINDOW, null, false, true, null));
        assertThat(risk.level()).isEqualTo(RiskLevel.HIGH);
        assertThat(risk.floors()).containsExactly("irreversible: at least HIGH");
    }

    @Test
    void without_a_rehearsed_rollback_a_change_of_a_tier_1_item_is_at_least_high() {
        Inventory inventory = new Inventory(List.of(), List.of(item("first", 1, 1), item("second", 1, 2)));
        RiskAnswers untried = new RiskAnswers(1, 1, 3, 1, 1, 1, 1, 1);
        assertThat(assess(with(untried, List.of("first"), WINDOW), inventory, History.CLEAN).level())
                .isEqualTo(RiskLevel.HIGH);
        assertThat(assess(with(untried, List.of("second"), WINDOW), inventory, History.CLEAN).level())
                .isEqualTo(RiskLevel.LOW);
        assertThat(assess(with(answers(1), List.of("first"), WINDOW), inventory, History.CLEAN).level())
                .isEqualTo(RiskLevel.LOW);
    }

    @Test
    void what_failed_lately_is_one_level_up_once() {
        History failed = new History(Set.of("inventory-web", "inventory-db"), Set.of(), Set.of());
        RiskAssessed risk = assess(with(answers(2), List.of("inventory-web", "inventory-db"), WINDOW), INVENTORY, failed);
        assertThat(risk.score()).isEqualTo(6);
        assertThat(risk.level()).isEqualTo(RiskLevel.HIGH);
        assertThat(risk.floors()).hasSize(2);
    }

    @Test
    void floors_never_lower_the_level() {
        RiskAssessed risk =
                assess(rfc(ChangeType.NORMAL, answers(5), List.of("payments"), WINDOW, null, false, true, null));
        assertThat(risk.level()).isEqualTo(RiskLevel.EXTREME);
    }

    @Test
    void a_person_may_raise_it_and_never_lower_it() {
        RiskAssessed calculated = assess(rfc());
        RiskAssessed raised = Risk.raise(calculated, new Raise(RiskLevel.HIGH, "rosa raised it to HIGH: busy week"));
        assertThat(raised.level()).isEqualTo(RiskLevel.HIGH);
        assertThat(raised.floors()).containsExactly("rosa raised it to HIGH: busy week");
        assertThat(raised.score()).isEqualTo(calculated.score());
        assertThat(Risk.raise(raised, new Raise(RiskLevel.MODERATE, "no")).level()).isEqualTo(RiskLevel.HIGH);
    }

    @Test
    void the_explanation_shows_every_factor_and_floor() {
        Rfc loud = rfc(ChangeType.NORMAL, answers(2), List.of("inventory-web"), WINDOW, null, true, true, null);
        List<ChangeEvent> facts = Examples.story().when(Examples.submit(loud)).facts();
        Explanation explained = Explanation.of(facts).orElseThrow();
        assertThat(explained.criticality()).isEqualTo(3);
        assertThat(explained.reached()).isEqualTo(2);
        assertThat(explained.forManyItems()).isZero();
        assertThat(explained.forOutage()).isEqualTo(1);
        assertThat(explained.impact()).isEqualTo(4);
        assertThat(explained.factors())
                .hasSize(8)
                .contains(new Explanation.Factor("testEvidence", 2, 5, 10));
        assertThat(explained.weighted()).isEqualTo(60);
        assertThat(explained.weights()).isEqualTo(30);
        assertThat(explained.likelihood()).isEqualTo(2);
        assertThat(explained.score()).isEqualTo(8);
        assertThat(explained.base()).isEqualTo(RiskLevel.MODERATE);
        assertThat(explained.floors()).containsExactly("irreversible: at least HIGH");
        assertThat(explained.level()).isEqualTo(RiskLevel.HIGH);
        assertThat(explained.policy()).isNotNull();
        assertThat(Explanation.of(List.of())).isEmpty();
    }

    @Test
    void the_plan_digest_binds_what_is_material_and_nothing_else() {
        Rfc plan = rfc();
        Rfc pinned = rfc(ChangeType.NORMAL, answers(2), List.of("inventory-web"), WINDOW, "sha256:x", false, false, null);
        Rfc moved = with(answers(2), List.of("inventory-web"), new Window(NOW, WINDOW.notAfter()));
        Rfc answeredOtherwise = with(answers(1), List.of("inventory-web"), WINDOW);
        assertThat(PlanDigest.of(plan)).matches("sha256:[0-9a-f]{64}");
        assertThat(PlanDigest.of(pinned)).isNotEqualTo(PlanDigest.of(plan));
        assertThat(PlanDigest.of(moved)).isNotEqualTo(PlanDigest.of(plan));
        assertThat(PlanDigest.of(answeredOtherwise)).isNotEqualTo(PlanDigest.of(plan));
        assertThat(PlanDigest.of(Amended.of(plan).title("Other words"))).isEqualTo(PlanDigest.of(plan));
        Window day = new Window(NOW, NOW.plusSeconds(86_400));
        Rfc enveloped = Amended.of(plan).envelope(day);
        Window later = new Window(WINDOW.notBefore().plusSeconds(60), WINDOW.notAfter().plusSeconds(60));
        assertThat(PlanDigest.of(Amended.of(enveloped).window(later))).isEqualTo(PlanDigest.of(enveloped));
        Window longer = new Window(WINDOW.notBefore(), WINDOW.notAfter().plusSeconds(60));
        assertThat(PlanDigest.of(Amended.of(enveloped).window(longer))).isEqualTo(PlanDigest.of(enveloped));
        Rfc standard = Amended.of(rfc(
                        ChangeType.STANDARD, answers(2), List.of("inventory-web"), WINDOW, null, false, false, null))
                .envelope(day);
        assertThat(PlanDigest.of(Amended.of(standard).window(longer)))
                .as("a template bounds the length")
                .isNotEqualTo(PlanDigest.of(standard));
        assertThat(PlanDigest.of(with(answers(2), List.of("a", "b"), WINDOW)))
                .isEqualTo(PlanDigest.of(with(answers(2), List.of("b", "a"), WINDOW)))
                .isNotEqualTo(PlanDigest.of(with(answers(2), List.of("a,b"), WINDOW)));
    }

    @Test
    void what_reaches_more_after_the_inventory_changed_is_approved_anew() {
        Inventory worse = INVENTORY.with(Examples.item("inventory-web", 3, 2, "payments"));
        Circumstances now = now(worse);
        for (var open : List.of(Examples.submitted(rfc()), Examples.approved(rfc()), Examples.scheduled(rfc()))) {
            var again = open.after(new ChangeCommand.Reassess(now));
            assertThat(((ChangeState.Known) again.state()).dossier().risk()).isEqualTo(RiskLevel.HIGH);
            assertThat(again.state()).isInstanceOfSatisfying(ChangeState.AwaitingApproval.class, waiting ->
                    assertThat(waiting.votes()).isEmpty());
            again.when(new ChangeCommand.Reassess(now)).thenNothing();
            open.when(new ChangeCommand.Reassess(now(INVENTORY.with(Examples.item("shop", 1, 4))))).thenNothing();
        }
        Examples.implementing(rfc()).when(new ChangeCommand.Reassess(now)).thenNothing();
    }
}
