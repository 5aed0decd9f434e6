package slipway.release.domain;

import static org.assertj.core.api.Assertions.assertThat;
import static slipway.release.domain.Examples.*;

import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;
import slipway.decider.Story;
import slipway.release.domain.ReleaseCommand.ApproveRestore;
import slipway.release.domain.ReleaseCommand.CompleteRevert;
import slipway.release.domain.ReleaseCommand.DeclineRestore;
import slipway.release.domain.ReleaseCommand.RollBack;
import slipway.release.domain.ReleaseEvent.DataRestoreApprovalRequested;
import slipway.release.domain.ReleaseEvent.DataRestoreDeclined;
import slipway.release.domain.ReleaseEvent.DataRestoreRequested;
import slipway.release.domain.ReleaseEvent.ReleasePlanned;
import slipway.release.domain.ReleaseEvent.RollbackCompleted;
import slipway.release.domain.ReleaseEvent.RollbackFailed;
import slipway.release.domain.ReleaseEvent.RollbackTriggered;
import slipway.release.domain.ReleaseEvent.RolloutStepStarted;

/// What is taken back late: after it was deployed everywhere, after more data than anybody agreed to lose, after the point of no
/// return.
class RegretTest {

    private static final Instant LATE = AT.plusSeconds(7200);
    private static final RollBack REGRET = new RollBack(RollbackCause.PERSON, "kim: customers complain", List.of("kim"), LATE);
    private static final RollBack ALERT = new RollBack(RollbackCause.SLO_ALERT, "errors burn the budget", List.of(), LATE);

    private static ReleasePlanned noReturnAfter(StepKind kind) {
        Stage prod = new Stage(
                "prod",
                "directory",
                Strategy.CANARY,
                PROD_STAGE.steps(),
                0,
                "web-prod",
                600,
                VerificationLevel.V4,
                kind,
                PROD_STAGE.analyses());
        return plan(null, true, List.of("aki"), List.of(DEV_STAGE, prod));
    }

    private static Story<ReleaseCommand, ReleaseState, ReleaseEvent> back(ReleasePlanned plan) {
        return released(plan)
                .after(REGRET, new CompleteRevert("prod", LATE, false, OLD, 12))
                .after(new CompleteRevert("dev", LATE, false, OLD, 12));
    }

    @Test
    void what_is_deployed_everywhere_can_be_taken_back_until_its_change_is_closed() {
        RollbackTriggered back = released(plan()).when(REGRET).fact(RollbackTriggered.class);
        assertThat(back.environments()).containsExactly("prod", "dev");
        assertThat(back.toDigest()).isEqualTo(OLD);
        assertThat(back.backupSetId()).isEqualTo(PROD_SET);
        assertThat(back.manifestDigest()).isEqualTo(MANIFEST);
        assertThat(back.recoveryPoint()).isEqualTo(AT.minusSeconds(5));
        released(plan())
                .after(new ReleaseCommand.Close("CHG-7", Outcome.SUCCESSFUL))
                .when(REGRET)
                .thenRefused("ask for a change to the version before");
    }

    @Test
    void an_alert_takes_back_whatever_is_deployed_of_it() {
        assertThat(released(plan()).when(ALERT).fact(RollbackTriggered.class).cause())
                .isEqualTo(RollbackCause.SLO_ALERT);
        assertThat(analysingProd(plan()).when(ALERT).fact(RollbackTriggered.class).environments())
                .containsExactly("prod", "dev");
        securingDev(plan()).when(ALERT).thenRefused("nothing of it is deployed");
        reverting(plan()).when(ALERT).thenRefused("ROLLING_BACK");
    }

    @Test
    void data_that_go_back_further_than_the_plan_covers_are_for_somebody_to_approve() {
        Instant point = AT.minusSeconds(5);
        assertThat(released(plan())
                        .after(REGRET, new CompleteRevert("prod", LATE, false, OLD, 12))
                        .when(new CompleteRevert("dev", LATE, false, OLD, 12))
                        .fact(DataRestoreApprovalRequested.class))
                .isEqualTo(new DataRestoreApprovalRequested(
                        "prod",
                        PROD_SET,
                        MANIFEST,
                        point,
                        Duration.between(point, LATE).toMillis(),
                        Duration.ofSeconds(600).toMillis()));
        assertThat(back(plan()).state().status()).isEqualTo("AWAITING_APPROVAL");
    }

    @Test
    void nobody_approves_that_data_are_lost_for_their_own_change() {
        back(plan()).when(new ApproveRestore("dana", List.of())).thenRefused("dana asked for CHG-7 or carries it out");
        back(plan())
                .when(new ApproveRestore("olu", List.of("dana")))
                .thenRefused("dana asked for CHG-7 or carries it out");
        back(plan())
                .when(new ApproveRestore("olu", List.of()))
                .then(new DataRestoreRequested("prod", PROD_SET, MANIFEST, List.of("olu"), null));
        released(plan()).when(new ApproveRestore("olu", List.of())).thenRefused("nobody asked whether data go back");
        back(plan())
                .after(new ApproveRestore("olu", List.of()))
                .when(new ReleaseCommand.CompleteRestore(PROD_SET, 7205000))
                .then(new RollbackCompleted(OLD, OLD, true, 7205000L, CHANGES));
    }

    @Test
    void or_the_data_stay_as_they_are() {
        back(plan())
                .when(new DeclineRestore("olu", List.of(), "the orders of this morning are worth more"))
                .then(
                        new DataRestoreDeclined("olu", "the orders of this morning are worth more"),
                        new RollbackCompleted(OLD, OLD, false, null, CHANGES));
    }

    @Test
    void past_the_point_of_no_return_nobody_is_led_back_and_an_alert_calls_for_a_person() {
        var past = released(noReturnAfter(StepKind.SWITCH));
        past.when(REGRET).thenRefused("the point of no return of prod was passed with SWITCH");
        past.when(ALERT).thenKinds(RollbackTriggered.class, RollbackFailed.class);
        assertThat(past.when(ALERT).fact(RollbackTriggered.class).environments()).isEmpty();
        assertThat(past.after(ALERT).state().status()).isEqualTo("NEEDS_HUMAN");
        past.after(ALERT).when(retry()).thenRefused("it can only be mended forward");
        assertThat(migratingProd(noReturnAfter(StepKind.SWITCH))
                        .when(new ReleaseCommand.FailStep("prod", 1, 1, AT, "no"))
                        .facts())
                .as("not passed yet")
                .noneMatch(RollbackFailed.class::isInstance);
        assertThat(analysingProd(noReturnAfter(StepKind.SWITCH))
                        .when(judge(samples(0, 5)))
                        .facts())
                .hasAtLeastOneElementOfType(RollbackFailed.class);
    }

    @Test
    void the_step_after_which_there_is_no_return_is_ended_before_anything_is_decided() {
        var passing = migratingProd(noReturnAfter(StepKind.SWITCH)).after(done("prod", 1, "applied V1.sql"));
        passing.when(ALERT).thenKinds(ReleaseEvent.RollbackRequested.class);
        assertThat(passing.after(ALERT).when(done("prod", 2, NEW)).facts())
                .hasAtLeastOneElementOfType(RollbackFailed.class);
    }

    @Test
    void a_rehearsal_goes_all_the_way_back_and_forward_again() {
        List<Step> steps = new ArrayList<>(DEV_STAGE.steps());
        steps.add(1, Step.of(StepKind.REHEARSE, "dev"));
        steps.add(2, Step.of(StepKind.RETURN, "dev"));
        var rolling = securingDev(plan(
                        null, true, List.of("aki"), List.of(stage(DEV, Strategy.ALL_AT_ONCE, steps), PROD_STAGE)))
                .after(gates(DEV, DEV_SET), start(DEV));
        RolloutStepStarted rehearsal = rolling.when(done("dev", 1, NEW)).fact(RolloutStepStarted.class);
        assertThat(rehearsal.kind()).isEqualTo(StepKind.REHEARSE);
        assertThat(rehearsal.from()).isEqualTo(DEV_AFTER.parts());
        assertThat(rehearsal.to()).isEqualTo(DEV_BEFORE.parts());
        RolloutStepStarted forward = rolling.after(done("dev", 1, NEW))
                .when(done("dev", 2, OLD))
                .fact(RolloutStepStarted.class);
        assertThat(forward.kind()).isEqualTo(StepKind.RETURN);
        assertThat(forward.to()).isEqualTo(DEV_AFTER.parts());
    }

    @Test
    void with_slots_the_way_forward_again_takes_all_of_the_traffic_at_once() {
        Shape before = Shape.of(new Shape.Part("blue", OLD, 100), new Shape.Part("green", null, 0));
        Shape after = Step.of(StepKind.RETURN, "prod").after(before, before, NEW);
        assertThat(after)
                .isEqualTo(Shape.of(new Shape.Part("blue", OLD, 0), new Shape.Part("green", NEW, 100)));
        assertThat(Step.of(StepKind.REHEARSE, "prod").after(after, before, NEW)).isEqualTo(before);
    }

    @Test
    void whoever_had_it_taken_back_does_not_say_also_what_becomes_of_the_data() {
        back(plan()).when(new ApproveRestore("kim", List.of())).thenRefused("kim had it taken back");
        back(plan()).when(new ApproveRestore("olu", List.of("kim"))).thenRefused("kim had it taken back");
        back(plan())
                .when(new DeclineRestore("kim", List.of(), "never mind"))
                .thenRefused("kim had it taken back");
        back(plan())
                .when(new DeclineRestore("dana", List.of(), "never mind"))
                .thenRefused("dana asked for CHG-7");
    }

    @Test
    void who_wanted_it_back_is_kept_also_when_a_migration_is_ended_first() {
        assertThat(migratingProd(plan())
                        .after(new RollBack(RollbackCause.PERSON, "kim: no", List.of("kim", "bot"), AT))
                        .when(done("prod", 1, "applied"))
                        .fact(RollbackTriggered.class)
                        .triggeredBy())
                .containsExactly("kim", "bot");
    }

    @Test
    void why_somebody_lets_it_go_on_is_kept_before_what_follows_and_not_without() {
        var approve = new ReleaseCommand.Instruct(
                Instruction.APPROVE_RESTORE, "olu: nobody ordered anything", new ApproveRestore("olu", List.of()));
        back(plan()).when(approve).thenKinds(ReleaseEvent.ReleaseInstructed.class, DataRestoreRequested.class);
        var resume = new ReleaseCommand.Instruct(
                Instruction.RESUME, "kim: on", new ReleaseCommand.AskToResume(List.of()));
        migratingProd(plan()).when(resume).thenRefused("there is nothing to resume");
        migratingProd(plan())
                .after(new ReleaseCommand.Pause("kim: wait"), resume)
                .when(new ReleaseCommand.Instruct(
                        Instruction.RESUME, "kim: on", new ReleaseCommand.AskToResume(List.of(PauseCause.HOLD))))
                .thenNothing();
    }

    @Test
    void a_point_of_no_return_in_one_environment_keeps_no_other_from_going_back() {
        Stage dev = new Stage(
                "dev",
                "directory",
                Strategy.ALL_AT_ONCE,
                DEV_STAGE.steps(),
                0,
                "web-dev",
                600,
                VerificationLevel.V2,
                StepKind.SWITCH,
                List.of());
        RollbackTriggered back = analysingProd(plan(null, true, List.of("aki"), List.of(dev, PROD_STAGE)))
                .when(judge(samples(0, 5)))
                .fact(RollbackTriggered.class);
        assertThat(back.environments()).containsExactly("prod");
        assertThat(back.leftAlone()).as("it is past its point of no return").containsExactly("dev");
        assertThat(back.toDigest()).isEqualTo(OLD);
    }

    @Test
    void while_the_step_without_return_is_under_way_nobody_gives_it_up_and_an_alert_calls_for_a_person() {
        var last = analysingProd(noReturnAfter(StepKind.SWITCH)).after(judge(samples(5, 0)));
        last.when(new ReleaseCommand.Abort("kim: no", List.of("kim"), AT)).thenRefused("it can only be mended forward");
        var first = migratingProd(noReturnAfter(StepKind.SWITCH)).after(done("prod", 1, "applied"));
        first.when(new ReleaseCommand.Abort("kim: no", List.of("kim"), AT))
                .thenRefused("the step after which there is no return is under way in prod: SWITCH");
        first.when(ALERT).thenKinds(ReleaseEvent.RollbackRequested.class);
        RollbackTriggered triggered =
                first.after(ALERT).when(done("prod", 2, NEW)).fact(RollbackTriggered.class);
        assertThat(triggered.environments()).isEmpty();
        assertThat(triggered.toDigest()).as("nothing goes back").isNull();
        assertThat(triggered.backupSetId()).isNull();
    }

    @Test
    void what_is_expected_of_a_way_back_counts_the_migration_that_is_ended_first() {
        WayBack.Way way = WayBack.Way.expected(
                (ReleaseState.Open) migratingProd(plan()).state());
        assertThat(way.dataRestore()).isTrue();
        assertThat(way.backupSetId()).isEqualTo(PROD_SET);
    }

    @Test
    void a_restore_that_is_tried_again_is_approved_again_when_more_would_be_lost_by_then() {
        var retry = new ReleaseCommand.Retry(List.of(), LATE);
        var failed = reverting(plan())
                .after(
                        new CompleteRevert("prod", AT, false, OLD, 12),
                        new CompleteRevert("dev", AT, false, OLD, 12),
                        new ReleaseCommand.FailRestore(PROD_SET, List.of("disk full")));
        failed.when(new ReleaseCommand.Retry(List.of(), AT))
                .then(new DataRestoreRequested("prod", PROD_SET, MANIFEST, List.of("aki", "sam"), null));
        assertThat(failed.when(retry).fact(DataRestoreApprovalRequested.class).dataLossMillis())
                .isEqualTo(Duration.between(AT.minusSeconds(5), LATE).toMillis());
        failed.after(retry)
                .when(new ApproveRestore("olu", List.of()))
                .then(new DataRestoreRequested("prod", PROD_SET, MANIFEST, List.of("olu"), null));
        failed.after(retry)
                .when(new DeclineRestore("olu", List.of(), "keep them"))
                .thenKinds(DataRestoreDeclined.class, RollbackCompleted.class);
    }

    @Test
    void data_that_went_back_are_told_also_when_those_of_another_environment_stay() {
        Stage dev = stage(DEV, Strategy.ALL_AT_ONCE, steps(Strategy.ALL_AT_ONCE, "dev", true, List.of("dev-1")));
        var plan = plan(null, true, List.of("aki", "sam"), List.of(dev, PROD_STAGE));
        var half = packaged(plan)
                .after(new ReleaseCommand.Begin(false, AT), gates(DEV, DEV_SET), start(DEV))
                .after(done("dev", 1, "applied V1.sql"), done("dev", 2, NEW), done("dev", 3, NEW))
                .after(new ReleaseCommand.Begin(false, AT), gates(PROD, PROD_SET), start(PROD))
                .after(done("prod", 1, "applied V1.sql"), done("prod", 2, NEW), judge(samples(0, 5)))
                .after(new CompleteRevert("prod", AT, false, OLD, 12), new CompleteRevert("dev", AT, false, OLD, 12));
        half.when(new ReleaseCommand.CompleteRestore(PROD_SET, 4000))
                .then(new DataRestoreRequested("dev", DEV_SET, MANIFEST, List.of("aki", "sam"), 4000L));
        half.after(
                        new ReleaseCommand.CompleteRestore(PROD_SET, 4000),
                        new ReleaseCommand.FailRestore(DEV_SET, List.of("disk full")),
                        new ReleaseCommand.Retry(List.of(), LATE))
                .when(new DeclineRestore("olu", List.of(), "keep them"))
                .then(new DataRestoreDeclined("olu", "keep them"), new RollbackCompleted(OLD, OLD, true, 4000L, CHANGES));
    }

    @Test
    void data_whose_backup_is_corrupt_by_then_call_for_a_person() {
        var lost = new ReleaseCommand.LoseBackup(PROD_SET, List.of("flipped"));
        reverting(plan())
                .after(lost, new CompleteRevert("prod", AT, false, OLD, 12))
                .when(new CompleteRevert("dev", AT, false, OLD, 12))
                .thenKinds(ReleaseEvent.RolloutStepCompleted.class, RollbackFailed.class);
        back(plan())
                .after(lost)
                .when(new ApproveRestore("olu", List.of()))
                .thenRefused(PROD_SET + " is no way back any more");
    }

    @Test
    void data_under_a_release_that_came_meanwhile_are_nobody_s_to_approve() {
        var covered = back(plan()).after(new ReleaseCommand.Supersede("prod", "REL-CHG-9"));
        covered.when(new ApproveRestore("olu", List.of())).thenRefused("a later release came to where the data would go back");
        covered.when(new DeclineRestore("olu", List.of(), "they stay"))
                .thenKinds(DataRestoreDeclined.class, RollbackCompleted.class);
    }
}
