package slipway.backup.domain;

import static slipway.backup.domain.BackupTest.AT;
import static slipway.backup.domain.BackupTest.DATABASE;
import static slipway.backup.domain.BackupTest.FILES;
import static slipway.backup.domain.BackupTest.SEALED;
import static slipway.backup.domain.BackupTest.START;
import static slipway.backup.domain.BackupTest.TESTED;
import static slipway.backup.domain.BackupTest.VERIFIED;
import static slipway.backup.domain.BackupTest.story;

import java.util.List;
import org.junit.jupiter.api.Test;
import slipway.backup.domain.BackupCommand.Pin;
import slipway.backup.domain.BackupCommand.Prune;
import slipway.backup.domain.BackupCommand.RecordCapture.Sealed;
import slipway.backup.domain.BackupCommand.RecordCorruption;
import slipway.backup.domain.BackupCommand.RequestVerification;
import slipway.backup.domain.BackupCommand.Unpin;
import slipway.backup.domain.BackupEvent.BackupPinned;
import slipway.backup.domain.BackupEvent.BackupPruned;
import slipway.backup.domain.BackupEvent.BackupUnpinned;
import slipway.backup.domain.BackupEvent.VerificationRequested;

class KeepingTest {

    private static final Unpin CLOSED = new Unpin("REL-1", "the release is closed");
    private static final Prune PRUNE = new Prune("not kept", AT);
    private static final BackupPruned PRUNED = new BackupPruned("prod", "web-prod", "not kept");

    @Test
    void a_proven_set_is_proven_again_and_stays_proven_meanwhile() {
        RequestVerification again = new RequestVerification(VerificationLevel.V2, "scheduled");
        story(START, SEALED, VERIFIED, TESTED)
                .when(again)
                .then(new VerificationRequested(VerificationLevel.V2, "scheduled"));
        story(START, SEALED, VERIFIED, TESTED, again)
                .when(VERIFIED)
                .then(BackupTest.READ_BACK);
        story(START, SEALED, VERIFIED, TESTED, again, VERIFIED)
                .when(again)
                .then(new VerificationRequested(VerificationLevel.V2, "scheduled"));
    }

    @Test
    void what_is_not_proven_once_is_not_proven_again() {
        RequestVerification again = new RequestVerification(VerificationLevel.V2, "scheduled");
        story().when(again).thenRefused("it cannot be proven again: it was never begun");
        story(START).when(again).thenRefused("it cannot be proven again: it is being captured");
        story(START, SEALED).when(again).thenRefused("it cannot be proven again: it is being proven");
        story(START, SEALED, new RecordCorruption(List.of("x"), 1))
                .when(again)
                .thenRefused("it cannot be proven again: it is being repaired");
    }

    @Test
    void a_set_is_held_by_its_release_until_that_is_closed() {
        story(START, SEALED, VERIFIED, TESTED).when(PRUNE).thenNothing();
        story(START, SEALED, VERIFIED, TESTED).when(CLOSED).then(new BackupUnpinned("REL-1", "the release is closed"));
        story(START, SEALED, VERIFIED, TESTED, CLOSED).when(PRUNE).then(PRUNED);
        story(START, SEALED, VERIFIED, TESTED, CLOSED).when(CLOSED).thenNothing();
    }

    @Test
    void a_person_holds_it_as_well_and_each_ends_their_own_hold() {
        Pin kim = new Pin("kim", "the auditor wants it");
        story(START, SEALED, VERIFIED, TESTED, CLOSED).when(kim).then(new BackupPinned("kim", "the auditor wants it"));
        story(START, SEALED, VERIFIED, TESTED, CLOSED, kim).when(kim).thenNothing();
        story(START, SEALED, VERIFIED, TESTED, CLOSED, kim).when(PRUNE).thenNothing();
        story(START, SEALED, VERIFIED, TESTED, CLOSED, kim, new Unpin("kim", "done")).when(PRUNE).then(PRUNED);
    }

    @Test
    void what_a_location_keeps_is_not_pruned_before_it_lets_it_go() {
        BackupCopy locked = new BackupCopy("s3://b/1", "v", AT.plusSeconds(60));
        Sealed sealed = new Sealed(List.of(DATABASE, FILES), "sha256:m", "key", List.of(locked), List.of(), List.of());
        story(START, sealed, VERIFIED, TESTED, CLOSED).when(PRUNE).thenNothing();
        story(START, sealed, VERIFIED, TESTED, CLOSED)
                .when(new Prune("not kept", AT.plusSeconds(60)))
                .then(PRUNED);
        story(START, sealed, new RecordCorruption(List.of("x"), 0), CLOSED).when(PRUNE).thenNothing();
    }

    @Test
    void what_is_being_made_or_proven_is_not_pruned() {
        story(START, CLOSED).when(PRUNE).thenNothing();
        story(START, SEALED, CLOSED).when(PRUNE).thenNothing();
        story(START, SEALED, VERIFIED, CLOSED).when(PRUNE).thenNothing();
        story(START, SEALED, new RecordCorruption(List.of("x"), 1), CLOSED).when(PRUNE).thenNothing();
    }

    @Test
    void a_set_that_was_pruned_is_gone_for_everybody() {
        story(START, SEALED, VERIFIED, TESTED, CLOSED, PRUNE).when(PRUNE).thenNothing();
        story(START, SEALED, VERIFIED, TESTED, CLOSED, PRUNE)
                .when(new Pin("kim", "late"))
                .thenRefused("it cannot be held: it was pruned");
        story(START, SEALED, VERIFIED, TESTED, CLOSED, PRUNE)
                .when(new RecordCorruption(List.of("x"), 0))
                .thenNothing();
    }
}
