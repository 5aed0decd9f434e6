package slipway.release.domain;

import static org.assertj.core.api.Assertions.assertThat;
import static slipway.release.domain.Examples.NEW;
import static slipway.release.domain.Examples.OLD;
import static slipway.release.domain.Examples.PROD;
import static slipway.release.domain.Examples.PROD_SET;
import static slipway.release.domain.Examples.STAGING_SET;
import static slipway.release.domain.Examples.atTheCanary;
import static slipway.release.domain.Examples.built;
import static slipway.release.domain.Examples.done;
import static slipway.release.domain.Examples.gates;
import static slipway.release.domain.Examples.inProd;
import static slipway.release.domain.Examples.inStaging;
import static slipway.release.domain.Examples.judge;
import static slipway.release.domain.Examples.plan;
import static slipway.release.domain.Examples.release;
import static slipway.release.domain.Examples.secured;
import static slipway.release.domain.Examples.terms;

import java.util.List;
import org.junit.jupiter.api.Test;
import slipway.decider.Story;
import slipway.release.domain.ReleaseEvent.BackupRequested;
import slipway.release.domain.ReleaseEvent.DataRestoreRequested;
import slipway.release.domain.ReleaseEvent.ReleaseAborted;
import slipway.release.domain.ReleaseEvent.ReleaseClosed;
import slipway.release.domain.ReleaseEvent.RollbackCompleted;
import slipway.release.domain.ReleaseEvent.RollbackFailed;
import slipway.release.domain.ReleaseEvent.RollbackTriggered;
import slipway.release.domain.ReleaseEvent.RolloutStepCompleted;
import slipway.release.domain.ReleaseEvent.RolloutStepStarted;

class WayBackTest {

    private static Story<ReleaseCommand, ReleaseState, ReleaseEvent> failedCanary() {
        return atTheCanary().after(judge(5, 5));
    }

    private static ReleaseCommand reverted(String environment) {
        return new ReleaseCommand.CompleteRevert(environment, false, OLD);
    }

    @Test
    void one_environment_after_the_other_and_then_the_data() {
        failedCanary()
                .when(reverted("prod"))
                .then(
                        new RolloutStepCompleted("prod", 1, StepKind.REVERT, "prod", 1, false, OLD),
                        new RolloutStepStarted("staging", 2, StepKind.REVERT, "staging", 1));
        failedCanary()
                .after(reverted("prod"))
                .when(reverted("staging"))
                .then(
                        new RolloutStepCompleted("staging", 2, StepKind.REVERT, "staging", 1, false, OLD),
                        new DataRestoreRequested("prod", PROD_SET, "sha256:" + PROD_SET, List.of("aki", "sam")));
    }

    @Test
    void a_revert_that_is_reported_twice_or_out_of_turn_changes_nothing() {
        failedCanary().when(reverted("staging")).thenNothing();
        failedCanary().after(reverted("prod")).when(reverted("prod")).thenNothing();
        inStaging().when(reverted("staging")).thenNothing();
    }

    @Test
    void without_a_migration_or_when_the_plan_does_not_say_so_no_data_go_back() {
        atTheCanary(plan(false, null, List.of("aki")))
                .after(judge(5, 5), reverted("prod"))
                .when(reverted("staging"))
                .then(
                        new RolloutStepCompleted("staging", 2, StepKind.REVERT, "staging", 1, false, OLD),
                        new RollbackCompleted(OLD, OLD, false, null));
        inStaging()
                .after(new ReleaseCommand.FailStep("staging", 1, "no answer", OLD))
                .when(reverted("staging"))
                .thenKinds(RolloutStepCompleted.class, RollbackCompleted.class);
    }

    @Test
    void with_the_data_back_it_is_done_and_says_what_was_lost() {
        Story<ReleaseCommand, ReleaseState, ReleaseEvent> waiting =
                failedCanary().after(reverted("prod"), reverted("staging"));

        waiting.when(new ReleaseCommand.CompleteRestore(PROD_SET, 1500)).then(new RollbackCompleted(OLD, OLD, true, 1500L));
        waiting.when(new ReleaseCommand.CompleteRestore(STAGING_SET, 1500)).thenNothing();
    }

    @Test
    void what_cannot_be_taken_back_calls_for_a_person() {
        failedCanary()
                .when(new ReleaseCommand.FailRevert("prod", "no route to p-1"))
                .then(new RollbackFailed("prod", "no route to p-1"));
        failedCanary()
                .after(reverted("prod"), reverted("staging"))
                .when(new ReleaseCommand.FailRestore(PROD_SET, List.of("copy is gone", "next step: the other one")))
                .then(new RollbackFailed("prod", "copy is gone; next step: the other one"));
    }

    @Test
    void a_failed_switch_back_can_be_tried_again_failed_data_cannot() {
        failedCanary()
                .after(new ReleaseCommand.FailRevert("prod", "no route"))
                .when(new ReleaseCommand.Retry(null))
                .then(new RolloutStepStarted("prod", 1, StepKind.REVERT, "prod", 2));
        failedCanary()
                .after(new ReleaseCommand.FailRevert("prod", "no route"), new ReleaseCommand.Retry(null))
                .when(reverted("prod"))
                .thenKinds(RolloutStepCompleted.class, RolloutStepStarted.class);
        failedCanary()
                .after(reverted("prod"), reverted("staging"), new ReleaseCommand.FailRestore(PROD_SET, List.of("gone")))
                .when(new ReleaseCommand.Retry(null))
                .thenRefused("follow the next step that RestoreFailed names");
    }

    @Test
    void a_blocked_release_goes_on_with_a_new_backup_or_a_new_package() {
        secured()
                .after(new ReleaseCommand.RefuseBackup(STAGING_SET, List.of("disk full")))
                .when(new ReleaseCommand.Retry(terms("staging")))
                .then(new BackupRequested(
                        "staging", "BKP-REL-CHG-7-staging-2", "shop-staging", 600, VerificationLevel.V2));
        release()
                .after(plan(plan()), new ReleaseCommand.Block(null, List.of("no such version")))
                .when(new ReleaseCommand.Retry(null))
                .then(plan());
        secured()
                .after(new ReleaseCommand.RefuseBackup(STAGING_SET, List.of("disk full")))
                .when(new ReleaseCommand.Retry(null))
                .thenRefused("staging is not in the delivery catalogue");
    }

    @Test
    void there_is_nothing_to_retry_while_it_goes_on() {
        inStaging().when(new ReleaseCommand.Retry(terms("staging"))).thenRefused("nothing to retry: the release is RUNNING");
    }

    @Test
    void aborted_before_anything_was_touched_it_simply_ends() {
        secured().when(new ReleaseCommand.Abort("not today", null)).then(new ReleaseAborted("not today"));
        release()
                .after(plan(plan()), built())
                .when(new ReleaseCommand.Abort("not today", null))
                .then(new ReleaseAborted("not today"));
        secured()
                .after(new ReleaseCommand.Abort("not today", null))
                .when(gates("staging", STAGING_SET))
                .thenNothing();
    }

    @Test
    void aborted_in_the_middle_it_goes_back() {
        RollbackTriggered back = inProd(plan())
                .after(done("prod", 1, PROD, "migrated"))
                .when(new ReleaseCommand.Abort("sam: pager", OLD))
                .fact(RollbackTriggered.class);

        assertThat(back.cause()).isEqualTo(RollbackCause.ABORTED);
        assertThat(back.environments()).containsExactly("prod", "staging");
        assertThat(back.dataRestore()).isTrue();
        inProd(plan())
                .after(new ReleaseCommand.Abort("sam: pager", OLD))
                .when(done("prod", 1, PROD, "migrated"))
                .thenNothing();
    }

    @Test
    void what_is_deployed_everywhere_is_not_aborted_but_changed_again() {
        atTheCanary()
                .after(judge(0, 5), done("prod", 4, PROD), done("prod", 5, PROD))
                .when(new ReleaseCommand.Abort("too late", OLD))
                .thenRefused("ask for a change to the version before");
        release().when(new ReleaseCommand.Abort("of a change without release", null)).thenNothing();
    }

    @Test
    void a_release_closes_with_its_change_and_not_before_its_end() {
        atTheCanary()
                .after(judge(0, 5), done("prod", 4, PROD), done("prod", 5, PROD))
                .when(new ReleaseCommand.Close(Outcome.SUCCESSFUL))
                .then(new ReleaseClosed(Outcome.SUCCESSFUL));
        inStaging().when(new ReleaseCommand.Close(Outcome.ABORTED)).thenNothing();
        secured()
                .after(new ReleaseCommand.Abort("no", null), new ReleaseCommand.Close(Outcome.ABORTED))
                .when(new ReleaseCommand.Close(Outcome.ABORTED))
                .thenNothing();
    }

    @Test
    void every_state_has_its_name() {
        assertThat(release().state().status()).isEqualTo("NOTHING");
        assertThat(secured().state().status()).isEqualTo("SECURING");
        assertThat(failedCanary().state().status()).isEqualTo("ROLLING_BACK");
        assertThat(failedCanary().after(reverted("prod"), reverted("staging")).state().status())
                .isEqualTo("RESTORING");
        assertThat(((ReleaseState.Open) atTheCanary().state()).journey().digest()).isEqualTo(NEW);
    }
}
