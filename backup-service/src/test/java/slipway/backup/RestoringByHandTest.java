package slipway.backup;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import slipway.backup.Plan.Task;
import slipway.backup.domain.BackupEvent.BackupPruned;
import slipway.backup.domain.BackupEvent.RestoreTested;
import slipway.backup.domain.RestoreEvent;
import slipway.backup.vault.Disk;
import slipway.events.Outcome;
import slipway.events.Topics;
import slipway.events.VerificationLevel;
import slipway.events.release.BackupCheckRequested;
import slipway.events.release.BackupRequested;
import slipway.events.release.ReleaseClosed;
import slipway.messaging.RunningService;
import slipway.messaging.RunningService.Answer;

/// What people restore over live data, with somebody else's approval.
class RestoringByHandTest {

    private static final String ROSA = "rosa:change-managers,approvers";
    private static final String PROPOSAL = "{\"proposal\": 1}";

    @TempDir
    private static Path home;

    private static RunningService service;
    private static Sets sets;

    @BeforeAll
    static void start() throws Exception {
        for (String plan : List.of("undo", "gone", "busy", "quick", "hand", "some")) {
            Files.writeString(Files.createDirectories(home.resolve(plan)).resolve("data"), "good");
        }
        Files.writeString(home.resolve("backups.yaml"), """
                plans:
                  undo:
                    schedule: {prune: "@daily"}
                    retention: {last: 1}
                    items: [{name: files, recipe: directory, parameters: {path: undo}}]
                  quick:
                    items: [{name: files, recipe: directory, parameters: {path: quick}}]
                  gone:
                    items: [{name: files, recipe: directory, parameters: {path: gone}}]
                  busy:
                    items: [{name: files, recipe: directory, parameters: {path: busy}}]
                  long:
                    items: [{name: pipe, recipe: pipe, parameters: {path: pipe}}]
                  some:
                    items:
                      - {name: files, recipe: directory, parameters: {path: some}}
                      - {name: words, recipe: words, parameters: {path: some/data}}
                  hand:
                    items:
                      - {name: files, recipe: directory, parameters: {path: hand}}
                      - {name: settings, recipe: env-file, parameters: {file: settings.env}}
                """);
        Files.writeString(home.resolve("settings.env"), "COLOUR=blue\n");
        Files.writeString(Files.createDirectory(home.resolve("recipes")).resolve("pipe.yaml"), """
                id: pipe
                version: 1
                system: a pipe
                category: STORAGE
                tier: CONTRACT_ONLY
                summary: What somebody writes into a pipe, when they do.
                consistency: none
                programs: [cat, echo, test]
                parameters: {path: {type: PATH, doc: the pipe}}
                look: [{run: [echo, a pipe], tell: [{name: kind, match: "(.*)"}]}]
                capture: [{run: [cat, "{path}"], stdout: "{tree}/said"}]
                restoreScratch: [{run: [test, -f, "{tree}/said"]}]
                """);
        Files.writeString(home.resolve("recipes/words.yaml"), """
                id: words
                version: 1
                system: words
                category: STORAGE
                tier: CONTRACT_ONLY
                summary: Words that a person puts back.
                consistency: none
                programs: [cp, cat]
                parameters: {path: {type: PATH, doc: the file}}
                scratch: {path: "{tree}/said"}
                look: [{run: [cat, "{path}"], tell: [{name: all, digest: true}]}]
                capture: [{run: [cp, "{path}", "{tree}/said"]}]
                restoreScratch: [{expect: [{file: "{tree}/said", minBytes: 1}]}]
                """);
        service = new RunningService(
                BackupService.application(),
                "slipway.backups=" + home.resolve("backups.yaml"),
                "slipway.backup.home=" + home.resolve("backups"),
                "slipway.backup.recipes=" + home.resolve("recipes"),
                "slipway.jobs.threads=1",
                "slipway.backup.clock-every=200ms");
        sets = new Sets(service);
    }

    @AfterAll
    static void stop() throws IOException {
        service.close();
    }

    @Test
    void who_asks_for_all_is_told_which_items_that_is_where_some_are_put_back_by_hand() {
        String set = sets.take("some");
        Answer asked = service.post(Sets.KIM, "/backups/" + set + "/restore", "{\"reason\": \"oh no\"}");
        assertThat(asked.status()).isEqualTo(200);
        assertThat(service.<RestoreEvent>facts("restores", "RST-" + set))
                .singleElement()
                .isInstanceOfSatisfying(RestoreEvent.RestoreProposed.class, proposed -> assertThat(proposed.items()).containsExactly("files"));
    }

    @Test
    void a_person_restores_what_another_person_approves_and_what_was_there_is_kept() throws Exception {
        String set = sets.take("hand");
        Path data = home.resolve("hand/data");
        Files.writeString(data, "a mistake");
        String path = "/backups/" + set;
        assertThat(service.post("dana:requesters", path + "/restore", "{\"reason\": \"oh no\"}").status()).isEqualTo(403);
        assertThat(service.post(Sets.KIM, path + "/restore", "{\"items\": [\"settings\", \"mail\"], \"to\": \"2031-01-01T00:00:00Z\"}")
                        .reasons())
                .anyMatch(reason -> reason.startsWith("reason"));
        assertThat(service.post(
                                Sets.KIM,
                                path + "/restore",
                                "{\"reason\": \"somebody saved nonsense\", \"items\": [\"settings\"], \"to\": \"2031-01-01T00:00:00Z\"}")
                        .reasons())
                .anyMatch(reason -> reason.contains("is still to come"))
                .anyMatch(reason -> reason.contains("settings can be restored only as it was captured"));
        assertThat(service.post(
                                Sets.KIM, path + "/restore", "{\"reason\": \"somebody saved nonsense\", \"items\": [\"files\"]}")
                        .body().get("backup").get("restore").stringValue())
                .isEqualTo("AWAITING_APPROVAL");
        assertThat(service.get(path).body().get("proposal").intValue()).isEqualTo(1);
        assertThat(service.post(ROSA, path + "/approve-restore", "{}").reasons())
                .containsExactly("proposal: is needed: the number of the proposal that was read");
        assertThat(service.post(Sets.KIM, path + "/approve-restore", PROPOSAL).reasons())
                .containsExactly("separation of duties: kim asked for it");
        assertThat(service.post("sam:operators", path + "/approve-restore", PROPOSAL).status()).isEqualTo(403);
        assertThat(data).hasContent("a mistake");
        assertThat(service.post(ROSA, path + "/approve-restore", PROPOSAL).status()).isEqualTo(200);
        assertThat(restored(set, RestoreEvent.RestoreCompleted.class))
                .containsExactly("RestoreProposed", "RestoreRequested", "SafetyBackupTaken", "RestoreCompleted");
        assertThat(data).hasContent("good");
        assertThat(home.resolve("hand.before-" + set + "/data")).hasContent("a mistake");
        assertThat(home.resolve("settings.env")).hasContent("COLOUR=blue\n");
    }

    private static List<String> restored(String set, Class<? extends RestoreEvent> end) {
        return await().atMost(Sets.PATIENCE)
                .until(() -> service.<RestoreEvent>facts("restores", "RST-" + set), facts -> end.isInstance(facts.getLast()))
                .stream()
                .map(fact -> fact.getClass().getSimpleName())
                .toList();
    }

    private static RunningService.Answer propose(String set, String more) {
        return service.post(Sets.KIM, "/backups/" + set + "/restore", "{\"reason\": \"somebody saved nonsense\"" + more + "}");
    }

    private static void approve(String set, int proposal) {
        assertThat(service.post(ROSA, "/backups/" + set + "/approve-restore", "{\"proposal\": " + proposal + "}").status())
                .isEqualTo(200);
    }

    @Test
    void what_was_there_before_a_restore_is_a_set_like_others_until_nobody_holds_it() throws Exception {
        String set = sets.take("undo");
        Path data = home.resolve("undo/data");
        Files.writeString(data, "a mistake");
        propose(set, "");
        approve(set, 1);
        restored(set, RestoreEvent.RestoreCompleted.class);
        String safety = "SAFETY-" + set;
        sets.awaited(safety, RestoreTested.class, 1);
        assertThat(sets.line(safety).get("keptFor").stringValue()).isEqualTo(set);
        assertThat(sets.line(safety).get("heldBy").toString()).isEqualTo("[\"RST-" + set + "\"]");
        assertThat(service.bytes("/backups/" + safety + "/kit")).isNotEmpty();
        propose(safety, "");
        approve(safety, 1);
        restored(safety, RestoreEvent.RestoreCompleted.class);
        assertThat(data).hasContent("a mistake");

        sets.awaited("SAFETY-" + safety, RestoreTested.class, 1);
        sets.due("undo", Task.PRUNE);
        await().atMost(Sets.PATIENCE).until(() -> service.get("/schedules").body().toString().contains("2026-03-02T01:30:00Z"));
        assertThat(sets.line(safety).get("state").stringValue()).isEqualTo("RESTORE_TESTED");
        assertThat(service.post(Sets.KIM, "/backups/" + safety + "/unpin", "{\"reason\": \"done\", \"holder\": \"RST-" + set + "\"}")
                        .status())
                .isEqualTo(200);
        sets.due("undo", Task.PRUNE);
        sets.awaited(safety, BackupPruned.class, 1);
        assertThat(sets.line(set).get("state").stringValue()).as("the newest generation").isEqualTo("RESTORE_TESTED");
    }

    @Test
    void a_backup_that_no_release_waits_for_keeps_nobody_from_a_restore_however_long_it_takes() throws Exception {
        assertThat(new ProcessBuilder("mkfifo", home.resolve("pipe").toString()).start().waitFor()).isZero();
        String slow = service.post(Sets.KIM, "/plans/long/backups", "{}").body().get("backup").get("id").stringValue();
        String set = sets.take("quick");
        propose(set, "");
        approve(set, 1);
        restored(set, RestoreEvent.RestoreCompleted.class);
        assertThat(sets.line(slow).get("state").stringValue()).isEqualTo("CAPTURING");
        Files.writeString(home.resolve("pipe"), "at last");
        sets.awaited(slow, RestoreTested.class, 1);
    }

    @Test
    void where_nothing_is_left_to_keep_the_approver_sees_that_and_the_data_come_back() throws Exception {
        String set = sets.take("gone");
        Path data = home.resolve("gone");
        Disk.delete(data);
        propose(set, "");
        approve(set, 1);
        assertThat(restored(set, RestoreEvent.RestoreFailed.class)).doesNotContain("SafetyBackupTaken");
        assertThat(service.get("/backups/" + set).body().toString()).contains("--without-safety-backup ITEM");
        assertThat(propose(set, ", \"withoutSafetyBackup\": [\"files\"]").body().get("restores").toString())
                .contains("\"withoutSafetyBackup\":[\"files\"]");
        approve(set, 4);
        restored(set, RestoreEvent.RestoreCompleted.class);
        assertThat(data.resolve("data")).hasContent("good");
        assertThat(service.get("/backups/SAFETY-" + set).status()).isEqualTo(404);
    }

    @Test
    void nobody_restores_by_hand_what_a_release_at_work_may_restore_and_nobody_approves_what_was_not_read() {
        String release = "BKP-REL-CHG-31-prod-1";
        service.publish(
                Topics.RELEASE,
                new BackupRequested(RunningService.meta("REL-CHG-31", 1, "CHG-31"), "prod", release, "busy", 600L, VerificationLevel.V4),
                "REL-CHG-31");
        sets.awaited(release, RestoreTested.class, 1);
        // What releases call prod is called busy here.
        String set = sets.take("busy");
        assertThat(sets.line(set).get("environment").stringValue()).isEqualTo("busy");
        // It looks at its backup for the last time, and begins.
        service.publish(
                Topics.RELEASE,
                new BackupCheckRequested(
                        RunningService.meta("REL-CHG-31", 2, "CHG-31"), "prod", release, "sha256:m", List.of()),
                "REL-CHG-31");
        await().atMost(Sets.PATIENCE).until(() -> !service.bean(Rollouts.class).at("busy", "prod").isEmpty());
        assertThat(propose(set, "").reasons())
                .containsExactly("REL-CHG-31 is at work in busy: let it end, or take it back, first");
        assertThat(propose(set, ", \"despiteReleases\": [\"REL-CHG-30\"]").reasons())
                .containsExactly(
                        "REL-CHG-31 is at work in busy: let it end, or take it back, first", "REL-CHG-30 is not at work in busy");
        // Somebody knows better: a fact of the release was passed over here. The approver reads that.
        assertThat(propose(set, ", \"despiteReleases\": [\"REL-CHG-31\"]").body().get("restores").toString())
                .contains("\"despiteReleases\":[\"REL-CHG-31\"]");
        service.post(ROSA, "/backups/" + set + "/decline-restore", "{\"reason\": \"it was at work\"}");
        service.publish(
                Topics.RELEASE,
                new ReleaseClosed(RunningService.meta("REL-CHG-31", 3, "CHG-31"), Outcome.SUCCESSFUL),
                "REL-CHG-31");
        String decline = "{\"reason\": \"not now\"}";
        await().atMost(Sets.PATIENCE).until(() -> propose(set, "").status() == 200);
        int read = service.get("/backups/" + set).body().get("proposal").intValue();
        service.post(ROSA, "/backups/" + set + "/decline-restore", decline);
        propose(set, ", \"withoutSafetyBackup\": [\"files\"]");
        assertThat(service.post(ROSA, "/backups/" + set + "/approve-restore", "{\"proposal\": " + read + "}").reasons())
                .containsExactly("that is not what is asked for by now: look at it again");
    }
}
