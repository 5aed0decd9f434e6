package slipway.backup.domain;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Instant;
import java.util.List;
import org.junit.jupiter.api.Test;
import slipway.backup.domain.BackupCommand.RecordCapture.Sealed;
import slipway.backup.domain.BackupCommand.RecordCapture.Unfinished;
import slipway.backup.domain.BackupCommand.RecordCorruption;
import slipway.backup.domain.BackupCommand.RecordRepair;
import slipway.backup.domain.BackupCommand.RecordReplication;
import slipway.backup.domain.BackupCommand.RecordRestoreTest;
import slipway.backup.domain.BackupCommand.RecordUnproven;
import slipway.backup.domain.BackupCommand.RecordVerification;
import slipway.backup.domain.BackupCommand.Start;
import slipway.backup.domain.BackupEvent.BackupCompleted;
import slipway.backup.domain.BackupEvent.BackupCorrupted;
import slipway.backup.domain.BackupEvent.BackupFailed;
import slipway.backup.domain.BackupEvent.BackupItemCaptured;
import slipway.backup.domain.BackupEvent.BackupItemFailed;
import slipway.backup.domain.BackupEvent.BackupPartial;
import slipway.backup.domain.BackupEvent.BackupPinned;
import slipway.backup.domain.BackupEvent.BackupRepaired;
import slipway.backup.domain.BackupEvent.BackupStarted;
import slipway.backup.domain.BackupEvent.BackupUnproven;
import slipway.backup.domain.BackupEvent.BackupVerified;
import slipway.backup.domain.BackupEvent.RestoreTested;
import slipway.decider.Decision;
import slipway.decider.Story;

class BackupTest {

    static final Instant AT = Instant.parse("2026-03-02T10:00:00Z");
    static final Start START =
            new Start("REL-1", "prod", "web-prod", VerificationLevel.V4, 600, List.of("database", "files"));
    static final BackupItemCaptured DATABASE = item("database", AT.plusSeconds(5), 100);
    static final BackupItemCaptured FILES = item("files", AT.plusSeconds(2), 10);
    static final List<BackupCopy> COPIES =
            List.of(new BackupCopy("file:///1", "sha256:m", null), new BackupCopy("file:///2", "sha256:m", null));
    static final Sealed SEALED = new Sealed(List.of(DATABASE, FILES), "sha256:m", "key", COPIES, List.of(), List.of());
    private static final List<String> PLACES = List.of("file:///1", "file:///2");
    static final RecordVerification VERIFIED = new RecordVerification(VerificationLevel.V2, PLACES, List.of());
    static final BackupVerified READ_BACK = new BackupVerified("REL-1", "prod", VerificationLevel.V2, 2, PLACES, List.of());
    private static final List<RestoreCheck> GOOD =
            List.of(RestoreCheck.of("database", "rows", "5", "5"), RestoreCheck.of("files", "tree", "a", "a"));
    static final RecordRestoreTest TESTED = new RecordRestoreTest(VerificationLevel.V4, 1234, GOOD);

    private static BackupItemCaptured item(String name, Instant recoveryPoint, long bytes) {
        return new BackupItemCaptured(name, "c", "s", "r/1", "00", "11", bytes, "exact", "f", recoveryPoint, "");
    }

    static Story<BackupCommand, BackupState, BackupEvent> story(BackupCommand... before) {
        return Story.of(new BackupDecider()).after(before);
    }

    @Test
    void a_set_starts_with_the_items_of_its_plan_and_only_once() {
        story().when(START)
                .then(new BackupStarted(
                        "REL-1", "prod", "web-prod", VerificationLevel.V4, 600, List.of("database", "files"), ""),
                        new BackupPinned("REL-1", "its release is not closed yet"));
        story(START).when(START).thenNothing();
    }

    @Test
    void without_a_plan_there_is_no_backup_and_the_release_is_told_why() {
        Start unknown = new Start("REL-1", "prod", "nowhere", VerificationLevel.V4, 600, List.of());
        story().when(unknown)
                .then(new BackupFailed("REL-1", "prod", List.of("there is no backup plan 'nowhere'")));
        story(unknown).when(START).thenNothing();
    }

    @Test
    void a_complete_set_restores_to_the_earliest_recovery_point_of_its_items() {
        story(START)
                .when(SEALED)
                .then(
                        DATABASE,
                        FILES,
                        new BackupCompleted("REL-1", "prod", "sha256:m", "key", COPIES, AT.plusSeconds(2), 110, List.of()));
    }

    @Test
    void a_set_of_no_release_is_held_by_nobody() {
        story().when(new Start("", "prod", "web-prod", VerificationLevel.V4, 0, List.of("files")))
                .then(new BackupStarted("", "prod", "web-prod", VerificationLevel.V4, 0, List.of("files"), ""));
    }

    @Test
    void a_set_that_lacks_a_copy_is_partial_until_it_lies_everywhere() {
        Sealed half = new Sealed(
                List.of(DATABASE, FILES), "sha256:m", "key", COPIES.subList(0, 1), List.of("file:///2: no room"), List.of());
        story(START)
                .when(half)
                .then(
                        DATABASE,
                        FILES,
                        new BackupPartial(
                                "REL-1",
                                "prod",
                                "sha256:m",
                                "key",
                                COPIES.subList(0, 1),
                                List.of("file:///2: no room"),
                                AT.plusSeconds(2),
                                110));
        story(START, half).when(VERIFIED).thenNothing();
        story(START, half)
                .when(new RecordReplication(COPIES, List.of()))
                .then(new BackupCompleted("REL-1", "prod", "sha256:m", "key", COPIES, AT.plusSeconds(2), 110, List.of()));
    }

    @Test
    void one_item_that_fails_fails_the_set() {
        BackupItemFailed failed = new BackupItemFailed("database", "no answer");
        story(START)
                .when(new Unfinished(List.of(FILES), List.of(failed)))
                .then(FILES, failed, new BackupFailed("REL-1", "prod", List.of("database: no answer")));
    }

    @Test
    void an_item_of_the_plan_that_nobody_captured_fails_the_set() {
        story(START)
                .when(new Sealed(List.of(FILES), "sha256:m", "key", COPIES, List.of(), List.of()))
                .then(FILES, new BackupFailed("REL-1", "prod", List.of("database: was not captured")));
    }

    @Test
    void a_verified_set_says_how_many_copies_were_read() {
        story(START, SEALED).when(VERIFIED).then(READ_BACK);
    }

    @Test
    void a_set_that_was_restored_and_looked_the_same_is_proven_to_v4() {
        story(START, SEALED, VERIFIED)
                .when(TESTED)
                .then(new RestoreTested(
                        "REL-1", "prod", VerificationLevel.V4, 1234, GOOD, "sha256:m", AT.plusSeconds(2)));
    }

    @Test
    void a_restored_copy_that_looks_different_makes_the_set_unfit() {
        List<RestoreCheck> bad =
                List.of(RestoreCheck.of("database", "rows", "5", "4"), RestoreCheck.of("files", "tree", "a", "a"));
        story(START, SEALED, VERIFIED)
                .when(new RecordRestoreTest(VerificationLevel.V4, 1, bad))
                .then(new BackupCorrupted(
                        "REL-1", "prod", List.of("database: rows is 4 in the restored copy, was 5 at capture"), 0));
    }

    @Test
    void an_item_of_which_nothing_was_compared_is_not_proven() {
        story(START, SEALED, VERIFIED)
                .when(new RecordRestoreTest(VerificationLevel.V4, 1, GOOD.subList(0, 1)))
                .then(new BackupCorrupted(
                        "REL-1", "prod", List.of("files: nothing was compared in the restored copy"), 0));
    }

    @Test
    void a_set_found_corrupted_is_no_way_back_any_more() {
        RecordCorruption corruption = new RecordCorruption(List.of("a hash is wrong"), 0);
        BackupCorrupted corrupted = new BackupCorrupted("REL-1", "prod", List.of("a hash is wrong"), 0);
        story(START, SEALED).when(corruption).then(corrupted);
        story(START, SEALED, VERIFIED).when(corruption).then(corrupted);
        story(START, SEALED, VERIFIED, TESTED).when(corruption).then(corrupted);
        story(START, SEALED, corruption).when(VERIFIED).thenNothing();
        story(START, SEALED, corruption).when(corruption).thenNothing();
    }

    @Test
    void a_corrupt_copy_beside_a_sound_one_is_repaired_and_the_set_is_proven_anew() {
        RecordCorruption oneOfTwo = new RecordCorruption(List.of("a hash is wrong"), 1);
        RecordRepair repair = new RecordRepair(COPIES, List.of("file:///2"));
        story(START, SEALED, VERIFIED, TESTED)
                .when(oneOfTwo)
                .then(new BackupCorrupted("REL-1", "prod", List.of("a hash is wrong"), 1));
        story(START, SEALED, VERIFIED, TESTED, oneOfTwo).when(oneOfTwo).thenNothing();
        story(START, SEALED, VERIFIED, TESTED, oneOfTwo).when(TESTED).thenNothing();
        story(START, SEALED, VERIFIED, TESTED, oneOfTwo)
                .when(repair)
                .then(new BackupRepaired("REL-1", "prod", COPIES, List.of("file:///2")));
        story(START, SEALED, VERIFIED, TESTED, oneOfTwo, repair).when(TESTED).thenNothing();
        story(START, SEALED, VERIFIED, TESTED, oneOfTwo, repair, VERIFIED)
                .when(TESTED)
                .then(new RestoreTested(
                        "REL-1", "prod", VerificationLevel.V4, 1234, GOOD, "sha256:m", AT.plusSeconds(2)));
    }

    @Test
    void a_set_with_no_sound_copy_left_to_repair_it_from_is_unfit_for_good() {
        RecordCorruption none = new RecordCorruption(List.of("both are gone"), 0);
        story(START, SEALED, VERIFIED, TESTED, new RecordCorruption(List.of("one"), 1))
                .when(none)
                .then(new BackupCorrupted("REL-1", "prod", List.of("both are gone"), 0));
        story(START, SEALED, VERIFIED, TESTED, none)
                .when(new RecordRepair(COPIES, List.of()))
                .thenNothing();
    }

    @Test
    void what_could_not_be_restored_on_trial_is_not_corrupt_and_may_be_proven_again() {
        RecordUnproven unproven = new RecordUnproven(List.of("the program was killed"));
        BackupUnproven fact = new BackupUnproven("REL-1", "prod", List.of("the program was killed"));
        story(START, SEALED, VERIFIED).when(unproven).then(fact);
        story(START, SEALED, VERIFIED, TESTED).when(unproven).then(fact);
        story(START, SEALED, VERIFIED, unproven).when(TESTED).thenNothing();
        BackupCommand again = new BackupCommand.RequestVerification(VerificationLevel.V4, "scheduled");
        story(START, SEALED, VERIFIED, unproven, again)
                .when(VERIFIED)
                .then(READ_BACK);
        story(START, SEALED, VERIFIED, unproven, again, VERIFIED).when(TESTED).thenKinds(RestoreTested.class);
    }

    @Test
    void what_comes_late_or_twice_changes_nothing() {
        story().when(SEALED).thenNothing();
        story(START).when(VERIFIED).thenNothing();
        story(START, SEALED).when(SEALED).thenNothing();
        story(START, SEALED).when(TESTED).thenNothing();
        story(START, SEALED, VERIFIED).when(VERIFIED).thenNothing();
        story(START).when(new RecordCorruption(List.of("x"), 0)).thenNothing();
    }

    /// A location that came to the configuration later has no copy yet; one that had a copy lost it.
    @Test
    void where_it_ever_was_is_remembered_also_of_copies_that_were_made_later() {
        BackupDecider decider = new BackupDecider();
        BackupState state = decider.initial();
        RecordVerification later = new RecordVerification(VerificationLevel.V2, List.of("file:///2", "file:///3"), List.of("s3://b/: no"));
        for (BackupCommand each : List.of(START, SEALED, VERIFIED, TESTED, later)) {
            for (BackupEvent fact : ((Decision.Accepted<BackupEvent>) decider.decide(each, state)).facts()) {
                state = decider.evolve(state, fact);
            }
        }
        assertThat(state).isInstanceOfSatisfying(BackupState.Tested.class, tested -> assertThat(tested.seal().locations())
                .containsExactly("file:///1", "file:///2", "file:///3"));
    }

    @Test
    void a_set_that_waits_for_one_location_names_those_that_refuse_too() {
        Sealed half = new Sealed(
                List.of(DATABASE, FILES), "sha256:m", "key", COPIES, List.of("file:///3: no room"), List.of("s3://b/: no versions"));
        story(START)
                .when(half)
                .then(
                        DATABASE,
                        FILES,
                        new BackupPartial(
                                "REL-1",
                                "prod",
                                "sha256:m",
                                "key",
                                COPIES,
                                List.of("file:///3: no room", "s3://b/: no versions"),
                                AT.plusSeconds(2),
                                110));
    }

    @Test
    void a_location_that_refuses_is_named_and_keeps_nobody_waiting() {
        Sealed done = new Sealed(List.of(DATABASE, FILES), "sha256:m", "key", COPIES, List.of(), List.of("s3://b/: no versions"));
        story(START)
                .when(done)
                .then(
                        DATABASE,
                        FILES,
                        new BackupCompleted(
                                "REL-1", "prod", "sha256:m", "key", COPIES, AT.plusSeconds(2), 110, List.of("s3://b/: no versions")));
    }
}
