package slipway.release;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.awaitility.Awaitility.await;
import static slipway.release.TheReleases.GOOD;
import static slipway.release.TheReleases.act;
import static slipway.release.TheReleases.assertNoLeases;
import static slipway.release.TheReleases.assertServed;
import static slipway.release.TheReleases.folder;
import static slipway.release.TheReleases.migrated;
import static slipway.release.TheReleases.old;
import static slipway.release.TheReleases.served;
import static slipway.release.TheReleases.service;
import static slipway.release.TheReleases.show;
import static slipway.release.TheReleases.status;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.time.OffsetDateTime;
import java.time.temporal.ChronoUnit;
import java.util.List;
import java.util.Set;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.springframework.jdbc.core.simple.JdbcClient;
import slipway.messaging.RunningService.Answer;
import slipway.release.analysis.Verdict;
import slipway.release.domain.Gate;
import slipway.release.domain.ReleaseEvent;
import slipway.release.domain.ReleaseEvent.BackupRequested;
import slipway.release.domain.ReleaseEvent.CanaryAnalysisCompleted;
import slipway.release.domain.ReleaseEvent.DataRestoreRequested;
import slipway.release.domain.ReleaseEvent.ImplementationRequested;
import slipway.release.domain.ReleaseEvent.ReleaseAborted;
import slipway.release.domain.ReleaseEvent.ReleaseBlocked;
import slipway.release.domain.ReleaseEvent.ReleaseClosed;
import slipway.release.domain.ReleaseEvent.ReleaseDeployed;
import slipway.release.domain.ReleaseEvent.ReleaseGateEvaluated;
import slipway.release.domain.ReleaseEvent.ReleaseStarted;
import slipway.release.domain.ReleaseEvent.RollbackCompleted;
import slipway.release.domain.ReleaseEvent.RollbackFailed;
import slipway.release.domain.ReleaseEvent.RollbackTriggered;
import slipway.release.domain.ReleaseEvent.RolloutStepCompleted;
import slipway.release.domain.StepKind;
import slipway.release.packages.Folders;
import slipway.release.packages.Packages;
import tools.jackson.databind.JsonNode;

/// The service at work; the other services' part is played from outside.
class ReleaseServiceTest {

    private static final String WHY = "{\"reason\": \"mended\"}";

    @BeforeEach
    void estate() throws IOException {
        TheReleases.estate();
    }

    @Test
    void a_good_release_reaches_every_instance_environment_by_environment() {
        Neighbours thread = Neighbours.of(service).schedule("2.1.0").until(ReleaseDeployed.class, 2);
        assertServed("2.1.0");
        assertThat(migrated()).isTrue();
        assertNoLeases(thread);

        assertThat(thread.all(RolloutStepCompleted.class))
                .extracting(step -> step.environment() + " " + step.kind() + " " + step.name())
                .containsExactly(
                        "dev SWITCH dev-1",
                        "dev VALIDATE dev",
                        "prod MIGRATE prod",
                        "prod SWITCH prod-1",
                        "prod ANALYSE prod-1",
                        "prod SWITCH prod-2",
                        "prod VALIDATE prod");
        assertThat(thread.all(CanaryAnalysisCompleted.class)).singleElement().satisfies(analysis -> {
            assertThat(analysis.verdict()).isEqualTo(Verdict.PASS);
            assertThat(analysis.samples()).hasSize(3);
        });
        assertThat(thread.all(ReleaseStarted.class))
                .extracting(ReleaseStarted::fencingToken)
                .isSorted()
                .doesNotHaveDuplicates();
        assertThat(thread.all(ReleaseEvent.ReleasePlanned.class).getFirst().components().getFirst().previousDigest())
                .isEqualTo(old);

        JsonNode view = show(thread);
        String digest = view.get("digest").stringValue();
        assertThat(view.get("status").stringValue()).isEqualTo("RELEASED");
        for (JsonNode environment : view.get("environments")) {
            assertThat(environment.get("digest").stringValue()).isEqualTo(digest);
            assertThat(environment.get("observedDigest").stringValue()).isEqualTo(digest);
            assertThat(environment.get("deployed").booleanValue()).isTrue();
            assertThat(environment.get("gates").size()).isEqualTo(7);
        }
        thread.close();
        thread.until(ReleaseClosed.class, 1);
        assertThat(status(thread)).isEqualTo("CLOSED");
    }

    @Test
    void a_bad_release_is_found_by_its_canary_and_taken_back_before_others_get_it() throws IOException {
        Neighbours thread = Neighbours.of(service).schedule("2.1.0-bad").until(RollbackCompleted.class, 1);
        assertServed("2.0.0");
        CanaryAnalysisCompleted analysis = thread.all(CanaryAnalysisCompleted.class).getFirst();
        assertThat(analysis.verdict()).isEqualTo(Verdict.FAIL);
        assertThat(analysis.samples()).allMatch(sample -> sample.detail().contains("404"));
        assertThat(Folders.names(folder.resolve("prod-2/releases"))).containsOnlyKeys(Packages.hex(old));

        RollbackTriggered back = thread.all(RollbackTriggered.class).getFirst();
        assertThat(back.environments()).containsExactly("prod", "dev");
        assertThat(back.toDigest()).isEqualTo(old);
        assertThat(back.dataRestore()).isTrue();
        String set = "BKP-" + thread.release() + "-prod-1";
        assertThat(back.backupSetId()).isEqualTo(set);
        assertThat(thread.all(DataRestoreRequested.class))
                .containsExactly(new DataRestoreRequested("prod", set, "sha256:manifest", List.of("aki"), null));
        assertThat(thread.all(RollbackCompleted.class))
                .containsExactly(new RollbackCompleted(old, old, true, 4321L, thread.changes()));
        assertNoLeases(thread);
        assertThat(show(thread).get("environments").valueStream())
                .allMatch(environment -> !environment.get("deployed").booleanValue())
                .allMatch(environment -> environment.get("observedDigest").stringValue().equals(old));
    }

    @Test
    void a_migration_that_fails_is_taken_back_without_touching_data() {
        Neighbours thread = Neighbours.of(service).schedule("2.1.0-sql").until(RollbackCompleted.class, 1);
        RollbackTriggered back = thread.all(RollbackTriggered.class).getFirst();
        assertThat(back.reason()).contains("MIGRATE prod").contains("tabel");
        assertThat(back.toDigest()).as("prod ran it all the time").isEqualTo(old);
        assertThat(back.dataRestore()).isFalse();
        assertThat(thread.all(RollbackCompleted.class)).containsExactly(new RollbackCompleted(old, old, false, null, thread.changes()));
        assertThat(migrated()).isFalse();
        assertServed("2.0.0");
    }

    @Test
    void what_is_missing_blocks_and_a_person_has_it_tried_again() throws IOException {
        Neighbours thread = Neighbours.of(service).schedule("2.2.0").until(ReleaseBlocked.class, 1);
        assertThat(show(thread).get("blockedBy").toString()).contains("2.2.0");
        assertThat(status(thread)).isEqualTo("BLOCKED");
        Folders.write(folder.resolve("web/2.2.0"), GOOD);
        assertThat(act(thread, "dana:developers", "retry", WHY).status()).isEqualTo(403);
        assertThat(act(thread, "olu:operators", "retry", WHY).status()).isEqualTo(200);
        thread.until(ReleaseDeployed.class, 2);
        assertServed("2.1.0");
    }

    @Test
    void a_version_is_no_way_out_of_the_folder_of_versions() {
        Neighbours thread = Neighbours.of(service).schedule("../2.0.0").until(ReleaseBlocked.class, 1);
        assertThat(thread.all(ReleaseBlocked.class).getFirst().reasons()).containsExactly("'../2.0.0' is no version");
    }

    @Test
    void a_failed_backup_blocks_and_the_next_try_has_a_set_of_its_own() {
        Neighbours thread = new Neighbours(service, Set.of()).schedule("2.1.0").until(BackupRequested.class, 1);
        thread.failBackup(thread.all(BackupRequested.class).getFirst(), "disk full");
        thread.until(ReleaseBlocked.class, 1);
        assertThat(act(thread, "rosa:change-managers", "retry", WHY).status()).isEqualTo(200);
        assertThat(thread.all(BackupRequested.class).getLast().backupSetId()).endsWith("-dev-2");
        assertThat(status(thread)).isEqualTo("SECURING");
        act(thread, "rosa:change-managers", "abort", "{\"reason\": \"enough\"}");
    }

    @Test
    void an_odd_instance_closes_the_way_instead_of_failing_for_ever() throws IOException {
        Path current = folder.resolve("dev-1/current");
        Files.delete(current);
        Files.createDirectories(current);
        Neighbours thread = Neighbours.of(service).schedule("2.1.0").until(ReleaseBlocked.class, 1);
        assertThat(thread.all(ReleaseBlocked.class).getFirst().reasons())
                .singleElement()
                .asString()
                .contains("is no symbolic link");
        assertNoLeases(thread);
        act(thread, "rosa:change-managers", "abort", "{\"reason\": \"enough\"}");
    }

    @Test
    void nobody_is_asked_before_the_window_opens() {
        Instant opens = Instant.now().plus(Duration.ofSeconds(3)).truncatedTo(ChronoUnit.MILLIS);
        Neighbours thread = Neighbours.of(service).schedule("2.1.0", opens);
        thread.until(BackupRequested.class, 1);
        assertThat(firstRecorded(thread, "BackupRequested")).isAfterOrEqualTo(opens);
        thread.until(ReleaseDeployed.class, 2);
    }

    /// By the clock of the database, however late we look.
    private static Instant firstRecorded(Neighbours thread, String fact) {
        return service.bean(JdbcClient.class)
                .sql("select min(recorded_at) from journal where aggregate_id = ? and type like '%.' || ?")
                .params(thread.release(), fact)
                .query(OffsetDateTime.class)
                .single()
                .toInstant();
    }

    @Test
    void a_change_that_was_moved_is_released_in_its_new_window() {
        Instant far = Instant.now().plus(Duration.ofHours(1)).truncatedTo(ChronoUnit.MILLIS);
        Neighbours thread = Neighbours.of(service).schedule("2.1.0", far).until(ReleaseEvent.PackageTested.class, 1);
        thread.schedule("2.1.0").until(ReleaseDeployed.class, 2);
        assertThat(thread.all(ReleaseEvent.ReleasePlanned.class)).hasSize(2);
    }

    @Test
    void a_second_release_waits_until_the_first_leaves_the_environment() {
        Neighbours first = new Neighbours(service, Set.of(BackupRequested.class))
                .schedule("2.1.0")
                .until(ImplementationRequested.class, 1);
        Neighbours second = Neighbours.of(service).schedule("2.1.0").until(BackupRequested.class, 1);
        second.proveBackup(second.all(BackupRequested.class).getFirst());
        await().during(Duration.ofSeconds(2))
                .atMost(Duration.ofSeconds(4))
                .until(() -> !second.kinds().contains("ReleaseGateEvaluated"));

        assertThat(act(first, "rosa:change-managers", "abort", "{\"reason\": \"let them\"}").status())
                .isEqualTo(200);
        assertThat(first.all(ReleaseAborted.class)).hasSize(1);
        second.until(ReleaseDeployed.class, 2);
        assertThat(second.all(BackupRequested.class))
                .as("dev is secured anew after the other one let go of it")
                .extracting(BackupRequested::environment)
                .containsExactly("dev", "dev", "prod");
        assertThat(second.all(ReleaseGateEvaluated.class)).filteredOn(gate -> gate.gate() == Gate.LEASE).hasSize(3);
    }

    @Test
    void a_release_that_ended_gets_no_lease_that_nobody_would_give_back() {
        Neighbours thread = new Neighbours(service, Set.of()).schedule("2.1.0").until(BackupRequested.class, 1);
        act(thread, "rosa:change-managers", "abort", "{\"reason\": \"enough\"}");
        assertThatThrownBy(() -> service.bean(Leases.class).take("web", "dev", thread.release()))
                .isInstanceOf(Leases.Taken.class);
        assertNoLeases(thread);
    }

    @Test
    void a_release_between_environments_is_taken_back_when_it_is_given_up() {
        Neighbours thread = Neighbours.of(service).schedule("2.1.0").until(ReleaseDeployed.class, 1);
        Answer answer = act(thread, "rosa:change-managers", "abort", "{\"reason\": \"bad news\"}");
        assertThat(answer.status()).as("%s", answer.body()).isEqualTo(200);
        thread.until(RollbackCompleted.class, 1);
        assertServed("2.0.0");
        assertThat(thread.all(RollbackTriggered.class).getFirst().reason()).isEqualTo("rosa: bad news");
    }

    @Test
    void a_way_back_that_is_blocked_calls_for_a_person_and_keeps_the_lease() throws IOException {
        Neighbours thread = new Neighbours(service, Set.of(BackupRequested.class))
                .schedule("2.1.0-bad")
                .until(ImplementationRequested.class, 1);
        // What ran before is tidied away by somebody, and it is kept nowhere.
        Path before = folder.resolve("dev-1/releases").resolve(Packages.hex(old));
        Neighbours all = Neighbours.of(service);
        assertThat(all.release()).isNotEqualTo(thread.release());
        act(thread, "rosa:change-managers", "abort", "{\"reason\": \"only a beginning\"}");

        all.schedule("2.1.0-bad").until(ReleaseDeployed.class, 1);
        Path aside = folder.resolve("aside");
        Files.move(before, aside);
        all.until(RollbackFailed.class, 1);
        assertThat(served("dev-1")).as("a bad release is better than none").isEqualTo("2.1.0-bad");
        assertThat(status(all)).isEqualTo("NEEDS_HUMAN");
        assertThat(service.bean(Leases.class).token("web", "dev", all.release())).isPresent();

        Files.move(aside, before);
        assertThat(act(all, "olu:operators", "retry", WHY).status()).isEqualTo(200);
        all.until(RollbackCompleted.class, 1);
        assertThat(thread.kinds()).endsWith("ReleaseAborted");
        assertThat(all.all(RolloutStepCompleted.class))
                .filteredOn(step -> step.kind() == StepKind.REVERT)
                .extracting(RolloutStepCompleted::attempt)
                .containsExactly(1, 2);
        assertServed("2.0.0");
    }

    @Test
    void whoever_asks_wrongly_is_told_why() {
        Neighbours thread = new Neighbours(service, Set.of()).schedule("2.1.0").until(BackupRequested.class, 1);
        assertThat(service.get("/releases/REL-nowhere").status()).isEqualTo(404);
        assertThat(service.post("olu:operators", "/releases/REL-nowhere/retry", "{}").status()).isEqualTo(404);
        assertThat(act(thread, "olu:auditors", "abort", "{\"reason\": \"x\"}").status()).isEqualTo(403);
        assertThat(act(thread, "olu:operators", "abort", "{}").reasons()).containsExactly("reason: is missing");
        assertThat(act(thread, "olu:operators", "abort", "{\"reason\": \" \"}").status()).isEqualTo(422);
        Answer retry = act(thread, "olu:operators", "retry", WHY);
        assertThat(retry.status()).isEqualTo(409);
        assertThat(retry.reasons()).containsExactly("there is nothing to retry: the release is SECURING");
        assertThat(act(thread, "olu:operators", "abort", "{\"reason\": \"enough\"}").status()).isEqualTo(200);
    }
}
