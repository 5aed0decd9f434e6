package slipway.release.domain;

import static org.assertj.core.api.Assertions.assertThat;
import static slipway.release.domain.Examples.*;

import java.time.Instant;
import java.util.Arrays;
import java.util.List;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import slipway.decider.Story.Ending;
import slipway.release.domain.ReleaseCommand.BackupProof;
import slipway.release.domain.ReleaseEvent.ImplementationRequested;
import slipway.release.domain.ReleaseEvent.ReleaseBlocked;
import slipway.release.domain.ReleaseEvent.ReleaseGateEvaluated;

class GatesTest {

    private static Ending<ReleaseEvent> look(
            Instant at, long token, @Nullable String packaged, @Nullable String previous, boolean there) {
        return securingDev(plan())
                .when(new ReleaseCommand.PassGates(
                        new BackupProof("dev", DEV_SET, VerificationLevel.V2, MANIFEST, at.minusSeconds(5)),
                        SAME,
                        new Gates.Findings(
                                at,
                                token,
                                packaged,
                                Shape.of(new Shape.Part("dev-1", previous, 100)),
                                there || previous == null ? List.of() : List.of("dev-1 has no " + previous),
                                null,
                                null)));
    }

    private static List<Gate> closed(Ending<ReleaseEvent> ending) {
        return ending.facts().stream()
                .filter(ReleaseGateEvaluated.class::isInstance)
                .map(ReleaseGateEvaluated.class::cast)
                .filter(gate -> gate.verdict() != GateVerdict.OPEN)
                .map(ReleaseGateEvaluated::gate)
                .toList();
    }

    private static void assertStopped(Ending<ReleaseEvent> ending, String... partsOfReasons) {
        assertThat(ending.facts()).noneMatch(ImplementationRequested.class::isInstance);
        List<String> reasons = ending.fact(ReleaseBlocked.class).reasons();
        assertThat(reasons).hasSize(partsOfReasons.length);
        for (int i = 0; i < partsOfReasons.length; i++) {
            assertThat(reasons.get(i)).contains(partsOfReasons[i]);
        }
    }

    @Test
    void every_gate_is_evaluated_once_and_its_verdict_is_a_fact() {
        var gates = securingDev(plan()).when(gates(DEV, DEV_SET)).facts().stream()
                .filter(ReleaseGateEvaluated.class::isInstance)
                .map(ReleaseGateEvaluated.class::cast)
                .toList();
        assertThat(gates).extracting(ReleaseGateEvaluated::gate).containsExactlyInAnyOrder(
                Arrays.stream(Gate.values()).filter(gate -> gate != Gate.UNKNOWN).toArray(Gate[]::new));
        assertThat(gates).allMatch(gate -> gate.verdict() == GateVerdict.OPEN && !gate.reason().isBlank());
    }

    @Test
    void the_window_is_half_open() {
        assertThat(closed(look(OPENS, 1, NEW, OLD, true))).isEmpty();
        assertThat(closed(look(ENDS.minusMillis(1), 1, NEW, OLD, true))).isEmpty();
        assertThat(closed(look(OPENS.minusMillis(1), 1, NEW, OLD, true))).containsExactly(Gate.WINDOW);
        assertThat(closed(look(ENDS, 1, NEW, OLD, true))).containsExactly(Gate.WINDOW);
    }

    @Test
    void a_backup_has_to_be_proven_and_fresh_to_the_millisecond() {
        var limit = AT.minusSeconds(600);
        assertThat(closed(securingDev(plan()).when(gates(DEV, DEV_SET, VerificationLevel.V2, limit)))).isEmpty();
        assertThat(closed(securingDev(plan()).when(gates(DEV, DEV_SET, VerificationLevel.V5, limit)))).isEmpty();
        assertStopped(
                securingDev(plan()).when(gates(DEV, DEV_SET, VerificationLevel.V2, limit.minusMillis(1))),
                "600 s old, allowed are 600");
        assertStopped(
                securingDev(plan()).when(gates(DEV, DEV_SET, VerificationLevel.V1, limit)),
                "proven to V1, needed is V2");
        assertStopped(
                securingDev(plan()).when(gates(DEV, DEV_SET, VerificationLevel.UNKNOWN, limit)), "proven to UNKNOWN");
    }

    @Test
    void a_gate_names_every_reason_that_closes_it() {
        assertStopped(
                securingDev(plan()).when(gates(DEV, DEV_SET, VerificationLevel.V0, AT.minusSeconds(700))),
                "is 700 s old, allowed are 600; " + DEV_SET + " is proven to V0, needed is V2");
        assertStopped(
                look(AT, 1, null, OLD, false),
                "the package is null, tested was " + NEW + "; there is no way back: dev-1 has no " + OLD);
    }

    @Test
    void all_closed_gates_are_named_at_once() {
        var alone = securingDev(plan(digest('a'), true, List.of("dana")));
        assertStopped(
                alone.when(new ReleaseCommand.PassGates(
                        new BackupProof("dev", DEV_SET, VerificationLevel.V1, MANIFEST, AT),
                        SAME,
                        new Gates.Findings(ENDS, 0, digest('b'), DEV_BEFORE, List.of(), null, null))),
                "gate WINDOW is closed: ended",
                "gate BACKUP is closed",
                "gate LEASE is closed: not held",
                "gate DIGESTS is closed: the package is " + digest('b'),
                "gate SEPARATION is closed: dana approved their own change");
    }

    @Test
    void the_package_has_to_be_the_tested_one_and_the_previous_one_still_there() {
        assertThat(closed(look(AT, 1, digest('b'), OLD, true))).containsExactly(Gate.DIGESTS);
        assertThat(closed(look(AT, 1, null, OLD, true))).containsExactly(Gate.DIGESTS);
        assertThat(closed(look(AT, 1, NEW, OLD, false))).containsExactly(Gate.DIGESTS);
        assertThat(closed(look(AT, 1, NEW, null, false))).as("the first release ever").isEmpty();
    }

    @Test
    void nobody_s_own_approval_opens_a_gate_and_no_approval_does_not_either() {
        for (String own : List.of("dana", "sam")) {
            var plan = new ReleaseEvent.ReleasePlanned(
                    List.of("CHG-7"), "inventory-web", plan().components(), List.of("dev", "prod"), Strategy.CANARY,
                    "sha256:plan", plan().window(), null, true, "dana", "sam", List.of("aki", own), plan().stages(), List.of(),
                    null, false, false);
            assertThat(closed(securingDev(plan).when(gates(DEV, DEV_SET)))).containsExactly(Gate.SEPARATION);
        }
        assertThat(closed(securingDev(plan(null, true, List.of())).when(gates(DEV, DEV_SET))))
                .containsExactly(Gate.APPROVAL);
    }

    @Test
    void an_environment_opens_only_after_the_one_before() {
        var skipping = story().given(
                        plan(),
                        archive(NEW),
                        new ReleaseEvent.PackageTested(NEW, List.of(), 0),
                        new ReleaseEvent.BackupRequested("prod", PROD_SET, "web-prod", 600, VerificationLevel.V4))
                .when(gates(PROD, PROD_SET));
        assertThat(closed(skipping)).containsExactly(Gate.PROMOTION);
        assertStopped(skipping, "not deployed in dev");
        assertThat(closed(securingProd(plan()).when(gates(PROD, PROD_SET)))).isEmpty();
    }

    @Test
    void gates_are_looked_at_for_the_set_that_was_asked_for() {
        securingDev(plan()).when(gates(DEV, "BKP-of-somebody-else")).thenNothing();
        rollingDev(plan()).when(gates(DEV, DEV_SET)).thenNothing();
    }

    @Test
    void a_level_covers_itself_and_the_weaker_ones_and_unknown_covers_nothing() {
        assertThat(VerificationLevel.V2.covers(VerificationLevel.V2)).isTrue();
        assertThat(VerificationLevel.V4.covers(VerificationLevel.V2)).isTrue();
        assertThat(VerificationLevel.V1.covers(VerificationLevel.V2)).isFalse();
        assertThat(VerificationLevel.UNKNOWN.covers(VerificationLevel.V0)).isFalse();
        assertThat(VerificationLevel.V5.covers(VerificationLevel.UNKNOWN)).isFalse();
    }

    @Test
    void whoever_wrote_the_plan_is_no_approver_of_it() {
        CarriedChange change = new CarriedChange(
                "CHG-7",
                "One",
                List.of(),
                "sha256:plan",
                new Window(OPENS, ENDS),
                null,
                true,
                "dana",
                "dana",
                List.of("aki"),
                List.of("dana", "aki"),
                List.of());
        assertThat(closed(securingDev(plan().withChanges(List.of(change))).when(gates(DEV, DEV_SET))))
                .containsExactly(Gate.SEPARATION);
    }

    @Test
    void what_nobody_released_is_named_as_what_it_is_before_it_becomes_the_way_back() {
        var drifted = securingDev(plan())
                .when(new ReleaseCommand.PassGates(
                        new BackupProof("dev", DEV_SET, VerificationLevel.V2, MANIFEST, AT.minusSeconds(5)),
                        SAME,
                        new Gates.Findings(
                                AT, 11, NEW, DEV_BEFORE, List.of(), new Gates.Left("REL-CHG-1", digest('b')), null)));
        assertThat(drifted.facts().stream()
                        .filter(ReleaseGateEvaluated.class::isInstance)
                        .map(ReleaseGateEvaluated.class::cast)
                        .filter(gate -> gate.gate() == Gate.DIGESTS)
                        .map(ReleaseGateEvaluated::reason))
                .containsExactly("new " + NEW + ", previous " + OLD + "; nobody released that: REL-CHG-1 left " + digest('b'));
    }

    @Test
    void a_source_that_changed_since_the_backup_or_is_not_covered_closes_the_gate() {
        var changed = securingDev(plan())
                .when(new ReleaseCommand.PassGates(
                        new BackupProof("dev", DEV_SET, VerificationLevel.V2, MANIFEST, AT.minusSeconds(5)),
                        new Gates.Checked(
                                List.of("database: table shops was 3 rows, is 4 rows"),
                                List.of("inventory-web: LOGS")),
                        new Gates.Findings(AT, 11, NEW, DEV_BEFORE, List.of(), null, null)));
        assertStopped(
                changed,
                "gate BACKUP is closed: not as it was at the backup: database: table shops was 3 rows, is 4 rows;"
                        + " not covered: inventory-web: LOGS");
    }

    @Test
    void the_backup_is_looked_at_again_when_the_environment_is_taken() {
        securingDev(plan(null, true, List.of("aki")).withChanges(List.of(carried("CHG-7", "dana", List.of("aki"), ENDS))))
                .when(new ReleaseCommand.CheckBackup(DEV_SET, MANIFEST))
                .then(new ReleaseEvent.BackupCheckRequested("dev", DEV_SET, MANIFEST, List.of("inventory-web")));
        securingDev(plan()).when(new ReleaseCommand.CheckBackup(PROD_SET, MANIFEST)).thenNothing();
    }

    @Test
    void a_backup_from_before_another_release_worked_there_is_taken_anew() {
        BackupProof proof = new BackupProof("dev", DEV_SET, VerificationLevel.V2, MANIFEST, AT.minusSeconds(5));
        var overtaken = securingDev(plan())
                .when(new ReleaseCommand.PassGates(
                        proof,
                        SAME,
                        new Gates.Findings(AT, 11, NEW, DEV_BEFORE, List.of(), null, AT.minusSeconds(2))));
        assertThat(closed(overtaken)).containsExactly(Gate.BACKUP);
        assertThat(overtaken.fact(ReleaseEvent.BackupRequested.class).backupSetId())
                .isEqualTo("BKP-REL-CHG-7-dev-2");
        assertThat(closed(securingDev(plan())
                        .when(new ReleaseCommand.PassGates(
                                proof,
                                SAME,
                                new Gates.Findings(AT, 11, NEW, DEV_BEFORE, List.of(), null, AT.minusSeconds(6))))))
                .isEmpty();
        assertThat(securingDev(plan())
                        .when(new ReleaseCommand.PassGates(
                                proof,
                                SAME,
                                new Gates.Findings(AT, 0, NEW, DEV_BEFORE, List.of(), null, AT.minusSeconds(2))))
                        .facts())
                .as("another gate is closed as well")
                .anyMatch(ReleaseEvent.ReleaseBlocked.class::isInstance);
    }
}
