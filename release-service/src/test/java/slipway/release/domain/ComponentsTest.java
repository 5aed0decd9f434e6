package slipway.release.domain;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static slipway.release.domain.Examples.AT;
import static slipway.release.domain.Examples.DEV;
import static slipway.release.domain.Examples.DEV_SET;
import static slipway.release.domain.Examples.ENDS;
import static slipway.release.domain.Examples.MANIFEST;
import static slipway.release.domain.Examples.OPENS;
import static slipway.release.domain.Examples.digest;
import static slipway.release.domain.Examples.story;

import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import slipway.decider.Story;
import slipway.release.analysis.Analysis;
import slipway.release.analysis.Measured;
import slipway.release.domain.ReleaseCommand.BackupProof;
import slipway.release.domain.ReleaseEvent.ImplementationRequested;
import slipway.release.domain.ReleaseEvent.PackageBuilt;
import slipway.release.domain.ReleaseEvent.ReleaseBlocked;
import slipway.release.domain.ReleaseEvent.ReleaseDeployed;
import slipway.release.domain.ReleaseEvent.ReleaseGateEvaluated;
import slipway.release.domain.ReleaseEvent.ReleasePlanned;
import slipway.release.domain.ReleaseEvent.RollbackTriggered;
import slipway.release.domain.ReleaseEvent.RolloutStepStarted;

/// A service of two components: `api`, a single instance, and `web`, two slots.
class ComponentsTest {

    private static final String API = digest('a');
    private static final String WEB = digest('b');
    private static final String OLD_API = digest('0');
    private static final String OLD_WEB = digest('1');
    private static final String BOTH = "api=" + API + ",web=" + WEB;

    private static final Shape BEFORE = runs(OLD_API, OLD_WEB, 100, null);
    private static final Shape AFTER = runs(API, null, 0, WEB);

    private static Shape runs(String api, @Nullable String blue, int weight, @Nullable String green) {
        return Shape.of(
                new Shape.Part("api/api-1", api, 100),
                new Shape.Part("web/blue", blue, weight),
                new Shape.Part("web/green", green, 100 - weight));
    }

    private static Stage stage() {
        var tuning = new Strategies.Tuning(1, List.of(), 60, "", false);
        Map<String, List<Step>> steps = new LinkedHashMap<>();
        steps.put("api", Strategies.steps(Strategy.ALL_AT_ONCE, "dev", true, List.of("api-1"), tuning));
        steps.put("web", Strategies.steps(Strategy.BLUE_GREEN, "dev", false, List.of(), tuning));
        return new Stage(
                "dev",
                "api=directory,web=haproxy",
                Strategy.BLUE_GREEN,
                Strategies.together(steps, "dev"),
                0,
                DEV.plan(),
                DEV.rpoSeconds(),
                DEV.minLevel(),
                null,
                List.of(Analysis.threshold("web/probe", List.of(Measured.http(1, 0)))));
    }

    private static ReleasePlanned plan(@Nullable String pinnedWeb, @Nullable String previousWeb, @Nullable String pinned) {
        return new ReleasePlanned(
                List.of("CHG-7"),
                "shop",
                List.of(
                        new Component("api", "2.1.0", OLD_API, null, null),
                        new Component("web", "2.1.0", previousWeb, pinnedWeb, null)),
                List.of("dev"),
                Strategy.BLUE_GREEN,
                "sha256:plan",
                new Window(OPENS, ENDS),
                pinned,
                true,
                "dana",
                "dana",
                List.of("aki"),
                List.of(stage()),
                List.of(),
                null,
                true,
                false);
    }

    private static PackageBuilt built() {
        return PackageBuilt.of(
                List.of(
                        new BuiltComponent("api", API, 10, 1, "store/api.tar.gz"),
                        new BuiltComponent("web", WEB, 20, 2, "registry/web@" + WEB)),
                null,
                List.of());
    }

    private static Story<ReleaseCommand, ReleaseState, ReleaseEvent> securing(ReleasePlanned plan) {
        return story()
                .after(
                        new ReleaseCommand.Plan(plan),
                        new ReleaseCommand.RecordPackage(plan, built()),
                        new ReleaseCommand.RecordTest(
                                plan, BOTH, List.of(new PackageCheck("api digest", true, "same")), 1),
                        new ReleaseCommand.Begin(false, AT));
    }

    private static ReleaseCommand gates(@Nullable String stored) {
        return new ReleaseCommand.PassGates(
                new BackupProof("dev", DEV_SET, DEV.minLevel(), MANIFEST, AT.minusSeconds(5)),
                Examples.SAME,
                new Gates.Findings(AT, 11, stored, BEFORE, List.of(), null, null));
    }

    private static ReleaseCommand start(Shape before) {
        return new ReleaseCommand.Start("CHG-7", "dev", AT, ENDS, "AUT-1", 1, 11, before, true);
    }

    private static ReleasePlanned plan() {
        return plan(null, OLD_WEB, null);
    }

    private static Story<ReleaseCommand, ReleaseState, ReleaseEvent> rolling(Shape before) {
        return securing(plan()).after(gates(BOTH), start(before));
    }

    private static ReleaseCommand done(int step, String observed) {
        return Examples.done("dev", step, observed);
    }

    private static ReleaseCommand judge(int step, boolean ok) {
        return new ReleaseCommand.JudgeCanary(
                "dev", step, 1, AT, List.of(Measured.answer(ok, ok ? "200 /" : "500 /")));
    }

    @Test
    void migrations_come_first_and_what_ran_before_is_let_go_when_all_components_have_their_traffic() {
        assertThat(stage().steps())
                .extracting(step -> step.kind() + " " + step.title())
                .containsExactly(
                        "MIGRATE api: dev",
                        "SWITCH api: api-1",
                        "PREVIEW web: new",
                        "ANALYSE web: new",
                        "CUTOVER web: dev",
                        "ANALYSE web: new",
                        "BAKE web: 60 s",
                        "RETIRE web: old",
                        "VALIDATE dev");
    }

    @Test
    void each_step_moves_its_component_and_leaves_the_others_as_they_are() {
        Shape shape = BEFORE;
        List<Shape> shapes = new ArrayList<>();
        for (Step step : stage().steps()) {
            shape = step.after(shape, BEFORE, BOTH);
            shapes.add(shape);
        }
        assertThat(shapes.get(0)).isEqualTo(BEFORE);
        assertThat(shapes.get(1)).isEqualTo(runs(API, OLD_WEB, 100, null));
        assertThat(shapes.get(2)).isEqualTo(runs(API, OLD_WEB, 100, WEB));
        assertThat(shapes.get(4)).isEqualTo(runs(API, OLD_WEB, 0, WEB));
        assertThat(shape).isEqualTo(AFTER);
        assertThat(shape.serves(BOTH)).isTrue();
        assertThat(Step.of(StepKind.REHEARSE, "dev").of("web").after(AFTER, BEFORE, BOTH))
                .as("a rehearsal is of its component, too")
                .isEqualTo(runs(API, OLD_WEB, 100, null));
    }

    @Test
    void what_an_environment_runs_is_told_component_by_component() {
        assertThat(BEFORE.digest()).isEqualTo("api=" + OLD_API + ",web=" + OLD_WEB);
        assertThat(runs(API, OLD_WEB, 100, WEB).digest()).isEqualTo("api=" + API + ",web=" + OLD_WEB);
        assertThat(Shape.of(new Shape.Part("api/api-1", null, 100)).digest()).isNull();
        assertThat(runs(API, null, 100, null).digest()).isEqualTo("api=" + API + ",web=nothing");
        assertThat(BEFORE.isOne()).isTrue();
        Shape mixed = runs(API, OLD_WEB, 50, WEB);
        assertThat(mixed.isOne()).isFalse();
        assertThatThrownBy(mixed::digest).isInstanceOf(IllegalStateException.class);
    }

    @Test
    void a_release_is_served_where_all_of_its_components_are() {
        assertThat(runs(API, OLD_WEB, 100, WEB).serves(BOTH)).isFalse();
        assertThat(runs(OLD_API, null, 0, WEB).serves(BOTH)).isFalse();
        assertThat(Shape.of(new Shape.Part("api/api-1", API, 100)).serves(BOTH))
                .as("web is not there at all")
                .isFalse();
        assertThat(Shape.of(new Shape.Part("one", API, 100)).serves(BOTH)).isFalse();
    }

    @Test
    void leave_is_asked_for_the_digest_of_each() {
        ImplementationRequested asked = securing(plan()).when(gates(BOTH)).fact(ImplementationRequested.class);
        assertThat(asked.digest()).isEqualTo(BOTH);
        assertThat(asked.artifacts()).containsExactly(API, WEB);
    }

    @Test
    void a_component_that_is_gone_from_the_store_closes_the_gate() {
        assertThat(securing(plan()).when(gates("api=" + API)).facts())
                .contains(new ReleaseGateEvaluated(
                        "dev",
                        Gate.DIGESTS,
                        GateVerdict.CLOSED,
                        "the package is api=" + API + ", tested was " + BOTH));
    }

    @Test
    void a_plan_that_names_what_a_component_replaces_is_about_nothing_else() {
        assertThat(securing(plan(null, digest('9'), null)).when(gates(BOTH)).fact(ReleaseBlocked.class).reasons())
                .containsExactly("gate DIGESTS is closed: the plan replaces " + digest('9') + ", and there runs " + OLD_WEB);
    }

    @Test
    void what_was_approved_is_one_of_the_components_and_what_is_planned_is_each() {
        ReleasePlanned approved = plan(WEB, OLD_WEB, API);
        story().after(new ReleaseCommand.Plan(approved))
                .when(new ReleaseCommand.RecordPackage(approved, built()))
                .then(built());
        ReleasePlanned other = plan(API, OLD_WEB, digest('9'));
        assertThat(story().after(new ReleaseCommand.Plan(other))
                        .when(new ReleaseCommand.RecordPackage(other, built()))
                        .fact(ReleaseBlocked.class)
                        .reasons())
                .containsExactly(
                        "approved is " + API + ", built is " + WEB, "approved is " + digest('9') + ", built is " + BOTH);
    }

    @Test
    void it_goes_from_step_to_step_until_all_of_it_is_there() {
        var facts = rolling(BEFORE)
                .after(
                        done(1, "applied V1.sql"),
                        done(2, API),
                        done(3, WEB),
                        judge(4, true),
                        done(5, WEB),
                        judge(6, true),
                        done(7, "0 of 1 looks were bad in 60 s"),
                        done(8, WEB))
                .when(done(9, BOTH));
        ReleaseDeployed deployed = facts.fact(ReleaseDeployed.class);
        assertThat(deployed.digest()).isEqualTo(BOTH);
        assertThat(deployed.observedDigest()).isEqualTo(BOTH);
        assertThat(deployed.instances()).as("of api one, and green").isEqualTo(2);
    }

    @Test
    void a_component_that_fails_takes_all_of_them_back() {
        var back = rolling(BEFORE)
                .after(done(1, "applied V1.sql"), done(2, API), done(3, WEB))
                .when(judge(4, false))
                .fact(RollbackTriggered.class);
        assertThat(back.toDigest()).isEqualTo("api=" + OLD_API + ",web=" + OLD_WEB);
        assertThat(back.dataRestore()).isTrue();
    }

    @Test
    void a_component_that_runs_already_is_left_alone() {
        Shape same = runs(API, OLD_WEB, 100, null);
        assertThat(rolling(same).when(done(1, "all applied before")).fact(RolloutStepStarted.class))
                .isEqualTo(new RolloutStepStarted(
                        "dev",
                        2,
                        StepKind.PREVIEW,
                        "web: new",
                        1,
                        same.parts(),
                        runs(API, OLD_WEB, 100, WEB).parts()));
        var all = rolling(AFTER).after(done(1, "all applied before"));
        assertThat(all.when(done(2, BOTH)).fact(ReleaseDeployed.class).observedDigest()).isEqualTo(BOTH);
    }

    @Test
    void there_is_a_way_back_until_the_last_component_is_past_its_point_of_no_return() {
        List<Step> steps = List.of(
                Step.switching(List.of("api-1")).of("api"),
                Step.of(StepKind.SWITCH, "dev").of("web"),
                Step.of(StepKind.VALIDATE, "dev"));
        Stage usual = stage();
        Stage stage = new Stage(
                "dev", usual.deployer(), usual.strategy(), steps, 0, usual.backupPlan(), usual.rpoSeconds(), usual.minLevel(),
                StepKind.SWITCH, usual.analyses());
        Journey journey = Journey.of(plan().with(List.of(stage)));
        assertThat(journey.isNoReturn("dev", 1)).isFalse();
        assertThat(journey.isNoReturn("dev", 2)).isTrue();
    }

    @Test
    void a_step_of_a_component_that_the_release_does_not_have_leads_nowhere() {
        assertThatThrownBy(() -> Step.of(StepKind.SWITCH, "dev").of("jobs").after(BEFORE, BEFORE, BOTH))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessageStartingWith("the release has no jobs");
    }

    @Test
    void drift_is_told_of_a_component_by_its_name() {
        Story<DriftDecider.Look, DriftDecider.Known, DriftEvent> story = Story.of(new DriftDecider());
        story.when(look(AFTER)).thenNothing();
        assertThat(story.after(look(runs(API, null, 0, digest('9')))).state().foreign())
                .containsExactly("web " + digest('9'));
        story.after(look(runs(API, null, 0, digest('9'))))
                .when(look(runs(digest('9'), null, 0, WEB)))
                .thenKinds(DriftEvent.EnvironmentDriftDetected.class);
        story.when(look(Shape.of(new Shape.Part("api/api-1", API, 100))))
                .thenKinds(DriftEvent.EnvironmentDriftDetected.class);
    }

    private static DriftDecider.Look look(Shape observed) {
        return new DriftDecider.Look("shop", "dev", "REL-CHG-7", List.of("CHG-7"), BOTH, observed, Set.of());
    }

    @Test
    void a_component_that_cannot_be_looked_at_hides_no_other_and_what_was_known_of_it_stays() {
        Story<DriftDecider.Look, DriftDecider.Known, DriftEvent> story = Story.of(new DriftDecider());
        Shape api = Shape.of(new Shape.Part("api/api-1", digest('9'), 100));
        Shape well = Shape.of(new Shape.Part("api/api-1", API, 100));
        var told = new DriftDecider.Look(
                "shop", "dev", "REL-CHG-7", List.of("CHG-7"), "api=" + API, api, Set.of("web"));
        var blind = new DriftDecider.Look(
                "shop", "dev", "REL-CHG-7", List.of("CHG-7"), "api=" + API, well, Set.of("web"));
        story.when(told).thenKinds(DriftEvent.EnvironmentDriftDetected.class);
        story.when(blind).thenNothing();
        var drifted = story.after(look(runs(API, null, 0, digest('9'))));
        drifted.when(blind).thenNothing();
        drifted.after(blind).when(look(AFTER)).thenKinds(DriftEvent.EnvironmentDriftEnded.class);
    }

    @Test
    void a_component_that_was_left_with_nothing_is_no_drift() {
        Story<DriftDecider.Look, DriftDecider.Known, DriftEvent> story = Story.of(new DriftDecider());
        Shape left = runs(API, null, 100, null);
        story.when(new DriftDecider.Look(
                        "shop", "dev", "REL-CHG-7", List.of("CHG-7"), left.digest(), left, Set.of()))
                .thenNothing();
    }

    @Test
    void words_of_components_are_one_text_and_that_text_is_those_words() {
        assertThat(ByComponent.read(BOTH).text()).isEqualTo(BOTH);
        assertThat(ByComponent.read(BOTH).of("web")).contains(WEB);
        assertThat(ByComponent.read(BOTH).of("db")).isEmpty();
        assertThat(ByComponent.read(API).of(ByComponent.WHOLE)).contains(API);
        assertThat(ByComponent.read(API).of("api")).isEmpty();
    }
}
