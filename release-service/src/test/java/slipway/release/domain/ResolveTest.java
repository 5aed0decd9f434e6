package slipway.release.domain;

import static slipway.release.domain.Examples.*;

import java.util.List;
import org.junit.jupiter.api.Test;
import slipway.decider.Story;
import slipway.release.domain.ReleaseCommand.Close;
import slipway.release.domain.ReleaseCommand.CompleteRevert;
import slipway.release.domain.ReleaseCommand.Resolve;
import slipway.release.domain.ReleaseEvent.CarriedChangeClosed;
import slipway.release.domain.ReleaseEvent.ReleaseClosed;
import slipway.release.domain.ReleaseEvent.ReleaseResolved;
import slipway.release.domain.ReleaseEvent.RollbackCompleted;
import slipway.release.domain.ReleaseEvent.RolloutStepCompleted;

/// How a release ends that needs a person, and one whose change is closed before it stands still.
class ResolveTest {

    private static final List<EnvironmentLeft> LEFT =
            List.of(new EnvironmentLeft("prod", OLD), new EnvironmentLeft("dev", NEW));
    private static final Resolve RESOLVE = new Resolve("kim: put back by hand", LEFT);
    private static final ReleaseResolved RESOLVED =
            new ReleaseResolved("inventory-web", "kim: put back by hand", LEFT, CHANGES);
    private static final Close CLOSED = new Close("CHG-7", Outcome.FAILED_NOT_BACKED_OUT);

    private static Story<ReleaseCommand, ReleaseState, ReleaseEvent> stuck() {
        return reverting(plan(null, false, List.of("aki")))
                .after(new ReleaseCommand.FailRevert("prod", "no answer"));
    }

    @Test
    void a_person_who_mended_it_by_hand_ends_it_with_a_reason_and_with_what_runs() {
        stuck().when(RESOLVE).then(RESOLVED);
        stuck().after(RESOLVE).when(RESOLVE).thenRefused("RESOLVED");
        stuck().after(RESOLVE).when(retry()).thenRefused("RESOLVED");
        stuck().after(RESOLVE).when(CLOSED).then(new ReleaseClosed(Outcome.FAILED_NOT_BACKED_OUT));
        released(plan()).when(RESOLVE).thenRefused("there is nothing to resolve");
        reverting(plan()).when(RESOLVE).thenRefused("ROLLING_BACK");
    }

    @Test
    void its_change_may_close_before_but_the_release_keeps_its_leases_until_somebody_says_so() {
        stuck().when(CLOSED).then(new CarriedChangeClosed("CHG-7", Outcome.FAILED_NOT_BACKED_OUT));
        stuck().after(CLOSED).when(CLOSED).thenNothing();
        stuck().after(CLOSED)
                .when(RESOLVE)
                .then(RESOLVED, new ReleaseClosed(Outcome.FAILED_NOT_BACKED_OUT));
    }

    @Test
    void a_change_that_closes_while_its_release_goes_back_closes_it_when_it_is_back() {
        var back = reverting(plan(null, false, List.of("aki")))
                .after(new Close("CHG-7", Outcome.BACKED_OUT), new CompleteRevert("prod", AT, false, OLD, 12));
        back.when(new CompleteRevert("dev", AT, false, OLD, 12))
                .then(
                        new RolloutStepCompleted("dev", 2, StepKind.REVERT, "dev", 1, false, OLD, 12),
                        new RollbackCompleted(OLD, OLD, false, null, CHANGES),
                        new ReleaseClosed(Outcome.BACKED_OUT));
    }

    @Test
    void a_change_that_closes_while_its_release_goes_on_closes_it_when_it_is_deployed() {
        analysingProd(plan())
                .after(new Close("CHG-7", Outcome.SUCCESSFUL), judge(samples(5, 0)), done("prod", 4, NEW))
                .when(done("prod", 5, NEW))
                .thenKinds(
                        RolloutStepCompleted.class,
                        ReleaseEvent.ReleaseDeployed.class,
                        ReleaseClosed.class);
    }

    @Test
    void what_was_learnt_while_a_person_was_needed_still_holds_when_the_way_back_is_tried_again() {
        stuck().after(CLOSED, retry(), new CompleteRevert("prod", AT, false, OLD, 12))
                .when(new CompleteRevert("dev", AT, false, OLD, 12))
                .thenKinds(RolloutStepCompleted.class, RollbackCompleted.class, ReleaseClosed.class);
    }
}
