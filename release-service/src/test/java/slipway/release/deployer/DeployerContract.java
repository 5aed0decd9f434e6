package slipway.release.deployer;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.EnumSet;
import java.util.List;
import java.util.Set;
import org.junit.jupiter.api.Test;
import org.springframework.http.MediaType;
import slipway.http.Form;
import slipway.release.domain.Shape;
import slipway.release.domain.StepKind;

/// What every kind of target has to do, whatever it is. The world outside is a fake that behaves as the real one and keeps a ledger
/// of what was done to it.
interface DeployerContract {

    String OLD = "sha256:" + "0".repeat(63) + "a";
    String NEW = "sha256:" + "0".repeat(63) + "b";

    /// One step of a strategy and the move that it is.
    record Step(StepKind kind, Move move) {}

    Deployer deployer();

    /// Settings of one environment, as YAML.
    String settings();

    /// Where the paths of the settings begin.
    Path folder();

    /// The world anew: it has the shape from before.
    Shape fresh() throws Exception;

    /// Strategies, each a chain of moves that begins with the shape from before.
    List<List<Step>> ways();

    /// How often the target was changed so far, by its own ledger.
    int effects();

    /// Does a move as far as its n-th act, counted from 0, and dies there: before it, or after it and before anybody was told.
    ///
    /// @return false when the move was over before
    boolean diesAt(int act, Move move) throws Exception;

    /// From now on the target gives no answer.
    void silence() throws Exception;

    /// Settings with as many faults as can be made, as YAML.
    String faultySettings();

    /// The fields that are at fault there.
    List<String> faultyFields();

    static Form form(String yaml) {
        return Form.read(yaml.getBytes(StandardCharsets.UTF_8), Form.YAML);
    }

    /// As after a restart: nothing is remembered. Where something is waited for in vain, that is soon over.
    default Target target() {
        return target(settings());
    }

    /// The same for what has to come, however busy this machine is.
    default Target patient() {
        return target(settings().replaceFirst("timeoutSeconds: [0-9]+", "timeoutSeconds: 60"));
    }

    private Target target(String settings) {
        Form form = form(settings);
        Target target = deployer().target(form, folder());
        assertThat(form.faults()).isEmpty();
        return target;
    }

    default void walk(List<Step> steps) throws Exception {
        for (Step step : steps) {
            patient().apply(step.move());
        }
    }

    @Test
    default void a_step_leaves_the_shape_that_it_names() throws Exception {
        for (List<Step> way : ways()) {
            Shape before = fresh();
            assertThat(patient().probe())
                    .isEqualTo(before)
                    .isEqualTo(way.getFirst().move().from());
            for (Step step : way) {
                int untouched = effects();
                patient().apply(step.move());
                assertThat(patient().probe()).as("%s", step).isEqualTo(step.move().to());
                assertThat(effects()).as("it did something: %s", step).isGreaterThan(untouched);
            }
        }
    }

    @Test
    default void a_step_done_twice_is_done_once() throws Exception {
        for (List<Step> way : ways()) {
            fresh();
            for (Step step : way) {
                patient().apply(step.move());
                int once = effects();
                patient().apply(step.move());
                assertThat(effects()).as("%s", step).isEqualTo(once);
                assertThat(patient().probe()).isEqualTo(step.move().to());
            }
        }
    }

    @Test
    default void a_step_that_died_anywhere_ends_right_and_does_nothing_twice() throws Exception {
        for (List<Step> way : ways()) {
            for (int i = 0; i < way.size(); i++) {
                Move move = way.get(i).move();
                fresh();
                walk(way.subList(0, i));
                int before = effects();
                patient().apply(move);
                int needed = effects() - before;
                for (int act = 0; ; act++) {
                    fresh();
                    walk(way.subList(0, i));
                    int start = effects();
                    if (!diesAt(act, move)) {
                        break;
                    }
                    patient().apply(move);
                    assertThat(patient().probe()).as("died at %d of %s", act, move).isEqualTo(move.to());
                    assertThat(effects() - start).as("died at %d of %s", act, move).isEqualTo(needed);
                }
            }
        }
    }

    @Test
    default void every_shape_on_the_way_leads_back() throws Exception {
        for (List<Step> way : ways()) {
            Shape before = way.getFirst().move().from();
            for (int done = 0; done <= way.size(); done++) {
                fresh();
                walk(way.subList(0, done));
                Move undo = back(way, done);
                patient().undo(undo);
                assertThat(patient().probe()).as("after %d of %s", done, way).isEqualTo(before);
                int once = effects();
                patient().undo(undo);
                assertThat(effects()).as("undone twice").isEqualTo(once);
            }
        }
    }

    @Test
    default void so_does_every_step_that_died_half_way() throws Exception {
        for (List<Step> way : ways()) {
            for (int i = 0; i < way.size(); i++) {
                for (int act = 0; ; act++) {
                    fresh();
                    walk(way.subList(0, i));
                    if (!diesAt(act, way.get(i).move())) {
                        break;
                    }
                    patient().undo(back(way, i));
                    assertThat(patient().probe())
                            .as("died at %d of %s", act, way.get(i))
                            .isEqualTo(way.getFirst().move().from());
                }
            }
        }
    }

    private static Move back(List<Step> way, int done) {
        Move first = way.getFirst().move();
        Shape now = done == 0 ? first.from() : way.get(done - 1).move().to();
        return new Move("REL-CHG-7/prod/undo", first.digest(), first.reference(), now, first.from());
    }

    @Test
    default void nobody_there_is_a_fault_and_never_a_shape() throws Exception {
        fresh();
        Move move = ways().getFirst().getFirst().move();
        int before = effects();
        silence();
        assertThatThrownBy(() -> target().probe()).isInstanceOf(IOException.class).hasMessageMatching("(?s).+");
        assertThatThrownBy(() -> target().apply(move)).isInstanceOf(IOException.class);
        assertThatThrownBy(() -> target().undo(back(ways().getFirst(), 1))).isInstanceOf(IOException.class);
        assertThat(effects()).isEqualTo(before);
    }

    @Test
    default void every_fault_of_its_settings_is_named_at_once() {
        Form faulty = form(faultySettings());
        deployer().target(faulty, folder());
        assertThat(faulty.faults().stream().map(fault -> fault.substring(0, fault.indexOf(": "))))
                .containsExactlyInAnyOrderElementsOf(faultyFields());
        Form empty = Form.read("{}".getBytes(StandardCharsets.UTF_8), MediaType.APPLICATION_JSON);
        deployer().target(empty, folder());
        assertThat(empty.faults()).as("nothing at all").isNotEmpty();
    }

    @Test
    default void it_can_do_what_it_says_and_says_what_it_can_do() {
        Set<StepKind> done = EnumSet.noneOf(StepKind.class);
        ways().forEach(way -> way.forEach(step -> done.add(step.kind())));
        assertThat(deployer().skills().stream().filter(target()::can)).containsExactlyInAnyOrderElementsOf(done);
    }
}
