package slipway.release.domain;

import static org.assertj.core.api.Assertions.assertThat;
import static slipway.release.domain.Examples.NEW;
import static slipway.release.domain.Examples.NOON;
import static slipway.release.domain.Examples.OLD;
import static slipway.release.domain.Examples.STAGING_SET;
import static slipway.release.domain.Examples.begin;
import static slipway.release.domain.Examples.built;
import static slipway.release.domain.Examples.gates;
import static slipway.release.domain.Examples.plan;
import static slipway.release.domain.Examples.release;
import static slipway.release.domain.Examples.secured;
import static slipway.release.domain.Examples.tested;

import java.util.List;
import java.util.Map;
import java.util.stream.Collectors;
import org.junit.jupiter.api.Test;
import slipway.release.domain.ReleaseEvent.BackupRequested;
import slipway.release.domain.ReleaseEvent.ImplementationRequested;
import slipway.release.domain.ReleaseEvent.PackageBuilt;
import slipway.release.domain.ReleaseEvent.PackageTested;
import slipway.release.domain.ReleaseEvent.ReleaseBlocked;
import slipway.release.domain.ReleaseEvent.ReleaseGateEvaluated;

class PreparationTest {

    @Test
    void a_scheduled_change_becomes_a_plan_once() {
        release().when(plan(plan())).then(plan());
        release().after(plan(plan())).when(plan(plan())).thenNothing();
    }

    @Test
    void the_package_is_recorded_by_its_digest() {
        release().after(plan(plan())).when(built()).then(new PackageBuilt(NEW, 10, 1, "new.tar.gz"));
        release().after(plan(plan()), built()).when(built()).thenNothing();
    }

    @Test
    void a_package_that_is_not_the_approved_one_blocks() {
        release()
                .after(plan(plan(true, "sha256:approved", List.of("aki"))))
                .when(built())
                .then(
                        new PackageBuilt(NEW, 10, 1, "new.tar.gz"),
                        new ReleaseBlocked(null, List.of("approved is sha256:approved, built is " + NEW)));
    }

    @Test
    void a_package_that_fails_its_test_or_was_not_tested_blocks() {
        release()
                .after(plan(plan()), built())
                .when(tested(false))
                .thenKinds(PackageTested.class, ReleaseBlocked.class);
        assertThat(release()
                        .after(plan(plan()), built())
                        .when(new ReleaseCommand.RecordTest(NEW, List.of()))
                        .fact(ReleaseBlocked.class)
                        .reasons())
                .containsExactly("the package was not tested at all");
        release()
                .after(plan(plan()), built())
                .when(new ReleaseCommand.RecordTest(OLD, List.of()))
                .thenNothing();
    }

    @Test
    void when_the_window_opens_the_first_environments_backup_is_asked_for_by_name() {
        release()
                .after(plan(plan()), built(), tested(true))
                .when(begin())
                .then(new BackupRequested("staging", STAGING_SET, "shop-staging", 600, VerificationLevel.V2));
        release().after(plan(plan()), built()).when(begin()).thenNothing();
    }

    @Test
    void a_backup_that_failed_blocks_unless_it_is_another_ones() {
        secured()
                .when(new ReleaseCommand.RefuseBackup(STAGING_SET, List.of("disk full")))
                .then(new ReleaseBlocked("staging", List.of("disk full")));
        secured()
                .when(new ReleaseCommand.RefuseBackup("BKP-of-yesterday", List.of("disk full")))
                .thenNothing();
    }

    @Test
    void with_all_gates_open_leave_is_asked_for() {
        List<ReleaseEvent> facts = secured().when(gates("staging", STAGING_SET)).facts();

        assertThat(facts).hasSize(Gate.values().length);
        assertThat(facts.getLast())
                .isEqualTo(new ImplementationRequested(
                        "CHG-7",
                        "staging",
                        NEW,
                        "sha256:plan",
                        STAGING_SET,
                        "sha256:" + STAGING_SET,
                        VerificationLevel.V4));
        assertThat(facts.subList(0, facts.size() - 1))
                .allSatisfy(fact -> assertThat(((ReleaseGateEvaluated) fact).verdict()).isEqualTo(GateVerdict.OPEN));
    }

    @Test
    void each_closed_gate_says_why_and_all_of_them_are_named_at_once() {
        Gates.Findings nothingGood = new Gates.Findings(NOON.plusSeconds(7200), 0, "sha256:other", OLD, false);

        List<ReleaseEvent> facts = secured(plan(true, null, List.of("dana")))
                .when(gates("staging", STAGING_SET, VerificationLevel.V1, nothingGood))
                .facts();

        Map<Gate, String> closed = facts.stream()
                .filter(ReleaseGateEvaluated.class::isInstance)
                .map(ReleaseGateEvaluated.class::cast)
                .filter(gate -> gate.verdict() == GateVerdict.CLOSED)
                .collect(Collectors.toMap(ReleaseGateEvaluated::gate, ReleaseGateEvaluated::reason));
        assertThat(closed)
                .containsOnlyKeys(Gate.WINDOW, Gate.BACKUP, Gate.LEASE, Gate.DIGESTS, Gate.SEPARATION)
                .containsEntry(Gate.WINDOW, "ended at 2026-03-02T13:00:00Z")
                .containsEntry(Gate.BACKUP, STAGING_SET + " is proven to V1, needed is V2")
                .containsEntry(Gate.LEASE, "not held")
                .containsEntry(Gate.DIGESTS, "the package is sha256:other, tested was " + NEW)
                .containsEntry(Gate.SEPARATION, "dana approved their own change");
        assertThat(((ReleaseBlocked) facts.getLast()).reasons()).hasSize(5);
    }

    @Test
    void a_gate_closes_for_an_early_start_an_old_backup_nobodys_approval_and_a_lost_way_back() {
        assertClosed(Gate.WINDOW, "opens at", new Gates.Findings(NOON.minusSeconds(1), 3, NEW, OLD, true));
        assertClosed(Gate.BACKUP, "601 s old, allowed are 600", new Gates.Findings(NOON.plusSeconds(601), 3, NEW, OLD, true));
        assertClosed(Gate.DIGESTS, "no longer there to go back to", new Gates.Findings(NOON, 3, NEW, OLD, false));
        assertThat(secured(plan(true, null, List.of()))
                        .when(gates("staging", STAGING_SET))
                        .fact(ReleaseBlocked.class)
                        .reasons())
                .containsExactly("gate APPROVAL is closed: nobody approved");
    }

    @Test
    void an_environment_that_ran_nothing_before_needs_no_way_back() {
        assertThat(secured()
                        .when(gates("staging", STAGING_SET, VerificationLevel.V4, new Gates.Findings(NOON, 3, NEW, null, false)))
                        .facts()
                        .getLast())
                .isInstanceOf(ImplementationRequested.class);
    }

    @Test
    void a_window_is_half_open_and_an_unknown_level_proves_nothing() {
        assertClosed(Gate.WINDOW, "ended at", new Gates.Findings(NOON.plusSeconds(3600), 3, NEW, OLD, true));
        assertThat(VerificationLevel.UNKNOWN.covers(VerificationLevel.V0)).isFalse();
        assertThat(VerificationLevel.V5.covers(VerificationLevel.UNKNOWN)).isFalse();
        assertThat(VerificationLevel.V2.covers(VerificationLevel.V2)).isTrue();
    }

    @Test
    void the_proof_of_another_set_is_not_looked_at() {
        secured().when(gates("staging", "BKP-of-yesterday")).thenNothing();
    }

    @Test
    void without_leave_it_is_blocked() {
        secured()
                .after(gates("staging", STAGING_SET))
                .when(new ReleaseCommand.RefuseStart("staging", List.of("held")))
                .then(new ReleaseBlocked("staging", List.of("held")));
        secured()
                .after(gates("staging", STAGING_SET))
                .when(new ReleaseCommand.RefuseStart("prod", List.of("held")))
                .thenNothing();
    }

    private static void assertClosed(Gate gate, String reason, Gates.Findings findings) {
        ReleaseGateEvaluated verdict = secured()
                .when(gates("staging", STAGING_SET, VerificationLevel.V4, findings))
                .facts()
                .stream()
                .filter(ReleaseGateEvaluated.class::isInstance)
                .map(ReleaseGateEvaluated.class::cast)
                .filter(each -> each.gate() == gate)
                .findFirst()
                .orElseThrow();
        assertThat(verdict.verdict()).as(gate.name()).isEqualTo(GateVerdict.CLOSED);
        assertThat(verdict.reason()).contains(reason);
    }
}
