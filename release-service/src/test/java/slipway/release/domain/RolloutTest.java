package slipway.release.domain;

import static org.assertj.core.api.Assertions.assertThat;
import static slipway.release.domain.Examples.NEW;
import static slipway.release.domain.Examples.OLD;
import static slipway.release.domain.Examples.PROD;
import static slipway.release.domain.Examples.PROD_SET;
import static slipway.release.domain.Examples.STAGING;
import static slipway.release.domain.Examples.STAGING_SET;
import static slipway.release.domain.Examples.atTheCanary;
import static slipway.release.domain.Examples.done;
import static slipway.release.domain.Examples.gates;
import static slipway.release.domain.Examples.inProd;
import static slipway.release.domain.Examples.inStaging;
import static slipway.release.domain.Examples.judge;
import static slipway.release.domain.Examples.plan;
import static slipway.release.domain.Examples.samples;
import static slipway.release.domain.Examples.secured;
import static slipway.release.domain.Examples.start;

import java.util.List;
import org.junit.jupiter.api.Test;
import slipway.release.domain.ReleaseCommand.Step;
import slipway.release.domain.ReleaseEvent.BackupRequested;
import slipway.release.domain.ReleaseEvent.CanaryAnalysisCompleted;
import slipway.release.domain.ReleaseEvent.ReleaseBlocked;
import slipway.release.domain.ReleaseEvent.ReleaseDeployed;
import slipway.release.domain.ReleaseEvent.ReleasePromoted;
import slipway.release.domain.ReleaseEvent.ReleaseStarted;
import slipway.release.domain.ReleaseEvent.RollbackTriggered;
import slipway.release.domain.ReleaseEvent.RolloutStepCompleted;
import slipway.release.domain.ReleaseEvent.RolloutStepStarted;

class RolloutTest {

    @Test
    void a_canary_is_one_instance_and_its_analysis_before_the_others() {
        assertThat(PROD)
                .containsExactly(
                        new Step(StepKind.MIGRATE, "prod"),
                        new Step(StepKind.SWITCH, "p-1"),
                        new Step(StepKind.ANALYSE, "p-1"),
                        new Step(StepKind.SWITCH, "p-2"),
                        new Step(StepKind.VALIDATE, "prod"));
    }

    @Test
    void all_at_once_has_no_analysis_and_nothing_to_migrate_no_migration() {
        assertThat(STAGING)
                .containsExactly(new Step(StepKind.SWITCH, "s-1"), new Step(StepKind.VALIDATE, "staging"));
    }

    @Test
    void with_leave_it_starts_with_the_first_step_and_only_once() {
        secured()
                .after(gates("staging", STAGING_SET))
                .when(start("staging", STAGING))
                .then(
                        new ReleaseStarted("staging", NEW, Strategy.CANARY, STAGING_SET, "AUT-1", 1, 3),
                        new RolloutStepStarted("staging", 1, StepKind.SWITCH, "s-1", 1));
        inStaging().when(start("staging", STAGING)).thenNothing();
        secured().when(start("staging", STAGING)).thenNothing();
    }

    @Test
    void a_step_that_is_done_leads_to_the_next() {
        inStaging()
                .when(done("staging", 1, STAGING))
                .then(
                        new RolloutStepCompleted("staging", 1, StepKind.SWITCH, "s-1", 1, false, NEW),
                        new RolloutStepStarted("staging", 2, StepKind.VALIDATE, "staging", 1));
    }

    @Test
    void a_step_that_is_reported_late_or_twice_changes_nothing() {
        inStaging().after(done("staging", 1, STAGING)).when(done("staging", 1, STAGING)).thenNothing();
        inStaging().when(done("prod", 1, PROD)).thenNothing();
        inStaging().when(judge(0, 5)).thenNothing();
    }

    @Test
    void an_environment_that_is_done_leads_to_the_backup_of_the_next() {
        inStaging()
                .after(done("staging", 1, STAGING))
                .when(done("staging", 2, STAGING))
                .then(
                        new RolloutStepCompleted("staging", 2, StepKind.VALIDATE, "staging", 1, false, NEW),
                        new ReleaseDeployed("staging", NEW, NEW, 1, false),
                        new ReleasePromoted("staging", "prod"),
                        new BackupRequested("prod", PROD_SET, "shop-prod", 600, VerificationLevel.V2));
    }

    @Test
    void a_next_environment_that_nobody_knows_any_more_blocks() {
        ReleaseCommand last = new ReleaseCommand.CompleteStep("staging", 2, 1, false, NEW, STAGING, null);

        assertThat(inStaging().after(done("staging", 1, STAGING)).when(last).fact(ReleaseBlocked.class))
                .isEqualTo(new ReleaseBlocked("prod", List.of("prod is not in the delivery catalogue")));
    }

    @Test
    void instances_that_run_something_else_at_the_end_are_taken_back() {
        RollbackTriggered back = inStaging()
                .after(done("staging", 1, STAGING))
                .when(done("staging", 2, STAGING, OLD))
                .fact(RollbackTriggered.class);

        assertThat(back.cause()).isEqualTo(RollbackCause.VALIDATION_FAILED);
        assertThat(back.reason()).contains(OLD).contains(NEW);
    }

    @Test
    void a_canary_that_passes_is_followed_by_the_others() {
        atTheCanary()
                .when(judge(1, 5))
                .thenKinds(CanaryAnalysisCompleted.class, RolloutStepCompleted.class, RolloutStepStarted.class);
    }

    @Test
    void the_last_environment_that_is_done_ends_the_release() {
        List<ReleaseEvent> facts = atTheCanary()
                .after(judge(0, 5), done("prod", 4, PROD))
                .when(done("prod", 5, PROD))
                .facts();

        assertThat(facts.getLast()).isEqualTo(new ReleaseDeployed("prod", NEW, NEW, 2, true));
    }

    @Test
    void a_canary_that_fails_takes_every_touched_environment_back_the_last_first() {
        List<ReleaseEvent> facts = atTheCanary().when(judge(2, 5)).facts();

        assertThat(facts.get(1))
                .isEqualTo(new RollbackTriggered(
                        "prod",
                        List.of("prod", "staging"),
                        RollbackCause.CANARY_FAILED,
                        "2 of 5 samples are bad, 1 are borne; the last: 404",
                        OLD,
                        true,
                        PROD_SET,
                        "sha256:" + PROD_SET));
        assertThat(facts.getLast()).isEqualTo(new RolloutStepStarted("prod", 1, StepKind.REVERT, "prod", 1));
    }

    @Test
    void a_step_that_cannot_be_done_takes_it_back_and_says_which() {
        RollbackTriggered back = inProd(plan())
                .when(new ReleaseCommand.FailStep("prod", 1, "syntax error", OLD))
                .fact(RollbackTriggered.class);

        assertThat(back.cause()).isEqualTo(RollbackCause.STEP_FAILED);
        assertThat(back.reason()).isEqualTo("MIGRATE prod: syntax error");
        assertThat(back.dataRestore()).as("nothing was migrated").isFalse();
        inProd(plan())
                .when(new ReleaseCommand.FailStep("prod", 2, "late", OLD))
                .thenNothing();
    }

    @Test
    void nothing_measured_is_an_error_and_without_one_good_sample_nothing_passes() {
        assertThat(Judgement.of(List.of(), 5).verdict()).isEqualTo(Verdict.ERROR);
        assertThat(Judgement.of(samples(5, 5), 9).verdict()).isEqualTo(Verdict.FAIL);
        assertThat(Judgement.of(samples(1, 5), 1).verdict()).isEqualTo(Verdict.PASS);
        assertThat(Judgement.of(samples(2, 5), 1).verdict()).isEqualTo(Verdict.FAIL);
    }
}
