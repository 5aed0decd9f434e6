package slipway.release.domain;

import static org.assertj.core.api.Assertions.assertThat;
import static slipway.release.domain.Examples.*;

import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;
import slipway.release.domain.ReleaseCommand.Promote;
import slipway.release.domain.ReleaseEvent.BackupRequested;
import slipway.release.domain.ReleaseEvent.ImplementationRequested;
import slipway.release.domain.ReleaseEvent.ReleaseBlocked;
import slipway.release.domain.ReleaseEvent.ReleasePromoted;
import slipway.release.domain.ReleaseEvent.ReleaseResumeRequested;
import slipway.release.domain.ReleaseEvent.RolloutStepCompleted;
import slipway.release.domain.ReleaseEvent.RolloutStepStarted;

/// Plans that people write: what they start, wait for and skip, and releases of several changes.
class PeoplesPlansTest {

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
        story().given(written)
                .when(new ReleaseCommand.Begin(true, AT))
                .thenRefused("its package is still being made (BUILDING): start it when it is PACKAGED");
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
                .when(new ReleaseCommand.Retry(List.of(DEV_STAGE), AT))
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
