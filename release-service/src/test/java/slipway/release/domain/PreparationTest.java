package slipway.release.domain;

import static org.assertj.core.api.Assertions.assertThat;
import static slipway.release.domain.Examples.*;

import java.util.List;
import org.junit.jupiter.api.Test;
import slipway.release.domain.ReleaseEvent.BackupRequested;
import slipway.release.domain.ReleaseEvent.ImplementationRequested;
import slipway.release.domain.ReleaseEvent.PackageBuilt;
import slipway.release.domain.ReleaseEvent.PackageTested;
import slipway.release.domain.ReleaseEvent.ReleaseBlocked;
import slipway.release.domain.ReleaseEvent.ReleasePlanned;

class PreparationTest {

    @Test
    void a_scheduled_change_is_planned_once() {
        story().when(new ReleaseCommand.Plan(plan())).then(plan());
        story().given(plan()).when(new ReleaseCommand.Plan(plan())).thenNothing();
        released(plan()).when(new ReleaseCommand.Plan(plan())).thenNothing();
    }

    @Test
    void a_change_that_was_amended_or_moved_is_planned_anew_until_something_was_started() {
        ReleasePlanned amended = plan(digest('c'), false, List.of("lea"));
        ReleaseCommand.Plan again = new ReleaseCommand.Plan(amended);
        story().given(plan()).when(again).then(amended);
        packaged(plan()).when(again).then(amended);
        securingDev(plan()).when(again).then(amended);
        rollingDev(plan()).when(again).thenNothing();
        released(plan()).when(again).thenNothing();
        ReleaseState state = securingDev(plan()).after(again).state();
        assertThat(((ReleaseState.Building) state).journey().backup("dev").backupSetId())
                .isEqualTo("BKP-REL-CHG-7-dev-2");
    }

    @Test
    void a_package_by_another_plan_than_holds_by_now_is_not_taken() {
        story().given(plan())
                .when(new ReleaseCommand.RecordPackage(plan(NEW, true, List.of("aki")), archive(NEW)))
                .thenNothing();
    }

    @Test
    void a_package_is_built_tested_and_only_then_the_way_back_is_asked_for() {
        story().given(plan()).when(built(plan())).then(archive(NEW));
        story().after(new ReleaseCommand.Plan(plan()), built(plan()))
                .when(tested(plan()))
                .then(new PackageTested(NEW, List.of(new PackageCheck("digest", true, "same")), 1));
        packaged(plan())
                .when(new ReleaseCommand.Begin(false, AT))
                .then(new BackupRequested("dev", DEV_SET, "web-dev", 600, VerificationLevel.V2));
    }

    @Test
    void a_package_that_is_not_the_approved_one_stops_the_release() {
        String pinned = digest('b');
        var other = plan(pinned, true, List.of("aki"));
        story().given(other)
                .when(built(other))
                .then(
                        archive(NEW),
                        new ReleaseBlocked(null, List.of("approved is " + pinned + ", built is " + NEW)));
        var same = plan(NEW, true, List.of("aki"));
        story().given(same).when(built(same)).thenKinds(PackageBuilt.class);
    }

    @Test
    void every_failed_check_of_a_package_is_named() {
        var checks = List.of(
                new PackageCheck("unpack", true, "fine"),
                new PackageCheck("reproducible", false, "it is another"),
                new PackageCheck("migrations", false, "empty: [a.sql]"));
        story().after(new ReleaseCommand.Plan(plan()), built(plan()))
                .when(new ReleaseCommand.RecordTest(plan(), NEW, checks, 0))
                .then(
                        new PackageTested(NEW, checks, 0),
                        new ReleaseBlocked(null, List.of("reproducible: it is another", "migrations: empty: [a.sql]")));
    }

    @Test
    void a_package_without_any_check_is_not_a_tested_one() {
        story().after(new ReleaseCommand.Plan(plan()), built(plan()))
                .when(new ReleaseCommand.RecordTest(plan(), NEW, List.of(), 0))
                .thenKinds(PackageTested.class, ReleaseBlocked.class);
    }

    @Test
    void what_comes_late_or_twice_changes_nothing() {
        story().when(built(plan())).thenNothing();
        packaged(plan()).when(built(plan())).thenNothing();
        packaged(plan()).when(tested(plan())).thenNothing();
        story().after(new ReleaseCommand.Plan(plan()), built(plan()))
                .when(new ReleaseCommand.RecordTest(plan(), digest('b'), List.of(new PackageCheck("digest", true, "same")), 0))
                .thenNothing();
        securingDev(plan()).when(new ReleaseCommand.Begin(false, AT)).thenNothing();
        story().given(plan()).when(new ReleaseCommand.Begin(false, AT)).thenNothing();
    }

    @Test
    void a_fault_stops_the_release_where_it_is() {
        var noFolder = new ReleaseCommand.Block(null, List.of("there is no 2.1.0", "and no qa"));
        story().given(plan()).when(noFolder).then(new ReleaseBlocked(null, noFolder.reasons()));
        var odd = new ReleaseCommand.Block("dev", List.of("current is no link"));
        packaged(plan()).when(odd).then(new ReleaseBlocked("dev", odd.reasons()));
        securingDev(plan()).when(odd).then(new ReleaseBlocked("dev", odd.reasons()));
        securingDev(plan())
                .after(gates(DEV, DEV_SET))
                .when(odd)
                .then(new ReleaseBlocked("dev", odd.reasons()));
    }

    @Test
    void a_fault_of_where_the_release_no_longer_is_does_not_stop_it() {
        packaged(plan()).when(new ReleaseCommand.Block(null, List.of("late"))).thenNothing();
        securingProd(plan()).when(new ReleaseCommand.Block("dev", List.of("late"))).thenNothing();
        analysingProd(plan()).when(new ReleaseCommand.Block("prod", List.of("late"))).thenNothing();
        released(plan()).when(new ReleaseCommand.Block("prod", List.of("late"))).thenNothing();
        story().when(new ReleaseCommand.Block(null, List.of("early"))).thenNothing();
    }

    @Test
    void without_a_proven_backup_the_release_stops() {
        var refused = new ReleaseCommand.RefuseBackup(DEV_SET, List.of("disk full", "no key"));
        securingDev(plan()).when(refused).then(new ReleaseBlocked("dev", List.of("disk full", "no key")));
        securingDev(plan())
                .when(new ReleaseCommand.RefuseBackup("BKP-of-somebody-else", List.of("disk full")))
                .thenNothing();
        rollingDev(plan()).when(refused).thenNothing();
    }

    @Test
    void open_gates_lead_to_asking_the_change_for_leave() {
        var facts = securingDev(plan()).when(gates(DEV, DEV_SET));
        assertThat(facts.facts()).hasSize(8);
        assertThat(facts.fact(ImplementationRequested.class))
                .isEqualTo(new ImplementationRequested(
                        "CHG-7", "dev", NEW, "sha256:plan", DEV_SET, MANIFEST, VerificationLevel.V2, AT.plusSeconds(595), 0, List.of(), List.of()));
    }

    @Test
    void without_leave_the_release_stops() {
        var asking = securingDev(plan()).after(gates(DEV, DEV_SET));
        asking.when(new ReleaseCommand.RefuseStart("CHG-7", "dev", List.of("outside the window", "other digest")))
                .then(new ReleaseBlocked("dev", List.of("outside the window", "other digest")));
        asking.when(new ReleaseCommand.RefuseStart("CHG-7", "prod", List.of("late"))).thenNothing();
        securingDev(plan()).when(new ReleaseCommand.RefuseStart("CHG-7", "dev", List.of("early"))).thenNothing();
    }
}
