package slipway.release.domain;

import static org.assertj.core.api.Assertions.assertThat;
import static slipway.release.domain.Examples.*;

import java.util.List;
import org.junit.jupiter.api.Test;
import slipway.release.domain.ReleaseCommand.AskToResume;
import slipway.release.domain.ReleaseCommand.LoseBackup;
import slipway.release.domain.ReleaseEvent.BackupLost;
import slipway.release.domain.ReleaseEvent.ReleaseBlocked;
import slipway.release.domain.ReleaseEvent.ReleaseGateEvaluated;
import slipway.release.domain.ReleaseEvent.ReleasePauseRequested;
import slipway.release.domain.ReleaseEvent.ReleasePaused;

/// A backup that was proven, and is found corrupt later: without its way back nothing goes on.
class LostBackupTest {

    private static final List<String> FLIPPED = List.of("a byte of orders.dump differs");
    private static final LoseBackup PROD_LOST = new LoseBackup(PROD_SET, FLIPPED);
    private static final LoseBackup DEV_LOST = new LoseBackup(DEV_SET, FLIPPED);
    private static final String REASON = PROD_SET + " is no way back: a byte of orders.dump differs";

    @Test
    void before_anything_is_touched_the_environment_is_blocked() {
        securingProd(plan())
                .when(PROD_LOST)
                .then(new BackupLost("prod", PROD_SET, FLIPPED), new ReleaseBlocked("prod", FLIPPED));
        securingProd(plan())
                .after(gates(PROD, PROD_SET))
                .when(PROD_LOST)
                .then(new BackupLost("prod", PROD_SET, FLIPPED), new ReleaseBlocked("prod", List.of(REASON)));
        securingProd(plan()).after(gates(PROD, PROD_SET), PROD_LOST).when(start(PROD)).thenNothing();
    }

    @Test
    void a_rollout_under_way_stands_still_at_the_next_boundary_and_does_not_pass_its_gates_again() {
        migratingProd(plan())
                .when(PROD_LOST)
                .then(
                        new BackupLost("prod", PROD_SET, FLIPPED),
                        new ReleasePauseRequested("prod", 1, PauseCause.BACKUP, REASON));
        var still = migratingProd(plan()).after(PROD_LOST, done("prod", 1, "applied"));
        var again = still.after(new AskToResume(List.of()))
                .when(new ReleaseCommand.Resume(new Gates.Findings(AT, 11, NEW, PROD_BEFORE, List.of(), null, null)));
        assertThat(again.facts().stream()
                        .filter(ReleaseGateEvaluated.class::isInstance)
                        .map(ReleaseGateEvaluated.class::cast)
                        .filter(gate -> gate.verdict() == GateVerdict.CLOSED))
                .extracting(ReleaseGateEvaluated::gate, ReleaseGateEvaluated::reason)
                .containsExactly(org.assertj.core.groups.Tuple.tuple(
                        Gate.BACKUP, PROD_SET + " was found corrupt since"));
        assertThat(again.fact(ReleasePaused.class).cause()).isEqualTo(PauseCause.BACKUP);
    }

    @Test
    void of_an_environment_that_is_done_it_is_told_once_and_no_more() {
        migratingProd(plan()).when(DEV_LOST).then(new BackupLost("dev", DEV_SET, FLIPPED));
        migratingProd(plan()).after(DEV_LOST).when(DEV_LOST).thenNothing();
        released(plan()).when(PROD_LOST).then(new BackupLost("prod", PROD_SET, FLIPPED));
        packaged(plan()).when(PROD_LOST).thenNothing();
    }
}
