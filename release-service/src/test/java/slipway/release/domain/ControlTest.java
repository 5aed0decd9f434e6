package slipway.release.domain;

import static org.assertj.core.api.Assertions.assertThat;
import static slipway.release.domain.Examples.*;

import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;
import slipway.decider.Story;
import slipway.release.domain.ReleaseCommand.AskToResume;
import slipway.release.domain.ReleaseCommand.Promote;
import slipway.release.domain.ReleaseCommand.RevokeLeave;
import slipway.release.domain.ReleaseEvent.BackupRequested;
import slipway.release.domain.ReleaseEvent.ImplementationRequested;
import slipway.release.domain.ReleaseEvent.Leave;
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

class ControlTest {

    private static final ReleaseCommand PAUSE = new ReleaseCommand.Pause("kim: odd errors");
    private static final ReleaseCommand ASK = new AskToResume(List.of());
    private static final ReleaseCommand LIFTED = new AskToResume(List.of(PauseCause.HOLD, PauseCause.FREEZE));

    private static RevokeLeave revoked(long epoch, RevocationCause cause) {
        return new RevokeLeave("CHG-7", epoch, cause, "errors elsewhere", AT);
    }

    private static ReleaseCommand resume(Instant at) {
        return new ReleaseCommand.Resume(new Gates.Findings(at, 11, NEW, PROD_BEFORE, List.of()));
    }

    private static ReleaseCommand leave(long epoch) {
        return new ReleaseCommand.Start("CHG-7", "prod", AT, ENDS, "AUT-" + epoch, epoch, 11, PROD_BEFORE, true);
    }

    /// The first of prod's instances is being switched.
    private static Story<ReleaseCommand, ReleaseState, ReleaseEvent> switching() {
        return migratingProd(plan()).after(done("prod", 1, "applied V1.sql"));
    }

    /// It stands still before the analysis.
    private static Story<ReleaseCommand, ReleaseState, ReleaseEvent> paused() {
        return switching().after(PAUSE, done("prod", 2, NEW));
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
                .when(new ReleaseCommand.Abort("kim: no", AT))
                .then(new RollbackRequested("prod", 1, RollbackCause.ABORTED, "kim: no"));
        var back = migrating
                .after(new ReleaseCommand.Abort("kim: no", AT))
                .when(done("prod", 1, "applied V1.sql"))
                .fact(RollbackTriggered.class);
        assertThat(back.dataRestore()).as("the migration is applied by now").isTrue();
        migrating
                .after(new ReleaseCommand.Abort("kim: no", AT))
                .when(new ReleaseCommand.Abort("kim: again", AT))
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
    void a_soak_ends_by_its_own_time_whatever_timer_comes_and_whoever_paused_meanwhile() {
        Stage dev = new Stage(
                "dev",
                "directory",
                Strategy.ALL_AT_ONCE,
                DEV_STAGE.steps(),
                3600,
                "web-dev",
                600,
                VerificationLevel.V2,
                null,
                DEV_STAGE.analyses());
        var soaking = rollingDev(plan(null, true, List.of("aki"), List.of(dev, PROD_STAGE)))
                .after(done("dev", 1, NEW), done("dev", 2, NEW));
        ReleaseCommand early = new ReleaseCommand.Begin(false, AT.plusSeconds(3599));
        soaking.when(early).thenNothing();
        soaking.after(PAUSE, ASK).when(early).thenNothing();
        soaking.when(new ReleaseCommand.Begin(true, AT)).thenRefused("to end the soak of dev now, promote it");
        soaking.after(PAUSE, ASK)
                .when(new ReleaseCommand.Begin(false, AT.plusSeconds(3600)))
                .thenKinds(ReleasePromoted.class, BackupRequested.class);
        soaking.when(new Promote("rosa: seen enough", AT)).thenKinds(ReleasePromoted.class, BackupRequested.class);
    }

    @Test
    void nothing_is_started_before_its_window_opens() {
        packaged(plan()).when(new ReleaseCommand.Begin(true, OPENS.minusSeconds(1))).thenRefused("its window opens at");
        packaged(plan()).when(new ReleaseCommand.Begin(false, OPENS.minusSeconds(1))).thenNothing();
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
    void a_pause_that_a_plan_has_is_promoted_and_not_resumed() {
        List<Step> steps = new ArrayList<>(PROD_STAGE.steps());
        steps.add(2, Step.lasting(StepKind.PAUSE, 0));
        migratingProd(plan(null, true, List.of("aki"), List.of(DEV_STAGE, stage(PROD, Strategy.CANARY, steps))))
                .after(done("prod", 1, "applied V1.sql"), done("prod", 2, NEW))
                .when(ASK)
                .thenRefused("promote it");
        switching().after(PAUSE).when(ASK).then(new ReleaseResumeRequested("prod", 2));
    }

    @Test
    void a_plan_of_people_keeps_its_own_digest_and_its_own_way_back_when_a_change_moves() {
        ReleaseEvent.ReleasePlanned code = plan(NEW, false, List.of("aki"));
        var moved = code.carrying(carried("CHG-7", "dana", List.of("aki"), ENDS.plusSeconds(60)));
        assertThat(moved.restoreDataOnRollback()).isFalse();
        assertThat(moved.pinnedDigest()).isEqualTo(NEW);
        assertThat(moved.window().notAfter()).isEqualTo(ENDS.plusSeconds(60));
        story().given(moved)
                .when(new ReleaseCommand.RecordPackage(moved, archive(OLD)))
                .thenKinds(ReleaseEvent.PackageBuilt.class, ReleaseBlocked.class);
    }

    @Test
    void a_pause_in_the_last_step_of_an_environment_keeps_the_next_one_closed() {
        rollingDev(plan())
                .after(done("dev", 1, NEW), PAUSE)
                .when(done("dev", 2, NEW))
                .thenKinds(RolloutStepCompleted.class, ReleaseDeployed.class, ReleasePaused.class);
    }

    @Test
    void promoting_skips_waiting_and_nothing_else() {
        Promote promote = new Promote("rosa: seen enough", AT);
        List<Step> steps = new ArrayList<>(PROD_STAGE.steps());
        steps.add(2, Step.lasting(StepKind.PAUSE, 0));
        var waiting = migratingProd(plan(null, true, List.of("aki"), List.of(DEV_STAGE, stage(PROD, Strategy.CANARY, steps))))
                .after(done("prod", 1, "applied V1.sql"), done("prod", 2, NEW));
        assertThat(waiting.state().status()).isEqualTo("PAUSED");
        assertThat(waiting.when(promote).fact(RolloutStepCompleted.class).observed())
                .isEqualTo("promoted by rosa: seen enough");
        assertThat(waiting.when(promote).fact(RolloutStepStarted.class).kind()).isEqualTo(StepKind.ANALYSE);

        rollingDev(plan())
                .after(done("dev", 1, NEW), done("dev", 2, NEW))
                .when(promote)
                .thenKinds(ReleasePromoted.class, BackupRequested.class);
        packaged(plan()).when(promote).thenRefused("there is no waiting to skip: the release is PACKAGED");
        paused().when(promote).thenRefused("the release is PAUSED");
        analysingProd(plan()).when(promote).thenRefused("the release is ANALYSING");
        securingProd(plan()).when(promote).thenRefused("the release is SECURING");
    }

    @Test
    void a_plan_that_somebody_starts_waits_for_them_and_goes_on_by_itself_from_then_on() {
        ReleaseEvent.ReleasePlanned plan = plan();
        var written = new ReleaseEvent.ReleasePlanned(
                plan.changeIds(),
                plan.service(),
                plan.components(),
                plan.environments(),
                plan.strategy(),
                plan.planDigest(),
                plan.window(),
                null,
                true,
                "dana",
                "dana",
                plan.approvers(),
                plan.stages(),
                plan.changes(),
                null,
                true,
                true);
        packaged(written).when(new ReleaseCommand.Begin(false, AT)).thenNothing();
        packaged(written).when(new ReleaseCommand.Begin(true, AT)).thenKinds(BackupRequested.class);
        rollingDev(written, true)
                .after(done("dev", 1, NEW), done("dev", 2, NEW))
                .when(new ReleaseCommand.Begin(false, AT))
                .thenKinds(ReleasePromoted.class, BackupRequested.class);
        rollingDev(written, true)
                .when(new ReleaseCommand.Begin(true, AT))
                .thenRefused("there is nothing to start: the release is RUNNING");
        packaged(written)
                .after(new ReleaseCommand.Block("dev", List.of("disk full")))
                .when(new ReleaseCommand.Retry(List.of(DEV_STAGE)))
                .thenKinds(BackupRequested.class);
    }

    @Test
    void every_change_that_is_carried_gives_leave_and_one_that_does_not_stops_all() {
        var both = plan().withChanges(List.of(
                plan().changes().getFirst(), carried("CHG-8", "olu", List.of("aki"), AT.plusSeconds(1800))));
        assertThat(both.window().notAfter()).as("what they have in common").isEqualTo(AT.plusSeconds(1800));
        var asking = securingDev(both).after(gates(DEV, DEV_SET));
        ImplementationRequested second = asking.when(start(DEV)).fact(ImplementationRequested.class);
        assertThat(second.changeId()).isEqualTo("CHG-8");
        assertThat(second.planDigest()).isEqualTo("sha256:plan-CHG-8");
        assertThat(second.leaves()).isEqualTo(LEAVE);
        var given = new ReleaseCommand.Start("CHG-8", "dev", AT, ENDS, "AUT-8", 4, 11, DEV_BEFORE, true);
        assertThat(asking.after(start(DEV))
                        .when(given)
                        .fact(ReleaseEvent.ReleaseStarted.class)
                        .leaves())
                .containsExactly(new Leave("CHG-7", "AUT-1", 1), new Leave("CHG-8", "AUT-8", 4));
        asking.when(given).thenNothing();
        asking.after(start(DEV))
                .when(new ReleaseCommand.RefuseStart("CHG-8", "dev", List.of("it is held")))
                .then(new ReleaseBlocked("dev", List.of("it is held")));
    }

    @Test
    void nobody_approves_one_of_several_that_is_their_own() {
        var both = plan().withChanges(
                List.of(plan().changes().getFirst(), carried("CHG-8", "aki", List.of("aki"), ENDS)));
        assertThat(securingDev(both)
                        .when(gates(DEV, DEV_SET))
                        .fact(ReleaseBlocked.class)
                        .reasons())
                .containsExactly("gate SEPARATION is closed: aki approved their own change CHG-8");
    }

    @Test
    void a_release_of_several_changes_closes_with_the_last_of_them_as_the_worst_of_them_ended() {
        var both = plan().withChanges(
                List.of(plan().changes().getFirst(), carried("CHG-8", "olu", List.of("aki"), ENDS)));
        var out = securingDev(both)
                .after(gates(DEV, DEV_SET), start(DEV), other("dev", DEV_BEFORE))
                .after(done("dev", 1, NEW), done("dev", 2, NEW), new ReleaseCommand.Begin(false, AT))
                .after(gates(PROD, PROD_SET), start(PROD), other("prod", PROD_BEFORE))
                .after(done("prod", 1, "applied V1.sql"), done("prod", 2, NEW), judge(samples(5, 0)))
                .after(done("prod", 4, NEW), done("prod", 5, NEW));
        var failed = new ReleaseCommand.Close("CHG-8", Outcome.BACKED_OUT);
        var good = new ReleaseCommand.Close("CHG-7", Outcome.SUCCESSFUL);
        out.when(new ReleaseCommand.Close("CHG-9", Outcome.SUCCESSFUL)).thenNothing();
        out.when(failed).then(new ReleaseEvent.CarriedChangeClosed("CHG-8", Outcome.BACKED_OUT));
        out.after(failed).when(failed).thenNothing();
        out.after(failed)
                .when(good)
                .then(
                        new ReleaseEvent.CarriedChangeClosed("CHG-7", Outcome.SUCCESSFUL),
                        new ReleaseEvent.ReleaseClosed(Outcome.BACKED_OUT));
    }

    private static ReleaseCommand other(String environment, Shape before) {
        return new ReleaseCommand.Start("CHG-8", environment, AT, ENDS, "AUT-8", 1, 11, before, true);
    }

    @Test
    void a_change_that_another_release_carries_leaves_its_own_until_it_is_planned_again() {
        var own = packaged(plan());
        own.when(new ReleaseCommand.Join("REL-CHG-5", "one rollout for both"))
                .then(new ReleaseEvent.ReleaseJoined("REL-CHG-5", "one rollout for both"));
        var joined = own.after(new ReleaseCommand.Join("REL-CHG-5", "one rollout for both"));
        joined.when(new ReleaseCommand.Begin(false, AT)).thenNothing();
        joined.when(new ReleaseCommand.Plan(plan())).then(plan());
        rollingDev(plan())
                .when(new ReleaseCommand.Join("REL-CHG-5", "late"))
                .thenRefused("cannot be carried by another release: it is RUNNING");
    }
}
