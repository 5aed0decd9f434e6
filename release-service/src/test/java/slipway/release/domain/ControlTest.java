package slipway.release.domain;

import static org.assertj.core.api.Assertions.assertThat;
import static slipway.release.domain.Examples.*;

import java.time.Instant;
import java.util.List;
import org.junit.jupiter.api.Test;
import slipway.release.domain.ReleaseCommand.AskToResume;
import slipway.release.domain.ReleaseCommand.RevokeLeave;
import slipway.release.domain.ReleaseEvent.BackupRequested;
import slipway.release.domain.ReleaseEvent.ImplementationRequested;
import slipway.release.domain.ReleaseEvent.LeaveRevoked;
import slipway.release.domain.ReleaseEvent.ReleaseBlocked;
import slipway.release.domain.ReleaseEvent.ReleaseDeployed;
import slipway.release.domain.ReleaseEvent.ReleaseGateEvaluated;
import slipway.release.domain.ReleaseEvent.ReleasePauseRequested;
import slipway.release.domain.ReleaseEvent.ReleasePaused;
import slipway.release.domain.ReleaseEvent.ReleasePromoted;
import slipway.release.domain.ReleaseEvent.ReleaseResumeRequested;
import slipway.release.domain.ReleaseEvent.ReleaseResumed;
import slipway.release.domain.ReleaseEvent.RollbackRequested;
import slipway.release.domain.ReleaseEvent.RollbackTriggered;
import slipway.release.domain.ReleaseEvent.RolloutStepCompleted;
import slipway.release.domain.ReleaseEvent.RolloutStepStarted;

/// Standing still and going on.
class ControlTest {

    private static final ReleaseCommand LIFTED = new AskToResume(List.of(PauseCause.HOLD, PauseCause.FREEZE));

    private static RevokeLeave revoked(long epoch, RevocationCause cause) {
        return new RevokeLeave("CHG-7", epoch, cause, "errors elsewhere", AT);
    }

    private static ReleaseCommand resume(Instant at) {
        return new ReleaseCommand.Resume(new Gates.Findings(at, 11, NEW, PROD_BEFORE, List.of(), null, null));
    }

    private static ReleaseCommand leave(long epoch) {
        return new ReleaseCommand.Start("CHG-7", "prod", AT, ENDS, "AUT-" + epoch, epoch, 11, PROD_BEFORE, true);
    }

    @Test
    void a_pause_waits_for_the_end_of_the_step_under_way() {
        switching().when(PAUSE).then(new ReleasePauseRequested("prod", 2, PauseCause.PERSON, "kim: odd errors"));
        switching()
                .after(PAUSE)
                .when(done("prod", 2, NEW))
                .then(
                        new RolloutStepCompleted("prod", 2, StepKind.SWITCH, "prod-1", 1, false, NEW, 12),
                        new ReleasePaused("prod", 3, PauseCause.PERSON, "kim: odd errors"));
        switching().after(PAUSE).when(PAUSE).thenNothing();
        paused().when(PAUSE).thenNothing();
        assertThat(paused().state().status()).isEqualTo("PAUSED");
    }

    @Test
    void going_on_passes_all_gates_again_and_needs_leave_again() {
        paused().when(ASK).then(new ReleaseResumeRequested("prod", 3));
        var looked = paused().after(ASK).when(resume(AT));
        assertThat(looked.facts()).hasSize(8);
        assertThat(looked.facts().subList(0, 7)).allSatisfy(fact -> assertThat(fact)
                .isInstanceOfSatisfying(
                        ReleaseGateEvaluated.class,
                        gate -> assertThat(gate.verdict()).as("%s", gate).isEqualTo(GateVerdict.OPEN)));
        assertThat(looked.fact(ImplementationRequested.class).resumesAt()).isEqualTo(3);
        paused().after(ASK, resume(AT))
                .when(leave(1))
                .thenKinds(ReleaseResumed.class, RolloutStepStarted.class);
        assertThat(paused().after(ASK, resume(AT))
                        .when(leave(1))
                        .fact(RolloutStepStarted.class)
                        .kind())
                .isEqualTo(StepKind.ANALYSE);
    }

    @Test
    void a_closed_gate_or_no_leave_leaves_it_standing_for_its_cause() {
        assertThat(paused().after(ASK).when(resume(ENDS)).fact(ReleasePaused.class))
                .isEqualTo(new ReleasePaused(
                        "prod", 3, PauseCause.PERSON, "gate WINDOW is closed: ended at " + ENDS));
        var asking = paused().after(ASK, resume(AT));
        asking.when(new ReleaseCommand.RefuseStart("CHG-7", "prod", List.of("it is held")))
                .then(new ReleasePaused("prod", 3, PauseCause.PERSON, "it is held"));
        assertThat(asking.when(new ReleaseCommand.Pause("kim: wait")).fact(ReleasePaused.class).step())
                .isEqualTo(3);
    }

    @Test
    void a_backup_that_grew_old_while_it_stood_still_is_still_the_way_back() {
        assertThat(paused().after(ASK).when(resume(AT.plusSeconds(1800))).facts())
                .anyMatch(ImplementationRequested.class::isInstance);
        paused().after(ASK, resume(AT.plusSeconds(1800)))
                .when(new ReleaseCommand.Start(
                        "CHG-7", "prod", AT.plusSeconds(1800), ENDS, "AUT-1", 1, 11, PROD_BEFORE, true))
                .thenKinds(ReleaseResumed.class, RolloutStepStarted.class);
    }

    @Test
    void a_hold_or_a_freeze_stops_it_at_the_next_boundary_and_lifting_it_lets_it_go_on() {
        switching()
                .when(revoked(2, RevocationCause.FREEZE))
                .then(
                        new LeaveRevoked("CHG-7", 2, RevocationCause.FREEZE, "errors elsewhere"),
                        new ReleasePauseRequested("prod", 2, PauseCause.FREEZE, "errors elsewhere"));
        var held = switching().after(revoked(2, RevocationCause.HOLD), done("prod", 2, NEW));
        held.when(LIFTED).then(new ReleaseResumeRequested("prod", 3));
        paused().when(LIFTED).thenNothing();
    }

    @Test
    void what_is_lifted_before_it_stands_still_lets_it_go_on_from_there() {
        switching()
                .after(revoked(2, RevocationCause.HOLD), LIFTED)
                .when(done("prod", 2, NEW))
                .thenKinds(RolloutStepCompleted.class, ReleasePaused.class, ReleaseResumeRequested.class);
    }

    @Test
    void leave_from_before_the_withdrawal_is_stale() {
        var asking = switching()
                .after(revoked(2, RevocationCause.HOLD), done("prod", 2, NEW), LIFTED, resume(AT));
        asking.when(leave(1)).thenNothing();
        asking.when(leave(2)).thenKinds(ReleaseResumed.class, RolloutStepStarted.class);
        asking.after(leave(2)).when(revoked(2, RevocationCause.HOLD)).thenNothing();
        asking.after(leave(2))
                .when(revoked(3, RevocationCause.HOLD))
                .thenKinds(LeaveRevoked.class, ReleasePauseRequested.class);
    }

    @Test
    void leave_that_is_withdrawn_before_the_start_starts_nothing() {
        var asking = securingDev(plan()).after(gates(DEV, DEV_SET));
        asking.when(revoked(2, RevocationCause.FREEZE)).thenKinds(LeaveRevoked.class, ReleaseBlocked.class);
        asking.after(revoked(2, RevocationCause.FREEZE)).when(start(DEV)).thenNothing();
        asking.after(revoked(2, RevocationCause.FREEZE), retry(), gates(DEV, "BKP-REL-CHG-7-dev-2"))
                .when(start(DEV))
                .thenNothing();
    }

    @Test
    void what_nobody_stands_by_any_more_is_taken_back() {
        assertThat(switching()
                        .when(revoked(2, RevocationCause.RATIFICATION))
                        .fact(RollbackTriggered.class)
                        .cause())
                .isEqualTo(RollbackCause.REVOKED);
        assertThat(paused()
                        .when(revoked(2, RevocationCause.RATIFICATION))
                        .fact(RollbackTriggered.class)
                        .environments())
                .containsExactly("prod", "dev");
        securingDev(plan()).when(revoked(2, RevocationCause.RATIFICATION)).thenKinds(LeaveRevoked.class);
    }

    @Test
    void a_migration_is_ended_before_anything_is_taken_back() {
        var migrating = migratingProd(plan());
        migrating
                .when(new ReleaseCommand.Abort("kim: no", List.of("kim"), AT))
                .then(new RollbackRequested("prod", 1, RollbackCause.ABORTED, "kim: no", List.of("kim")));
        var back = migrating
                .after(new ReleaseCommand.Abort("kim: no", List.of("kim"), AT))
                .when(done("prod", 1, "applied V1.sql"))
                .fact(RollbackTriggered.class);
        assertThat(back.dataRestore()).as("the migration is applied by now").isTrue();
        migrating
                .after(new ReleaseCommand.Abort("kim: no", List.of("kim"), AT))
                .when(new ReleaseCommand.Abort("kim: again", List.of("kim"), AT))
                .thenNothing();
    }

    @Test
    void nothing_is_touched_after_the_window_but_looking_goes_on() {
        var before = analysingProd(plan());
        ReleaseCommand late = new ReleaseCommand.JudgeCanary("prod", 3, 1, ENDS, samples(5, 0));
        assertThat(before.when(late).fact(ReleasePaused.class))
                .isEqualTo(new ReleasePaused("prod", 4, PauseCause.WINDOW, "the window ended at " + ENDS));
        var last = before.after(judge(samples(5, 0)));
        assertThat(last.when(new ReleaseCommand.CompleteStep("prod", 4, 1, ENDS, 1, false, NEW, 12))
                        .fact(RolloutStepStarted.class)
                        .kind())
                .isEqualTo(StepKind.VALIDATE);
    }

    @Test
    void between_two_environments_it_stands_still_at_once_and_goes_on_with_a_fresh_backup() {
        var soaking = rollingDev(plan()).after(done("dev", 1, NEW), done("dev", 2, NEW));
        soaking.when(PAUSE).then(new ReleasePaused("prod", 0, PauseCause.PERSON, "kim: odd errors"));
        soaking.after(PAUSE).when(new ReleaseCommand.Begin(false, AT)).thenNothing();
        soaking.after(PAUSE).when(ASK).then(new ReleaseResumeRequested("prod", 0));
        soaking.after(PAUSE, ASK)
                .when(new ReleaseCommand.Begin(false, AT))
                .thenKinds(ReleasePromoted.class, BackupRequested.class);
        var securing = securingProd(plan());
        securing.after(PAUSE).when(gates(PROD, PROD_SET)).thenNothing();
        securing.after(PAUSE, ASK)
                .when(new ReleaseCommand.Begin(false, AT))
                .then(new BackupRequested(
                        "prod", "BKP-REL-CHG-7-prod-2", "web-prod", 600, VerificationLevel.V4));
    }

    @Test
    void a_person_s_pause_outlasts_whatever_else_it_stands_still_for() {
        var held = switching().after(revoked(2, RevocationCause.HOLD), done("prod", 2, NEW));
        held.when(PAUSE).then(new ReleasePaused("prod", 3, PauseCause.PERSON, "kim: odd errors"));
        held.after(PAUSE).when(LIFTED).thenNothing();
        var holding = switching().after(revoked(2, RevocationCause.HOLD));
        holding.when(PAUSE).thenKinds(ReleasePauseRequested.class);
        holding.after(LIFTED, PAUSE)
                .when(done("prod", 2, NEW))
                .thenKinds(RolloutStepCompleted.class, ReleasePaused.class);
        paused().after(ASK, PAUSE).when(resume(AT)).thenNothing();
        paused().when(resume(AT)).thenNothing();
    }

    @Test
    void what_cannot_be_looked_at_when_it_goes_on_stands_still_and_is_never_blocked() {
        paused().after(ASK, resume(AT))
                .when(new ReleaseCommand.Block("prod", List.of("connection refused")))
                .then(new ReleasePaused("prod", 3, PauseCause.PERSON, "connection refused"));
    }

    @Test
    void a_step_that_somebody_looked_at_needs_open_gates_and_leave_again() {
        var odd = switching()
                .after(
                        revoked(2, RevocationCause.FREEZE),
                        new ReleaseCommand.FindIndeterminate(
                                "prod", 2, 1, Shape.of(new Shape.Part("prod-1", digest('c'), 100))));
        odd.when(retry()).thenKinds(ReleasePaused.class, ReleaseResumeRequested.class);
        odd.after(retry(), resume(AT)).when(leave(1)).thenNothing();
        RolloutStepStarted again =
                odd.after(retry(), resume(AT)).when(leave(2)).fact(RolloutStepStarted.class);
        assertThat(again.step()).isEqualTo(2);
        assertThat(again.attempt()).isEqualTo(2);
        assertThat(again.from()).isEqualTo(PROD_BEFORE.parts());
        var second = odd.after(retry(), resume(AT), leave(2));
        second.when(done("prod", 2, NEW)).thenNothing();
        second.when(new ReleaseCommand.FailStep("prod", 2, 1, AT, "late")).thenNothing();
    }

    @Test
    void leave_that_is_withdrawn_while_it_goes_back_changes_nothing_there() {
        reverting(plan()).when(revoked(2, RevocationCause.RATIFICATION)).thenKinds(LeaveRevoked.class);
        reverting(plan())
                .after(
                        new ReleaseCommand.CompleteRevert("prod", AT, false, OLD, 12),
                        new ReleaseCommand.CompleteRevert("dev", AT, false, OLD, 12))
                .when(revoked(2, RevocationCause.RATIFICATION))
                .thenKinds(LeaveRevoked.class);
    }

    @Test
    void a_pause_in_the_last_step_of_an_environment_keeps_the_next_one_closed() {
        rollingDev(plan())
                .after(done("dev", 1, NEW), PAUSE)
                .when(done("dev", 2, NEW))
                .thenKinds(RolloutStepCompleted.class, ReleaseDeployed.class, ReleasePaused.class);
    }

    @Test
    void a_person_s_pause_before_the_first_step_outlasts_another_plan() {
        ReleaseEvent.ReleasePlanned amended = plan(null, false, List.of("aki"));
        var replanned = packaged(plan())
                .after(new ReleaseCommand.Pause("kim: wait"), new ReleaseCommand.Plan(amended), built(amended));
        replanned.when(tested(amended)).thenKinds(ReleaseEvent.PackageTested.class, ReleasePaused.class);
        replanned.after(tested(amended)).when(new ReleaseCommand.Begin(false, AT)).thenNothing();
        replanned.after(tested(amended), new ReleaseCommand.AskToResume(List.of()))
                .when(new ReleaseCommand.Begin(false, AT))
                .thenKinds(ReleaseEvent.BackupRequested.class);
    }

    @Test
    void a_person_s_pause_can_be_lifted_while_the_next_plan_is_being_built() {
        ReleaseEvent.ReleasePlanned amended = plan(null, false, List.of("aki"));
        var building = packaged(plan()).after(PAUSE, new ReleaseCommand.Plan(amended));
        building.after(ASK, built(amended))
                .when(tested(amended))
                .thenKinds(ReleaseEvent.PackageTested.class);
        building.after(built(amended), ASK).when(tested(amended)).thenKinds(ReleaseEvent.PackageTested.class);
        packaged(plan()).after(new ReleaseCommand.Plan(amended)).when(ASK).thenRefused("nothing to resume");
    }

    @Test
    void a_hold_after_somebody_let_go_stops_it_all_the_same_and_lifting_it_lets_it_go_on() {
        var held = switching().after(PAUSE, ASK, revoked(2, RevocationCause.HOLD));
        held.when(done("prod", 2, NEW)).thenKinds(RolloutStepCompleted.class, ReleasePaused.class);
        assertThat(held.when(done("prod", 2, NEW)).fact(ReleasePaused.class).cause()).isEqualTo(PauseCause.HOLD);
        held.after(done("prod", 2, NEW)).when(LIFTED).then(new ReleaseResumeRequested("prod", 3));
    }
}
