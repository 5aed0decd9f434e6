package slipway.backup.domain;

import static org.assertj.core.api.Assertions.assertThat;
import static slipway.backup.domain.BackupTest.AT;
import static slipway.backup.domain.BackupTest.SEALED;
import static slipway.backup.domain.BackupTest.START;
import static slipway.backup.domain.BackupTest.TESTED;
import static slipway.backup.domain.BackupTest.VERIFIED;

import java.time.Instant;
import java.util.List;
import org.junit.jupiter.api.Test;
import slipway.backup.domain.RestoreCommand.ApproveRestore;
import slipway.backup.domain.RestoreCommand.DeclineRestore;
import slipway.backup.domain.RestoreCommand.ExpireRestore;
import slipway.backup.domain.RestoreCommand.ProposeRestore;
import slipway.backup.domain.RestoreCommand.RecordFailure;
import slipway.backup.domain.RestoreCommand.RecordRestore;
import slipway.backup.domain.RestoreCommand.RecordSafetyBackup;
import slipway.backup.domain.RestoreCommand.RequestRestore;
import slipway.backup.domain.RestoreEvent.RestoreCompleted;
import slipway.backup.domain.RestoreEvent.RestoreDeclined;
import slipway.backup.domain.RestoreEvent.RestoreFailed;
import slipway.backup.domain.RestoreEvent.RestoreProposed;
import slipway.backup.domain.RestoreEvent.RestoreRequested;
import slipway.backup.domain.RestoreEvent.SafetyBackupTaken;
import slipway.backup.domain.RestoreState.Extent;
import slipway.decider.Story;

class RestoreTest {

    private static final BackupState PROVEN =
            BackupTest.story(START, SEALED, VERIFIED, TESTED).state();
    private static final RequestRestore REQUEST = request("prod", "sha256:m", List.of("aki", "sam"), PROVEN);
    private static final RecordSafetyBackup SAFE =
            new RecordSafetyBackup("SAFETY-BKP-1", "file:///1", List.of("database"), AT.plusSeconds(60));
    private static final List<RestoreCheck> GOOD = List.of(RestoreCheck.of("database", "rows", "5", "5"));
    private static final RecordRestore RESTORED = new RecordRestore(AT, AT.plusSeconds(61), GOOD);
    private static final RecordFailure FAILURE = new RecordFailure(List.of("disk full"), "make room");

    private static RequestRestore request(
            String environment, String digest, List<String> approvedBy, BackupState set) {
        return new RequestRestore("REL-1", environment, "BKP-1", digest, approvedBy, set);
    }

    private static Story<RestoreCommand, RestoreState, RestoreEvent> story(RestoreCommand... before) {
        return Story.of(new RestoreDecider()).after(before);
    }

    @Test
    void a_proven_set_may_be_restored_once() {
        story().when(REQUEST)
                .then(new RestoreRequested("REL-1", "prod", "BKP-1", "sha256:m", List.of("aki", "sam"), List.of(), null, List.of()));
        story(REQUEST).when(REQUEST).thenNothing();
    }

    @Test
    void a_set_that_was_never_restored_into_scratch_does_not_touch_live_data() {
        BackupState onlyVerified = BackupTest.story(START, SEALED, VERIFIED).state();
        story().when(request("prod", "sha256:m", List.of("aki"), onlyVerified))
                .then(new RestoreFailed(
                        "REL-1",
                        "prod",
                        "BKP-1",
                        List.of("BKP-1 is no backup set that was restored and compared"),
                        "choose another backup set; the live data were not touched"));
    }

    @Test
    void every_reason_against_a_restore_is_named_at_once() {
        story().when(request("qa", "sha256:other", List.of(), PROVEN))
                .then(new RestoreFailed(
                        "REL-1",
                        "qa",
                        "BKP-1",
                        List.of(
                                "BKP-1 is of prod, not of qa",
                                "BKP-1 has the manifest sha256:m, not sha256:other",
                                "nobody approved it"),
                        "choose another backup set; the live data were not touched"));
    }

    @Test
    void what_is_overwritten_is_kept_first() {
        story(REQUEST)
                .when(SAFE)
                .then(new SafetyBackupTaken(
                        "REL-1", "prod", "SAFETY-BKP-1", "file:///1", List.of("database"), AT.plusSeconds(60)));
        story(REQUEST).when(RESTORED).thenNothing();
    }

    @Test
    void data_loss_is_measured_from_the_recovery_point_to_the_cut_over() {
        story(REQUEST, SAFE)
                .when(RESTORED)
                .then(new RestoreCompleted("REL-1", "prod", "BKP-1", AT, AT.plusSeconds(61), 61_000, GOOD));
    }

    @Test
    void a_restore_that_does_not_look_the_same_failed() {
        List<RestoreCheck> bad = List.of(RestoreCheck.of("database", "rows", "5", "4"));
        story(REQUEST, SAFE).when(new RecordRestore(AT, AT, bad)).thenKinds(RestoreFailed.class);
    }

    @Test
    void a_failure_names_the_next_step_and_ends_the_run() {
        RestoreFailed failed = new RestoreFailed("REL-1", "prod", "BKP-1", List.of("disk full"), "make room");
        story(REQUEST).when(FAILURE).then(failed);
        story(REQUEST, SAFE).when(FAILURE).then(failed);
        story(REQUEST, FAILURE).when(SAFE).thenNothing();
    }

    @Test
    void a_restore_that_failed_runs_again_when_it_is_asked_for_again() {
        RestoreRequested requested = new RestoreRequested(
                "REL-1", "prod", "BKP-1", "sha256:m", List.of("aki", "sam"), List.of(), null, List.of());
        story(REQUEST, SAFE, FAILURE).when(REQUEST).then(requested);
        assertThat(run(REQUEST).name()).isEqualTo("BKP-1");
        assertThat(run(REQUEST, SAFE, FAILURE, REQUEST).name()).isEqualTo("2-BKP-1");
        assertThat(run(REQUEST, FAILURE, REQUEST, FAILURE, REQUEST).name()).isEqualTo("3-BKP-1");
        story(REQUEST, SAFE, FAILURE, REQUEST, SAFE).when(RESTORED).thenKinds(RestoreCompleted.class);
        story(REQUEST, SAFE, RESTORED).when(REQUEST).thenNothing();
        story(request("prod", "sha256:other", List.of("aki"), PROVEN)).when(REQUEST).then(requested);
    }

    private static final ProposeRestore BY_HAND =
            propose(new Extent(List.of("files"), null, List.of()), List.of());
    private static final Instant EXPIRES = AT.plusSeconds(3600);

    private static ProposeRestore propose(Extent extent, List<String> releases) {
        return new ProposeRestore("BKP-1", extent, "a folder is gone", List.of("kim"), PROVEN, releases, List.of(), AT.plusSeconds(3600));
    }

    private static ApproveRestore approve(BackupState set, String... by) {
        return new ApproveRestore(List.of(by), set, List.of(), AT);
    }

    @Test
    void what_a_person_asks_for_another_person_approves() {
        story().when(BY_HAND)
                .then(new RestoreProposed(
                        "prod",
                        "BKP-1",
                        "sha256:m",
                        List.of("files"),
                        null,
                        List.of(),
                        List.of(),
                        "a folder is gone",
                        List.of("kim"),
                        EXPIRES));
        story(BY_HAND)
                .when(approve(PROVEN, "kim"))
                .thenRefused("separation of duties: kim asked for it");
        story(BY_HAND)
                .when(approve(PROVEN, "rosa", "kim"))
                .thenRefused("separation of duties: kim asked for it");
        story(BY_HAND)
                .when(approve(PROVEN, "rosa"))
                .then(new RestoreRequested(
                        "", "prod", "BKP-1", "sha256:m", List.of("rosa"), List.of("files"), null, List.of()));
        story(BY_HAND).when(SAFE).thenNothing();
    }

    @Test
    void a_set_that_went_bad_meanwhile_is_not_approved() {
        BackupState bad = BackupTest.story(
                        START, SEALED, VERIFIED, TESTED, new BackupCommand.RecordCorruption(List.of("x"), 0))
                .state();
        story(BY_HAND)
                .when(approve(bad, "rosa"))
                .thenRefused("BKP-1 is of no use: it could not be taken, or no copy of it is sound any more");
    }

    @Test
    void a_set_that_is_being_repaired_has_a_copy_that_brings_the_data_back() {
        BackupState degraded = BackupTest.story(
                        START, SEALED, VERIFIED, TESTED, new BackupCommand.RecordCorruption(List.of("x"), 1))
                .state();
        story().when(request("prod", "sha256:m", List.of("aki"), degraded)).thenKinds(RestoreRequested.class);
        BackupState repaired = BackupTest.story(
                        START,
                        SEALED,
                        VERIFIED,
                        TESTED,
                        new BackupCommand.RecordCorruption(List.of("x"), 1),
                        new BackupCommand.RecordRepair(BackupTest.COPIES, List.of("file:///2")))
                .state();
        story().when(request("prod", "sha256:m", List.of("aki"), repaired)).thenKinds(RestoreRequested.class);
        BackupState never = BackupTest.story(START, SEALED, new BackupCommand.RecordCorruption(List.of("x"), 1))
                .state();
        story().when(request("prod", "sha256:m", List.of("aki"), never)).thenKinds(RestoreFailed.class);
    }

    @Test
    void what_is_asked_for_in_vain_is_refused_with_every_reason() {
        story().when(propose(
                        new Extent(List.of("logs", "files"), AT.minusSeconds(1), List.of("mail", "database")), List.of("REL-7")))
                .thenRefused(
                        "REL-7 is at work in prod: let it end, or take it back, first",
                        "BKP-1 has no item logs",
                        "BKP-1 has no item mail",
                        "database is not restored: there is nothing to keep of it",
                        "it restores to 2026-03-02T10:00:02Z or later, not to 2026-03-02T09:59:59Z");
        story(BY_HAND).when(BY_HAND).thenRefused("a restore from it waits for approval already");
        story(REQUEST).when(BY_HAND).thenRefused("a restore from it is under way");
        story().when(approve(PROVEN, "rosa")).thenRefused("nobody asks for a restore from it");
        story().when(new DeclineRestore("no")).thenRefused("nobody asks for a restore from it");
    }

    @Test
    void what_was_declined_may_be_asked_for_again_and_a_rollback_does_not_wait_for_an_approval() {
        DeclineRestore no = new DeclineRestore("not now");
        story(BY_HAND).when(no).then(new RestoreDeclined("BKP-1", "not now"));
        story(BY_HAND, no).when(BY_HAND).thenKinds(RestoreProposed.class);
        story(BY_HAND).when(REQUEST).thenKinds(RestoreRequested.class);
        assertThat(run(BY_HAND, no, REQUEST).name()).isEqualTo("BKP-1");
        ApproveRestore yes = approve(PROVEN, "rosa");
        story(BY_HAND, yes, SAFE, RESTORED).when(REQUEST).thenKinds(RestoreRequested.class);
        assertThat(run(BY_HAND, yes, SAFE, RESTORED, REQUEST).name()).isEqualTo("2-BKP-1");
    }

    @Test
    void an_item_of_which_nothing_is_left_is_restored_without_a_safety_backup_and_the_approver_sees_that() {
        ProposeRestore gone = propose(new Extent(List.of(), null, List.of("files")), List.of());
        story().when(gone)
                .then(new RestoreProposed(
                        "prod",
                        "BKP-1",
                        "sha256:m",
                        List.of(),
                        null,
                        List.of("files"),
                        List.of(),
                        "a folder is gone",
                        List.of("kim"),
                        EXPIRES));
        assertThat(run(gone, approve(PROVEN, "rosa")).extent()).isEqualTo(gone.extent());
    }

    @Test
    void while_a_release_is_at_work_nobody_restores_by_hand() {
        story(BY_HAND)
                .when(new ApproveRestore(List.of("rosa"), PROVEN, List.of("REL-7"), AT))
                .thenRefused("REL-7 is at work in prod: let it end, or take it back, first");
        ProposeRestore despite = new ProposeRestore(
                "BKP-1", BY_HAND.extent(), "REL-6 ended", List.of("kim"), PROVEN, List.of("REL-6"), List.of("REL-6"), EXPIRES);
        story(despite)
                .when(new ApproveRestore(List.of("rosa"), PROVEN, List.of("REL-6", "REL-7"), AT))
                .thenRefused("REL-7 is at work in prod: let it end, or take it back, first");
        story(despite)
                .when(new ApproveRestore(List.of("rosa"), PROVEN, List.of("REL-6"), AT))
                .thenKinds(RestoreRequested.class);
    }

    @Test
    void what_nobody_approves_in_time_is_declined() {
        ExpireRestore inTime = new ExpireRestore(EXPIRES.minusMillis(1));
        ExpireRestore late = new ExpireRestore(EXPIRES);
        story(BY_HAND).when(inTime).thenNothing();
        story(BY_HAND).when(late).then(new RestoreDeclined("BKP-1", "nobody approved it until " + EXPIRES));
        story(BY_HAND)
                .when(new ApproveRestore(List.of("rosa"), PROVEN, List.of(), EXPIRES))
                .thenRefused("it could be approved until " + EXPIRES + ": ask for it again");
        story(BY_HAND, approve(PROVEN, "rosa")).when(late).thenNothing();
    }

    private static RestoreState.Run run(RestoreCommand... before) {
        return ((RestoreState.Requested) story(before).state()).run();
    }

    @Test
    void what_comes_late_or_twice_changes_nothing() {
        story().when(FAILURE).thenNothing();
        story().when(SAFE).thenNothing();
        story(REQUEST, SAFE).when(SAFE).thenNothing();
        story(REQUEST, SAFE, RESTORED).when(RESTORED).thenNothing();
        story(REQUEST, SAFE, RESTORED).when(FAILURE).thenNothing();
    }
}
