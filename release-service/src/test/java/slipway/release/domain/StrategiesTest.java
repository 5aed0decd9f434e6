package slipway.release.domain;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.util.List;
import org.junit.jupiter.api.Test;
import slipway.release.domain.Shape.Part;

class StrategiesTest {

    private static final String OLD = "sha256:" + "0".repeat(64);
    private static final String NEW = "sha256:" + "a".repeat(64);
    private static final Shape SLOTS = Shape.of(new Part("blue", OLD, 100), new Part("green", null, 0));
    private static final Strategies.Tuning TUNING = new Strategies.Tuning(2, List.of(10, 50), 300, "", false);

    private static List<Step> steps(Strategy strategy, String... instances) {
        return Strategies.steps(strategy, "prod", false, List.of(instances), TUNING);
    }

    private static List<Shape> shapes(Strategy strategy, Shape before) {
        List<Shape> shapes = new java.util.ArrayList<>();
        Shape shape = before;
        for (Step step : steps(strategy)) {
            shape = step.after(shape, before, NEW);
            shapes.add(shape);
        }
        return shapes.stream().distinct().toList();
    }

    @Test
    void blue_green_shows_the_new_one_to_nobody_then_to_everybody_and_keeps_the_old_one_for_a_while() {
        assertThat(shapes(Strategy.BLUE_GREEN, SLOTS))
                .containsExactly(
                        Shape.of(new Part("blue", OLD, 100), new Part("green", NEW, 0)),
                        Shape.of(new Part("blue", OLD, 0), new Part("green", NEW, 100)),
                        Shape.of(new Part("blue", null, 0), new Part("green", NEW, 100)));
        assertThat(steps(Strategy.BLUE_GREEN)).extracting(Step::kind).contains(StepKind.BAKE);
    }

    @Test
    void a_canary_between_slots_gets_a_growing_share_and_is_judged_at_each() {
        assertThat(shapes(Strategy.CANARY, SLOTS))
                .contains(
                        Shape.of(new Part("blue", OLD, 90), new Part("green", NEW, 10)),
                        Shape.of(new Part("blue", OLD, 50), new Part("green", NEW, 50)))
                .last()
                .isEqualTo(Shape.of(new Part("blue", null, 0), new Part("green", NEW, 100)));
        assertThat(steps(Strategy.CANARY)).filteredOn(step -> step.kind() == StepKind.ANALYSE).hasSize(2);
    }

    @Test
    void where_nothing_ran_the_first_release_gets_all_of_the_traffic() {
        assertThat(shapes(Strategy.ALL_AT_ONCE, Shape.of(new Part("shop", null, 0))))
                .containsExactly(Shape.of(new Part("shop", NEW, 100)));
    }

    @Test
    void rolling_moves_so_many_instances_at_a_time() {
        assertThat(steps(Strategy.ROLLING, "a", "b", "c"))
                .extracting(Step::name)
                .containsExactly("a, b", "c", "prod");
    }

    @Test
    void a_target_that_moves_itself_is_told_once() {
        assertThat(steps(Strategy.ALL_AT_ONCE)).extracting(Step::kind).containsExactly(StepKind.SWITCH, StepKind.VALIDATE);
        assertThat(shapes(Strategy.ALL_AT_ONCE, Shape.of(new Part("shop", OLD, 100))))
                .containsExactly(Shape.of(new Part("shop", NEW, 100)));
    }

    @Test
    void what_is_half_done_is_between_before_and_after_and_what_is_neither_is_not() {
        Shape from = Shape.of(new Part("a", OLD, 50), new Part("b", OLD, 50));
        Shape to = Shape.of(new Part("a", NEW, 50), new Part("b", NEW, 50));
        assertThat(Shape.of(new Part("a", NEW, 50), new Part("b", OLD, 50)).isBetween(from, to)).isTrue();
        assertThat(Shape.of(new Part("a", "sha256:c", 50), new Part("b", OLD, 50)).isBetween(from, to)).isFalse();
        assertThat(Shape.of(new Part("a", NEW, 50)).isBetween(from, to)).isFalse();
    }

    @Test
    void without_an_idle_slot_or_two_sides_there_is_nothing_to_share() {
        Shape full = Shape.of(new Part("blue", OLD, 50), new Part("green", OLD, 50));
        assertThatThrownBy(() -> Step.of(StepKind.PREVIEW, "new").after(full, full, NEW)).hasMessageContaining("no slot is idle");
        assertThatThrownBy(() -> Step.weight(20).after(full, full, NEW)).hasMessageContaining("between an old and a new slot");
    }
}
