package slipway.release.domain;

import static org.assertj.core.api.Assertions.assertThat;
import static slipway.release.domain.Examples.*;

import java.util.List;
import org.junit.jupiter.api.Test;
import slipway.release.domain.ReleaseCommand.CompleteRevert;
import slipway.release.domain.ReleaseCommand.LayBare;
import slipway.release.domain.ReleaseCommand.Supersede;
import slipway.release.domain.ReleaseEvent.DataRestoreRequested;
import slipway.release.domain.ReleaseEvent.EnvironmentLaidBare;
import slipway.release.domain.ReleaseEvent.EnvironmentSuperseded;
import slipway.release.domain.ReleaseEvent.LeaveRevoked;
import slipway.release.domain.ReleaseEvent.ReleaseAborted;
import slipway.release.domain.ReleaseEvent.RollbackCompleted;
import slipway.release.domain.ReleaseEvent.RollbackTriggered;
import slipway.release.domain.ReleaseEvent.RolloutStepCompleted;
import slipway.release.domain.ReleaseEvent.RolloutStepStarted;

/// Releases lie upon each other; each takes back only what is its own.
class LayersTest {

    private static final Supersede DEV_COVERED = new Supersede("dev", "REL-CHG-9");
    private static final CompleteRevert PROD_BACK = new CompleteRevert("prod", AT, false, OLD, 12);

    @Test
    void a_later_release_on_top_is_noted_once_and_so_is_its_end() {
        analysingProd(plan()).when(DEV_COVERED).then(new EnvironmentSuperseded("dev", "REL-CHG-9"));
        analysingProd(plan()).after(DEV_COVERED).when(DEV_COVERED).thenNothing();
        analysingProd(plan()).after(DEV_COVERED).when(new LayBare("dev")).then(new EnvironmentLaidBare("dev"));
        analysingProd(plan()).when(new LayBare("dev")).thenNothing();
        analysingProd(plan()).when(new Supersede("qa", "REL-CHG-9")).thenNothing();
        packaged(plan()).when(DEV_COVERED).thenNothing();
    }

    @Test
    void the_way_back_leaves_alone_where_a_later_release_lies_and_says_so() {
        var failed = analysingProd(plan(null, false, List.of("aki"))).after(DEV_COVERED);
        RollbackTriggered back = failed.when(judge(samples(0, 5))).fact(RollbackTriggered.class);
        assertThat(back.environments()).containsExactly("prod");
        assertThat(back.leftAlone()).containsExactly("dev");
        failed.after(judge(samples(0, 5)))
                .when(PROD_BACK)
                .then(
                        new RolloutStepCompleted("prod", 1, StepKind.REVERT, "prod", 1, false, OLD, 12),
                        new RollbackCompleted(OLD, OLD, false, null, CHANGES));
    }

    @Test
    void what_is_laid_bare_again_goes_back_as_well() {
        assertThat(analysingProd(plan())
                        .after(DEV_COVERED, new LayBare("dev"))
                        .when(judge(samples(0, 5)))
                        .fact(RollbackTriggered.class)
                        .environments())
                .containsExactly("prod", "dev");
    }

    @Test
    void data_under_a_later_release_stay_as_they_are() {
        var covered = released(plan()).after(new Supersede("prod", "REL-CHG-9"));
        RollbackTriggered back = covered.when(
                        new ReleaseCommand.RollBack(RollbackCause.SLO_ALERT, "errors", List.of(), AT))
                .fact(RollbackTriggered.class);
        assertThat(back.environment()).isEqualTo("dev");
        assertThat(back.environments()).containsExactly("dev");
        assertThat(back.dataRestore()).isFalse();
    }

    @Test
    void one_that_comes_while_it_goes_back_keeps_its_data_too() {
        var reverting = reverting(plan()).after(new Supersede("prod", "REL-CHG-9"), PROD_BACK);
        assertThat(reverting.when(new CompleteRevert("dev", AT, false, OLD, 12)).facts())
                .hasOnlyElementsOfTypes(RolloutStepCompleted.class, RollbackCompleted.class)
                .doesNotHaveAnyElementsOfTypes(DataRestoreRequested.class);
    }

    @Test
    void steps_back_are_counted_from_one_whatever_is_left_alone() {
        var back = rollingDev(plan())
                .after(
                        done("dev", 1, NEW),
                        done("dev", 2, NEW),
                        DEV_COVERED,
                        new ReleaseCommand.Begin(false, AT),
                        gates(PROD, PROD_SET),
                        start(PROD))
                .after(new ReleaseCommand.FailStep("prod", 1, 1, AT, "no"), new ReleaseCommand.FailRevert("prod", "no answer"));
        back.when(retry())
                .then(new RolloutStepStarted("prod", 1, StepKind.REVERT, "prod", 2, List.of(), List.of()));
    }

    @Test
    void where_later_releases_are_everywhere_there_is_nothing_to_take_back() {
        var between = securingProd(plan()).after(DEV_COVERED);
        between.when(new ReleaseCommand.Abort("kim: no", List.of("kim"), AT))
                .then(new ReleaseAborted("kim: no", CHANGES, List.of("dev")));
        between.when(new ReleaseCommand.RollBack(RollbackCause.PERSON, "kim: no", List.of("kim"), AT))
                .thenRefused("later releases are in all that it was in");
        released(plan())
                .after(DEV_COVERED, new Supersede("prod", "REL-CHG-9"))
                .when(new ReleaseCommand.RevokeLeave("CHG-7", 2, RevocationCause.RATIFICATION, "nobody stands by it", AT))
                .then(new LeaveRevoked("CHG-7", 2, RevocationCause.RATIFICATION, "nobody stands by it"));
    }
}
