package slipway.release.domain;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.tuple;
import static slipway.release.domain.Examples.*;

import java.util.List;
import org.junit.jupiter.api.Test;
import slipway.release.analysis.Analysis;
import slipway.release.analysis.Judging;
import slipway.release.analysis.Measured;
import slipway.release.analysis.Verdict;
import slipway.release.domain.ReleaseEvent.BackupRequested;
import slipway.release.domain.ReleaseEvent.CanaryAnalysisCompleted;
import slipway.release.domain.ReleaseEvent.ReleaseBlocked;
import slipway.release.domain.ReleaseEvent.ReleaseDeployed;
import slipway.release.domain.ReleaseEvent.ReleasePromoted;
import slipway.release.domain.ReleaseEvent.ReleaseStarted;
import slipway.release.domain.ReleaseEvent.RollbackTriggered;
import slipway.release.domain.ReleaseEvent.RolloutIndeterminate;
import slipway.release.domain.ReleaseEvent.RolloutStepCompleted;
import slipway.release.domain.ReleaseEvent.RolloutStepStarted;

class RolloutTest {

    @Test
    void a_canary_migrates_switches_one_judges_it_switches_the_others_and_looks_at_all() {
        assertThat(steps(Strategy.CANARY, "prod", true, List.of("a", "b", "c")))
                .extracting(Step::kind, Step::name)
                .containsExactly(
                        tuple(StepKind.MIGRATE, "prod"),
                        tuple(StepKind.SWITCH, "a"),
                        tuple(StepKind.ANALYSE, "a"),
                        tuple(StepKind.SWITCH, "b"),
                        tuple(StepKind.SWITCH, "c"),
                        tuple(StepKind.VALIDATE, "prod"));
        assertThat(steps(Strategy.ALL_AT_ONCE, "dev", false, List.of("a", "b")))
                .extracting(Step::kind, Step::name)
                .containsExactly(
                        tuple(StepKind.SWITCH, "a"), tuple(StepKind.SWITCH, "b"), tuple(StepKind.VALIDATE, "dev"));
    }

    @Test
    void with_leave_it_starts_with_its_way_back_and_its_token_in_the_fact() {
        securingDev(plan())
                .after(gates(DEV, DEV_SET))
                .when(start(DEV))
                .then(
                        new ReleaseStarted(
                                "dev", NEW, Strategy.ALL_AT_ONCE, DEV_SET, "AUT-1", 1, 11, DEV_BEFORE.parts(), LEAVE, true),
                        new RolloutStepStarted(
                                "dev", 1, StepKind.SWITCH, "dev-1", 1, DEV_BEFORE.parts(), DEV_AFTER.parts()));
    }

    @Test
    void leave_that_was_long_under_way_starts_nothing_late_nor_on_a_backup_too_old() {
        var asking = securingDev(plan()).after(gates(DEV, DEV_SET));
        asking.when(start(DEV, AT.plusSeconds(595)))
                .fact(ReleaseStarted.class);
        assertThat(asking.when(start(DEV, AT.plusSeconds(596)))
                        .fact(ReleaseBlocked.class)
                        .reasons())
                .containsExactly(
                        DEV_SET + " was young enough until " + AT.plusSeconds(595) + ": try again for a fresh one");
        assertThat(asking.when(start(DEV, ENDS)).fact(ReleaseBlocked.class).reasons())
                .hasSize(2)
                .first()
                .asString()
                .contains("its window was over");
    }

    @Test
    void leave_that_comes_twice_or_for_somewhere_else_starts_nothing() {
        rollingDev(plan()).when(start(DEV)).thenNothing();
        securingDev(plan()).when(start(DEV)).thenNothing();
        securingDev(plan()).after(gates(DEV, DEV_SET)).when(start(PROD)).thenNothing();
        released(plan()).when(start(PROD)).thenNothing();
    }

    @Test
    void a_step_done_leads_to_the_next() {
        rollingDev(plan())
                .when(done("dev", 1, NEW))
                .then(
                        new RolloutStepCompleted("dev", 1, StepKind.SWITCH, "dev-1", 1, false, NEW, 12),
                        new RolloutStepStarted(
                                "dev", 2, StepKind.VALIDATE, "dev", 1, DEV_AFTER.parts(), DEV_AFTER.parts()));
    }

    @Test
    void a_step_reported_twice_or_late_or_early_is_nothing() {
        var second = rollingDev(plan()).after(done("dev", 1, NEW));
        second.when(done("dev", 1, NEW)).thenNothing();
        second.when(done("dev", 3, NEW)).thenNothing();
        second.when(done("prod", 2, NEW)).thenNothing();
        second.when(new ReleaseCommand.FailStep("dev", 1, 1, AT, "late")).thenNothing();
        released(plan()).when(done("prod", 5, NEW)).thenNothing();
        released(plan()).when(new ReleaseCommand.FailStep("prod", 5, 1, AT, "late")).thenNothing();
        reverting(plan()).when(done("prod", 3, NEW)).thenNothing();
        reverting(plan()).when(judge(samples(5, 0))).thenNothing();
    }

    @Test
    void an_environment_done_opens_the_next_one_s_way_back() {
        rollingDev(plan())
                .after(done("dev", 1, NEW))
                .when(done("dev", 2, NEW))
                .then(
                        new RolloutStepCompleted("dev", 2, StepKind.VALIDATE, "dev", 1, false, NEW, 12),
                        new ReleaseDeployed("dev", NEW, NEW, 1, false, CHANGES, AT));
        rollingDev(plan())
                .after(done("dev", 1, NEW), done("dev", 2, NEW))
                .when(new ReleaseCommand.Begin(false, AT))
                .then(
                        new ReleasePromoted("dev", "prod"),
                        new BackupRequested("prod", PROD_SET, "web-prod", 600, VerificationLevel.V4));
    }

    @Test
    void what_is_neither_before_nor_after_a_step_is_for_a_person_to_look_at_and_to_have_tried_again() {
        Shape odd = Shape.of(new Shape.Part("dev-1", digest('c'), 100));
        var found = new ReleaseCommand.FindIndeterminate("dev", 1, 1, odd);
        rollingDev(plan())
                .when(found)
                .then(new RolloutIndeterminate("dev", 1, DEV_BEFORE.parts(), DEV_AFTER.parts(), odd.parts()));
        var looked = rollingDev(plan()).after(found);
        assertThat(looked.state().status()).isEqualTo("INDETERMINATE");
        looked.when(done("dev", 1, NEW)).thenNothing();
        looked.when(found).thenNothing();
        looked.when(retry())
                .then(
                        new ReleaseEvent.ReleasePaused("dev", 1, PauseCause.PERSON, "somebody looked at it"),
                        new ReleaseEvent.ReleaseResumeRequested("dev", 1));
        looked.after(retry()).when(found).thenNothing();
        assertThat(looked.when(new ReleaseCommand.Abort("kim: no", List.of("kim"), AT))
                        .fact(RollbackTriggered.class)
                        .environments())
                .containsExactly("dev");
    }

    @Test
    void a_plan_that_cannot_be_gone_from_what_is_there_starts_nothing() {
        var asking = securingDev(plan()).after(gates(DEV, DEV_SET));
        var nobody = new ReleaseCommand.Start(
                "CHG-7", "dev", AT, ENDS, "AUT-1", 1, 11, Shape.of(new Shape.Part("dev-9", OLD, 100)), true);
        assertThat(asking.when(nobody).fact(ReleaseBlocked.class).reasons())
                .singleElement()
                .asString()
                .contains("there is no dev-1 in dev-9 runs " + OLD);
        var more = new ReleaseCommand.Start(
                "CHG-7", "dev",
                AT,
                ENDS,
                "AUT-1",
                1,
                11,
                Shape.of(new Shape.Part("dev-1", OLD, 50), new Shape.Part("dev-2", OLD, 50)), true);
        assertThat(asking.when(more).fact(ReleaseBlocked.class).reasons())
                .singleElement()
                .asString()
                .contains("is not " + NEW + " everywhere");
    }

    @Test
    void the_last_environment_done_is_the_end_of_the_rollout() {
        analysingProd(plan())
                .after(judge(samples(5, 0)), done("prod", 4, NEW))
                .when(done("prod", 5, NEW))
                .then(
                        new RolloutStepCompleted("prod", 5, StepKind.VALIDATE, "prod", 1, false, NEW, 12),
                        new ReleaseDeployed("prod", NEW, NEW, 2, true, CHANGES, AT));
    }

    @Test
    void a_canary_that_passes_lets_the_others_follow_and_keeps_its_samples() {
        var ending = analysingProd(plan()).when(judge(samples(4, 1)));
        ending.thenKinds(CanaryAnalysisCompleted.class, RolloutStepCompleted.class, RolloutStepStarted.class);
        assertThat(ending.fact(CanaryAnalysisCompleted.class).verdict()).isEqualTo(Verdict.PASS);
        assertThat(ending.fact(CanaryAnalysisCompleted.class).samples()).isEqualTo(samples(4, 1));
        assertThat(ending.fact(RolloutStepStarted.class))
                .isEqualTo(new RolloutStepStarted(
                        "prod",
                        4,
                        StepKind.SWITCH,
                        "prod-2",
                        1,
                        List.of(new Shape.Part("prod-1", NEW, 50), new Shape.Part("prod-2", OLD, 50)),
                        List.of(new Shape.Part("prod-1", NEW, 50), new Shape.Part("prod-2", NEW, 50))));
    }

    @Test
    void a_canary_that_fails_takes_the_release_back_and_no_other_instance_gets_it() {
        var ending = analysingProd(plan()).when(judge(samples(3, 2)));
        ending.thenKinds(CanaryAnalysisCompleted.class, RollbackTriggered.class, RolloutStepStarted.class);
        CanaryAnalysisCompleted analysis = ending.fact(CanaryAnalysisCompleted.class);
        assertThat(analysis.verdict()).isEqualTo(Verdict.FAIL);
        assertThat(analysis.samples()).isEqualTo(samples(3, 2));
        assertThat(analysis.reason()).contains("2 bad").contains("at most 1 bad allowed").contains("404");
        assertThat(ending.fact(RolloutStepStarted.class).kind()).isEqualTo(StepKind.REVERT);
    }

    @Test
    void what_was_not_measured_takes_the_release_back() {
        var ending = analysingProd(plan()).when(judge(List.of()));
        ending.thenKinds(CanaryAnalysisCompleted.class, RollbackTriggered.class, RolloutStepStarted.class);
        assertThat(ending.fact(CanaryAnalysisCompleted.class).verdict()).isEqualTo(Verdict.ERROR);
    }

    @Test
    void the_fact_has_all_that_the_verdict_can_be_calculated_from_again() {
        CanaryAnalysisCompleted fact = analysingProd(plan()).when(judge(samples(4, 1))).fact(CanaryAnalysisCompleted.class);
        assertThat(fact.analysis()).isEqualTo(PROD_STAGE.analyses().getFirst());
        assertThat(fact.failureLimit()).isEqualTo(1);
        assertThat(Judging.of(fact.analysis()).judge(fact.samples()).text())
                .isEqualTo(fact.text())
                .contains("\"verdict\":\"PASS\"");
    }

    @Test
    void a_step_is_judged_by_the_analysis_that_it_names_and_by_no_other() {
        Analysis strict = Analysis.threshold("strict", List.of(Measured.http(5, 0)));
        var strictly = analysingProd(judgedBy("strict", PROD_STAGE.analyses().getFirst(), strict))
                .when(judge(samples(4, 1)));
        assertThat(strictly.fact(CanaryAnalysisCompleted.class).verdict()).isEqualTo(Verdict.FAIL);
        assertThat(strictly.fact(CanaryAnalysisCompleted.class).analysis()).isEqualTo(strict);
        analysingProd(judgedBy("strict"))
                .when(judge(samples(5, 0)))
                .thenRefused("the plan has no analysis 'strict' for prod");
    }

    private static ReleaseEvent.ReleasePlanned judgedBy(String analysis, Analysis... analyses) {
        List<Step> steps = Strategies.steps(
                Strategy.CANARY,
                "prod",
                true,
                List.of("prod-1", "prod-2"),
                new Strategies.Tuning(1, List.of(), 0, analysis, false));
        Stage stage = new Stage(
                "prod",
                "directory",
                Strategy.CANARY,
                steps,
                0,
                "web-prod",
                600,
                VerificationLevel.V4,
                null,
                List.of(analyses));
        return plan(null, true, List.of("aki", "sam"), List.of(DEV_STAGE, stage));
    }

    @Test
    void what_is_neither_good_nor_bad_is_for_a_person_and_is_measured_anew_when_it_goes_on() {
        var analysing = analysingProd(judgedBy("rate", Analysis.threshold("rate", List.of(Measured.rate(1, 0, 0, 4, 0)))));
        var ending = analysing.when(judge(Measured.rates("i")));
        ending.thenKinds(CanaryAnalysisCompleted.class, ReleaseEvent.ReleasePaused.class);
        assertThat(ending.fact(CanaryAnalysisCompleted.class).verdict()).isEqualTo(Verdict.INCONCLUSIVE);
        assertThat(ending.fact(ReleaseEvent.ReleasePaused.class))
                .isEqualTo(new ReleaseEvent.ReleasePaused(
                        "prod",
                        3,
                        PauseCause.INCONCLUSIVE,
                        "rate: 1 neither good nor bad, at most 0 of those allowed; the last: the result is [0.7]"));
    }

    @Test
    void an_analysis_is_only_judged_and_only_an_analysis_is() {
        analysingProd(plan()).when(done("prod", 3, "looks fine to me")).thenRefused("judged by its samples");
        var switching = analysingProd(plan()).after(judge(samples(5, 0)));
        switching
                .when(new ReleaseCommand.JudgeCanary("prod", 4, 1, AT, samples(5, 0)))
                .thenRefused("SWITCH prod-2 is no analysis");
    }

    @Test
    void instances_that_run_something_else_take_the_release_back() {
        var ending = rollingDev(plan()).after(done("dev", 1, NEW)).when(done("dev", 2, OLD));
        ending.thenKinds(RollbackTriggered.class, RolloutStepStarted.class);
        RollbackTriggered back = ending.fact(RollbackTriggered.class);
        assertThat(back.cause()).isEqualTo(RollbackCause.VALIDATION_FAILED);
        assertThat(back.toDigest()).isEqualTo(OLD);
        assertThat(back.reason()).contains("run " + OLD + " instead of " + NEW);
    }

    @Test
    void a_step_that_fails_takes_the_release_back_and_says_which() {
        var ending = migratingProd(plan())
                .when(new ReleaseCommand.FailStep("prod", 1, 1, AT, "relation shops exists already"));
        RollbackTriggered back = ending.fact(RollbackTriggered.class);
        assertThat(back.cause()).isEqualTo(RollbackCause.STEP_FAILED);
        assertThat(back.reason()).isEqualTo("MIGRATE prod: relation shops exists already");
        assertThat(rollingDev(plan())
                        .after(done("dev", 1, NEW))
                        .when(new ReleaseCommand.FailStep("dev", 2, 1, AT, "502"))
                        .fact(RollbackTriggered.class)
                        .cause())
                .isEqualTo(RollbackCause.VALIDATION_FAILED);
    }
}
