package slipway.release.domain;

import static org.assertj.core.api.Assertions.assertThat;
import static slipway.release.domain.Examples.*;

import java.util.List;
import org.junit.jupiter.api.Test;
import slipway.decider.Story;
import slipway.release.domain.ReleaseCommand.CompleteRevert;
import slipway.release.domain.ReleaseEvent.DataRestoreRequested;
import slipway.release.domain.ReleaseEvent.ReleaseClosed;
import slipway.release.domain.ReleaseEvent.RollbackCompleted;
import slipway.release.domain.ReleaseEvent.RollbackFailed;
import slipway.release.domain.ReleaseEvent.RollbackTriggered;
import slipway.release.domain.ReleaseEvent.RolloutStepCompleted;
import slipway.release.domain.ReleaseEvent.RolloutStepStarted;

class WayBackTest {

    private static final CompleteRevert PROD_BACK = new CompleteRevert("prod", AT, false, OLD, 12);
    private static final CompleteRevert DEV_BACK = new CompleteRevert("dev", AT, false, OLD, 12);

    private static Story<ReleaseCommand, ReleaseState, ReleaseEvent> restoring() {
        return reverting(plan()).after(PROD_BACK, DEV_BACK);
    }

    @Test
    void a_rollback_takes_back_all_that_was_touched_last_first_and_names_both_ways_back() {
        assertThat(analysingProd(plan()).when(judge(samples(0, 5))).facts())
                .contains(
                        new RollbackTriggered(
                                "prod",
                                List.of("prod", "dev"),
                                RollbackCause.CANARY_FAILED,
                                "probe: 2 bad, at most 1 bad allowed; the last: 404 /settings/prod.json",
                                OLD,
                                true,
                                PROD_SET,
                                MANIFEST,
                                AT.minusSeconds(5),
                                CHANGES,
                                List.of(),
                                List.of()),
                        new RolloutStepStarted("prod", 1, StepKind.REVERT, "prod", 1, List.of(), List.of()));
        assertThat(rollingDev(plan())
                        .when(new ReleaseCommand.FailStep("dev", 1, 1, AT, "no"))
                        .fact(RollbackTriggered.class)
                        .environments())
                .containsExactly("dev");
    }

    @Test
    void data_go_back_only_where_a_migration_ran_and_the_approved_plan_says_so() {
        assertThat(analysingProd(plan(null, false, List.of("aki")))
                        .when(judge(samples(0, 5)))
                        .fact(RollbackTriggered.class)
                        .dataRestore())
                .isFalse();
        RollbackTriggered failedMigration = migratingProd(plan())
                .when(new ReleaseCommand.FailStep("prod", 1, 1, AT, "syntax error"))
                .fact(RollbackTriggered.class);
        assertThat(failedMigration.dataRestore()).as("its transaction was taken back").isFalse();
        assertThat(failedMigration.backupSetId()).isEqualTo(PROD_SET);
    }

    @Test
    void migrations_that_earlier_releases_applied_are_no_reason_to_take_data_back() {
        var again = securingProd(plan())
                .after(
                        gates(PROD, PROD_SET),
                        new ReleaseCommand.Start("CHG-7", "prod", AT, ENDS, "AUT-1", 1, 11, PROD_BEFORE, false),
                        done("prod", 1, "all applied before"),
                        done("prod", 2, NEW));
        assertThat(again.when(judge(samples(0, 5))).fact(RollbackTriggered.class).dataRestore())
                .isFalse();
    }

    @Test
    void the_set_named_is_the_one_that_data_come_from() {
        Stage migrating = stage(
                DEV, Strategy.ALL_AT_ONCE, steps(Strategy.ALL_AT_ONCE, "dev", true, List.of("dev-1")));
        var back = securingDev(plan(null, true, List.of("aki"), List.of(migrating, PROD_STAGE)))
                .after(
                        gates(DEV, DEV_SET),
                        start(DEV),
                        done("dev", 1, "applied"),
                        done("dev", 2, NEW),
                        done("dev", 3, NEW),
                        new ReleaseCommand.Begin(false, AT),
                        gates(PROD, PROD_SET),
                        start(PROD))
                .when(new ReleaseCommand.FailStep("prod", 1, 1, AT, "syntax error"))
                .fact(RollbackTriggered.class);
        assertThat(back.dataRestore()).isTrue();
        assertThat(back.backupSetId()).isEqualTo(DEV_SET);
    }

    @Test
    void environments_go_back_one_after_the_other_and_then_the_data() {
        reverting(plan())
                .when(PROD_BACK)
                .then(
                        new RolloutStepCompleted("prod", 1, StepKind.REVERT, "prod", 1, false, OLD, 12),
                        new RolloutStepStarted("dev", 2, StepKind.REVERT, "dev", 1, List.of(), List.of()));
        reverting(plan())
                .after(PROD_BACK)
                .when(DEV_BACK)
                .then(
                        new RolloutStepCompleted("dev", 2, StepKind.REVERT, "dev", 1, false, OLD, 12),
                        new DataRestoreRequested("prod", PROD_SET, MANIFEST, List.of("aki", "sam"), null));
        restoring()
                .when(new ReleaseCommand.CompleteRestore(PROD_SET, 1234))
                .then(new RollbackCompleted(OLD, OLD, true, 1234L, CHANGES));
    }

    @Test
    void without_data_the_rollback_is_done_when_everything_is_switched_back() {
        reverting(plan(null, false, List.of("aki")))
                .after(PROD_BACK)
                .when(DEV_BACK)
                .then(
                        new RolloutStepCompleted("dev", 2, StepKind.REVERT, "dev", 1, false, OLD, 12),
                        new RollbackCompleted(OLD, OLD, false, null, CHANGES));
    }

    @Test
    void an_environment_that_ran_nothing_runs_nothing_again() {
        var nothing = new CompleteRevert("prod", AT, false, null, 12);
        assertThat(reverting(plan(null, false, List.of("aki")))
                        .after(nothing)
                        .when(DEV_BACK)
                        .fact(RollbackCompleted.class)
                        .observedDigest())
                .as("prod failed, and prod runs nothing, whatever dev runs")
                .isNull();
        assertThat(reverting(plan())
                        .after(nothing, DEV_BACK)
                        .when(new ReleaseCommand.CompleteRestore(PROD_SET, 1))
                        .fact(RollbackCompleted.class)
                        .observedDigest())
                .isNull();
    }

    @Test
    void what_is_reported_twice_on_the_way_back_is_nothing() {
        reverting(plan()).when(DEV_BACK).thenNothing();
        reverting(plan()).after(PROD_BACK).when(PROD_BACK).thenNothing();
        reverting(plan()).after(PROD_BACK).when(new ReleaseCommand.FailRevert("prod", "late")).thenNothing();
        reverting(plan()).when(new ReleaseCommand.CompleteRestore(PROD_SET, 1)).thenNothing();
        restoring().when(new ReleaseCommand.CompleteRestore(DEV_SET, 1)).thenNothing();
        restoring().when(new ReleaseCommand.FailRestore(DEV_SET, List.of("late"))).thenNothing();
        restoring()
                .after(new ReleaseCommand.CompleteRestore(PROD_SET, 1))
                .when(new ReleaseCommand.CompleteRestore(PROD_SET, 1))
                .thenNothing();
        released(plan()).when(PROD_BACK).thenNothing();
    }

    @Test
    void a_way_back_that_fails_calls_for_a_person_who_can_have_it_tried_again() {
        var failed = reverting(plan()).when(new ReleaseCommand.FailRevert("prod", "no answer"));
        failed.then(new RollbackFailed("prod", "no answer", CHANGES));
        reverting(plan())
                .after(new ReleaseCommand.FailRevert("prod", "no answer"))
                .when(retry())
                .then(new RolloutStepStarted("prod", 1, StepKind.REVERT, "prod", 2, List.of(), List.of()));
        reverting(plan())
                .after(new ReleaseCommand.FailRevert("prod", "no answer"), retry())
                .when(PROD_BACK)
                .then(
                        new RolloutStepCompleted("prod", 1, StepKind.REVERT, "prod", 2, false, OLD, 12),
                        new RolloutStepStarted("dev", 2, StepKind.REVERT, "dev", 1, List.of(), List.of()));
    }

    @Test
    void data_that_do_not_come_back_call_for_a_person_who_can_have_it_tried_again() {
        restoring()
                .when(new ReleaseCommand.FailRestore(PROD_SET, List.of("copy damaged", "next step: by hand")))
                .then(new RollbackFailed("prod", "copy damaged; next step: by hand", CHANGES));
        var failed = restoring().after(new ReleaseCommand.FailRestore(PROD_SET, List.of("disk full")));
        failed.when(retry()).then(new DataRestoreRequested("prod", PROD_SET, MANIFEST, List.of("aki", "sam"), null));
        failed.after(retry())
                .when(new ReleaseCommand.CompleteRestore(PROD_SET, 1234))
                .then(new RollbackCompleted(OLD, OLD, true, 1234L, CHANGES));
        failed.after(retry(), new ReleaseCommand.FailRestore(PROD_SET, List.of("disk full")))
                .when(retry())
                .thenKinds(DataRestoreRequested.class);
        failed.after(new ReleaseCommand.LoseBackup(PROD_SET, List.of("flipped")))
                .when(retry())
                .thenRefused(PROD_SET + " is no way back any more");
    }

    @Test
    void nothing_touched_ends_by_abandoning_it() {
        var abort = new ReleaseCommand.Abort("dana: not today", List.of("dana"), AT);
        for (var story : List.of(story().given(plan()), packaged(plan()), securingDev(plan()))) {
            story.when(abort).then(new ReleaseEvent.ReleaseAborted("dana: not today", CHANGES, List.of()));
        }
        securingDev(plan()).after(abort).when(gates(DEV, DEV_SET)).thenNothing();
    }

    @Test
    void something_touched_goes_back_when_it_is_given_up() {
        var abort = new ReleaseCommand.Abort("rosa: enough", List.of("rosa"), AT);
        RollbackTriggered between = securingProd(plan()).when(abort).fact(RollbackTriggered.class);
        assertThat(between.environment()).isEqualTo("dev");
        assertThat(between.environments()).containsExactly("dev");
        assertThat(between.cause()).isEqualTo(RollbackCause.ABORTED);
        assertThat(between.toDigest()).isEqualTo(OLD);
        assertThat(analysingProd(plan()).when(abort).fact(RollbackTriggered.class).environments())
                .containsExactly("prod", "dev");
    }

    @Test
    void who_aborts_what_is_over_or_on_its_way_back_is_told_so_and_a_change_that_ends_is_not() {
        var abort = new ReleaseCommand.Abort("rosa: enough", List.of("rosa"), AT);
        var follows = new ReleaseCommand.Abort("the change expired", List.of(), AT);
        var joined = securingDev(plan()).after(new ReleaseCommand.Join("REL-CHG-9", "planned together"));
        joined.when(abort).thenRefused("its change is carried by REL-CHG-9: abort that");
        reverting(plan()).when(abort).thenRefused("nothing to abort: the release is ROLLING_BACK");
        restoring().when(abort).thenRefused("RESTORING");
        securingDev(plan()).after(abort).when(abort).thenRefused("ABANDONED");
        released(plan())
                .after(new ReleaseCommand.Close("CHG-7", Outcome.SUCCESSFUL))
                .when(abort)
                .thenRefused("CLOSED");
        for (var story : List.of(story(), joined, reverting(plan()), restoring(), securingDev(plan()).after(abort))) {
            story.when(follows).thenNothing();
        }
        securingDev(plan()).when(follows).thenKinds(ReleaseEvent.ReleaseAborted.class);
    }

    @Test
    void what_is_deployed_everywhere_is_not_aborted() {
        released(plan()).when(new ReleaseCommand.Abort("late", List.of("kim"), AT)).thenRefused("deployed everywhere");
    }

    @Test
    void a_blocked_release_is_planned_anew_or_goes_on_with_a_new_backup() {
        var amended = List.of(DEV_STAGE);
        story().given(plan())
                .after(new ReleaseCommand.Block(null, List.of("no folder")))
                .when(new ReleaseCommand.Retry(amended, AT))
                .then(plan().with(amended));
        var blocked = securingProd(plan()).after(new ReleaseCommand.RefuseBackup(PROD_SET, List.of("disk full")));
        blocked.when(new ReleaseCommand.Retry(amended, AT))
                .then(new ReleaseEvent.BackupRequested(
                        "prod", "BKP-REL-CHG-7-prod-2", "web-prod", 600, VerificationLevel.V4));
        assertThat(blocked.after(retry()).when(gates(PROD, "BKP-REL-CHG-7-prod-2")).facts())
                .hasSize(8);
    }

    @Test
    void there_is_nothing_to_retry_while_it_runs_or_when_it_is_over() {
        story().when(retry()).thenRefused("NOTHING");
        rollingDev(plan()).when(retry()).thenRefused("RUNNING");
        released(plan()).when(retry()).thenRefused("RELEASED");
    }

    @Test
    void the_end_of_the_change_is_the_end_of_the_release() {
        var close = new ReleaseCommand.Close("CHG-7", Outcome.SUCCESSFUL);
        released(plan()).when(close).then(new ReleaseClosed(Outcome.SUCCESSFUL));
        released(plan()).after(close).when(close).thenNothing();
        restoring()
                .after(new ReleaseCommand.CompleteRestore(PROD_SET, 1))
                .when(new ReleaseCommand.Close("CHG-7", Outcome.BACKED_OUT))
                .then(new ReleaseClosed(Outcome.BACKED_OUT));
        rollingDev(plan()).when(close).then(new ReleaseEvent.CarriedChangeClosed("CHG-7", Outcome.SUCCESSFUL));
        story().when(close).thenNothing();
    }

    @Test
    void a_step_that_is_done_after_it_was_given_up_changes_nothing() {
        analysingProd(plan())
                .after(new ReleaseCommand.Abort("rosa: enough", List.of("rosa"), AT))
                .when(judge(samples(5, 0)))
                .thenNothing();
    }

    @Test
    void every_state_has_its_name() {
        assertThat(story().state().status()).isEqualTo("NOTHING");
        assertThat(packaged(plan()).state().status()).isEqualTo("PACKAGED");
        assertThat(securingDev(plan()).state().status()).isEqualTo("SECURING");
        assertThat(securingDev(plan()).after(gates(DEV, DEV_SET)).state().status()).isEqualTo("READY");
        assertThat(migratingProd(plan()).state().status()).isEqualTo("RUNNING");
        assertThat(analysingProd(plan()).state().status()).isEqualTo("ANALYSING");
        assertThat(reverting(plan()).state().status()).isEqualTo("ROLLING_BACK");
        assertThat(restoring().state().status()).isEqualTo("RESTORING");
        assertThat(released(plan()).state().status()).isEqualTo("RELEASED");
    }
}
