package slipway.release;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;
import static slipway.release.TheReleases.*;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Set;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.springframework.jdbc.core.simple.JdbcClient;
import slipway.release.domain.GateVerdict;
import slipway.release.domain.ReleaseEvent.BackupRequested;
import slipway.release.domain.ReleaseEvent.CarriedChangeClosed;
import slipway.release.domain.ReleaseEvent.DataRestoreRequested;
import slipway.release.domain.ReleaseEvent.EnvironmentLaidBare;
import slipway.release.domain.ReleaseEvent.EnvironmentSuperseded;
import slipway.release.domain.ReleaseEvent.ImplementationRequested;
import slipway.release.domain.ReleaseEvent.ReleaseAborted;
import slipway.release.domain.ReleaseEvent.ReleaseBlocked;
import slipway.release.domain.ReleaseEvent.ReleaseClosed;
import slipway.release.domain.ReleaseEvent.ReleaseDeployed;
import slipway.release.domain.ReleaseEvent.ReleaseGateEvaluated;
import slipway.release.domain.ReleaseEvent.RollbackCompleted;
import slipway.release.domain.ReleaseEvent.RollbackFailed;
import slipway.release.domain.ReleaseEvent.RollbackTriggered;
import slipway.release.packages.Packages;
import tools.jackson.databind.JsonNode;

/// Releases that lie upon each other, and what is left when a way back fails.
class ReleaseLayersTest {

    private static final String WHY = "{\"reason\": \"odd errors\"}";

    @BeforeEach
    void estate() throws IOException {
        TheReleases.estate();
    }

    @Test
    void what_was_released_over_is_not_taken_back_underneath() {
        Neighbours first = Neighbours.of(service).schedule("2.1.0").until(ReleaseDeployed.class, 2);
        Neighbours second = Neighbours.of(service).schedule("2.1.0").until(ReleaseDeployed.class, 2);
        first.until(EnvironmentSuperseded.class, 2);
        JsonNode preview = service.get("/releases/" + first.release() + "/rollback").body();
        assertThat(preview.get("laterThan").get(0).stringValue())
                .isEqualTo(second.release() + " came to prod after it: roll that back first");
        assertThat(preview.get("impossible").stringValue()).contains("roll that back first");
        assertThat(preview.get("way").get("leftAlone").toString()).contains("prod", "dev");
        assertThat(service.get("/releases/" + second.release() + "/rollback").body().get("laterThan"))
                .isEmpty();
        assertThat(act(first, "olu:operators", "rollback", WHY).reasons())
                .singleElement()
                .asString()
                .contains("came to prod after it: roll that back first");
        assertThat(act(second, "olu:operators", "rollback", WHY).status()).isEqualTo(200);
        second.until(RollbackCompleted.class, 1);
        first.until(EnvironmentLaidBare.class, 2);
        assertThat(act(first, "olu:operators", "rollback", WHY).status())
                .as("it is the newest again")
                .isEqualTo(200);
        first.until(RollbackCompleted.class, 1);
        assertServed("2.0.0");
    }

    @Test
    void a_release_that_is_given_up_leaves_alone_where_a_later_one_lies_and_that_one_goes_back_to_it() {
        Neighbours first = Neighbours.of(service).schedule("2.1.0").until(ReleaseDeployed.class, 1);
        act(first, "olu:operators", "pause", WHY);
        Neighbours second = new Neighbours(service, Set.of(ImplementationRequested.class, DataRestoreRequested.class))
                .schedule("2.1.0")
                .until(BackupRequested.class, 1);
        second.proveBackup(second.all(BackupRequested.class).getFirst());
        second.until(ReleaseDeployed.class, 1).until(BackupRequested.class, 2);
        first.until(EnvironmentSuperseded.class, 1);
        assertThat(act(first, "olu:operators", "abort", WHY).status()).isEqualTo(200);
        first.until(ReleaseAborted.class, 1);
        assertThat(first.all(RollbackTriggered.class)).isEmpty();
        assertThat(first.all(ReleaseAborted.class).getFirst().leftAlone()).containsExactly("dev");
        assertThat(served("dev-1")).isEqualTo("2.1.0");
        assertThat(act(second, "olu:operators", "abort", WHY).status()).isEqualTo(200);
        second.until(RollbackCompleted.class, 1);
        assertThat(second.all(RollbackTriggered.class).getFirst().environments()).containsExactly("dev");
    }

    @Test
    void a_backup_that_is_found_corrupt_between_gates_and_leave_blocks_the_environment() {
        Neighbours thread = new Neighbours(service, Set.of(BackupRequested.class))
                .schedule("2.1.0")
                .until(ImplementationRequested.class, 1);
        thread.corruptBackup(thread.all(BackupRequested.class).getFirst(), "a byte of orders.dump differs");
        thread.until(ReleaseBlocked.class, 1);
        assertThat(show(thread).get("blockedBy").toString()).contains("is no way back: a byte of orders.dump differs");
        act(thread, "olu:operators", "abort", WHY);
    }

    @Test
    void what_a_failed_way_back_left_is_mended_by_hand_looked_at_and_given_back() throws IOException {
        Neighbours thread = Neighbours.of(service).schedule("2.1.0").until(ReleaseDeployed.class, 2);
        Path current = folder.resolve("prod-1").resolve("current");
        Files.delete(current);
        Files.createDirectory(current);
        assertThat(act(thread, "olu:operators", "rollback", WHY).status()).isEqualTo(200);
        thread.until(RollbackFailed.class, 1);
        assertThat(act(thread, "olu:operators", "resolve", WHY).reasons())
                .singleElement()
                .asString()
                .startsWith("prod cannot be looked at");
        Files.delete(current);
        for (String instance : List.of("prod-1", "prod-2")) {
            Path link = folder.resolve(instance).resolve("current");
            Files.deleteIfExists(link);
            Files.createSymbolicLink(link, Path.of("releases", Packages.hex(old)));
        }
        assertThat(act(thread, "olu:operators", "resolve", WHY).status()).isEqualTo(200);
        JsonNode resolved = show(thread);
        assertThat(resolved.get("status").stringValue()).isEqualTo("RESOLVED");
        assertThat(resolved.get("resolved").get("reason").stringValue()).isEqualTo("olu: odd errors");
        assertThat(resolved.get("resolved").get("left").get(0).get("digest").stringValue()).isEqualTo(old);
        assertNoLeases(thread);
    }

    @Test
    void data_that_did_not_come_back_are_asked_for_again_when_somebody_made_room() {
        Neighbours thread = new Neighbours(service, Set.of(BackupRequested.class, ImplementationRequested.class))
                .schedule("2.1.0-bad")
                .until(DataRestoreRequested.class, 1);
        thread.failRestore(thread.all(DataRestoreRequested.class).getFirst(), "disk full");
        thread.until(RollbackFailed.class, 1);
        assertThat(show(thread).get("rollbackFailed").get("reason").stringValue())
                .isEqualTo("disk full; next step: make room");
        assertThat(act(thread, "olu:operators", "retry", WHY).status()).isEqualTo(200);
        assertThat(status(thread)).isEqualTo("RESTORING");
        assertThat(thread.all(DataRestoreRequested.class)).hasSize(2);
        assertThat(Set.copyOf(thread.all(DataRestoreRequested.class))).as("the same set").hasSize(1);
        thread.completeRestore(thread.all(DataRestoreRequested.class).getLast());
        thread.until(RollbackCompleted.class, 1);
        assertThat(show(thread).get("rollbackFailed").isNull()).as("nobody is needed any more").isTrue();
        assertNoLeases(thread);
    }

    @Test
    void a_later_release_that_was_resolved_by_hand_is_nothing_to_roll_back_first() throws IOException {
        Neighbours first = Neighbours.of(service).schedule("2.1.0").until(ReleaseDeployed.class, 2);
        Neighbours second = Neighbours.of(service).schedule("2.1.0").until(ReleaseDeployed.class, 2);
        first.until(EnvironmentSuperseded.class, 2);
        Path current = folder.resolve("prod-1").resolve("current");
        Files.delete(current);
        Files.createDirectory(current);
        act(second, "olu:operators", "rollback", WHY);
        second.until(RollbackFailed.class, 1);
        Files.delete(current);
        for (String instance : List.of("dev-1", "prod-1", "prod-2")) {
            Path link = folder.resolve(instance).resolve("current");
            Files.deleteIfExists(link);
            Files.createSymbolicLink(link, Path.of("releases", Packages.hex(old)));
        }
        assertThat(act(second, "olu:operators", "resolve", WHY).status()).isEqualTo(200);
        JsonNode preview = service.get("/releases/" + first.release() + "/rollback").body();
        assertThat(preview.get("laterThan")).isEmpty();
        assertThat(preview.get("impossible").stringValue()).contains("later releases are in all that it was in");
    }

    @Test
    void a_release_whose_backup_lacks_a_copy_says_where_it_is_missing_until_it_is_made() {
        Neighbours release = new Neighbours(service, Set.of(BackupRequested.class))
                .schedule("2.1.0")
                .until(BackupRequested.class, 1);
        BackupRequested asked = release.all(BackupRequested.class).getFirst();
        assertThat(show(release).get("waits").isNull()).isTrue();
        release.lackCopy(asked, "s3://slipway-backups/prod/" + asked.backupSetId() + ": Connection refused");
        await("for it to be known").atMost(Duration.ofSeconds(30)).untilAsserted(() -> assertThat(
                        show(release).get("waits").asString(""))
                .startsWith("the backup " + asked.backupSetId() + " is PARTIAL, a copy is missing; when it was sealed: s3://slipway-backups/prod/")
                .contains(": Connection refused; now: ./slipway backup show " + asked.backupSetId() + "; it is copied there again and again"));
        release.completeBackup(asked);
        await("for the copy").atMost(Duration.ofSeconds(30)).until(() -> show(release).get("waits").isNull());
        act(release, "olu:operators", "abort", WHY);
    }

    @Test
    void a_release_that_waited_behind_another_is_secured_anew_before_it_begins() {
        Neighbours first = new Neighbours(service, Set.of(BackupRequested.class))
                .schedule("2.1.0")
                .until(ImplementationRequested.class, 1);
        Neighbours second = new Neighbours(service, Set.of(ImplementationRequested.class))
                .schedule("2.1.0")
                .until(BackupRequested.class, 1);
        second.proveBackup(second.all(BackupRequested.class).getFirst());
        await("for the second to have asked for its turn").atMost(Duration.ofSeconds(30)).until(() -> waiting() > 0);
        assertThat(show(second).get("waits").stringValue()).isEqualTo(first.release() + " works in dev of web");
        assertThat(show(first).get("waits").isNull()).isTrue();
        assertThat(failing()).as("waiting is no failure").isZero();
        first.authorise(first.all(ImplementationRequested.class).getFirst());
        first.until(ReleaseDeployed.class, 1);
        second.until(BackupRequested.class, 2);
        assertThat(second.all(ReleaseGateEvaluated.class))
                .filteredOn(gate -> gate.verdict() == GateVerdict.CLOSED)
                .singleElement()
                .satisfies(gate -> assertThat(gate.reason()).contains("and a release worked there until"));
        assertThat(show(second).get("waits").isNull()).isTrue();
        act(second, "olu:operators", "abort", WHY);
        act(first, "olu:operators", "abort", WHY);
        first.until(RollbackCompleted.class, 1);
    }

    /// Jobs at the gates that were tried, are to be tried again, and did not fail.
    private static long waiting() {
        return gates("last_success is not null");
    }

    private static long failing() {
        return gates("consecutive_failures > 0");
    }

    private static long gates(String condition) {
        return service.bean(JdbcClient.class)
                .sql("select count(*) from scheduled_tasks where task_name = 'look at the gates of the environment' and "
                        + condition)
                .query(Long.class)
                .single();
    }

    @Test
    void what_lies_below_comes_up_again_also_when_the_release_on_top_closes_as_it_goes() throws IOException {
        Neighbours first = Neighbours.of(service).schedule("2.1.0").until(ReleaseDeployed.class, 2);
        Neighbours second = Neighbours.of(service).schedule("2.1.0").until(ReleaseDeployed.class, 2);
        first.until(EnvironmentSuperseded.class, 2);
        Path current = folder.resolve("dev-1").resolve("current");
        Path runs = Files.readSymbolicLink(current);
        Files.delete(current);
        Files.createDirectory(current);
        act(second, "olu:operators", "rollback", WHY);
        second.until(RollbackFailed.class, 1).close();
        second.until(CarriedChangeClosed.class, 1);
        Files.delete(current);
        Files.createSymbolicLink(current, runs);
        assertThat(act(second, "olu:operators", "retry", WHY).status()).isEqualTo(200);
        second.until(ReleaseClosed.class, 1);
        first.until(EnvironmentLaidBare.class, 2);
        assertThat(act(first, "olu:operators", "rollback", WHY).status()).isEqualTo(200);
        first.until(RollbackCompleted.class, 1);
    }
}
