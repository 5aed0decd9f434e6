package slipway.backup;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.awaitility.Awaitility.await;

import io.micrometer.core.instrument.MeterRegistry;
import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.time.OffsetDateTime;
import java.time.ZoneOffset;
import java.util.List;
import java.util.zip.ZipEntry;
import java.util.zip.ZipInputStream;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.springframework.jdbc.core.simple.JdbcClient;
import org.springframework.transaction.support.TransactionTemplate;
import slipway.backup.Plan.Task;
import slipway.backup.domain.BackupEvent;
import slipway.backup.domain.BackupEvent.BackupCompleted;
import slipway.backup.domain.BackupEvent.BackupCorrupted;
import slipway.backup.domain.BackupEvent.BackupPartial;
import slipway.backup.domain.BackupEvent.BackupPruned;
import slipway.backup.domain.BackupEvent.BackupUnpinned;
import slipway.backup.domain.BackupEvent.RestoreTested;
import slipway.backup.vault.Digest;
import slipway.events.Outcome;
import slipway.events.Topics;
import slipway.events.VerificationLevel;
import slipway.events.release.BackupRequested;
import slipway.events.release.ReleaseClosed;
import slipway.messaging.RunningService;
import tools.jackson.databind.JsonNode;

/// What becomes of sets after they were taken, and what people and schedules do with them.
class KeepingServiceTest {

    private static final Duration PATIENCE = Duration.ofSeconds(60);
    private static final String KIM = "kim:operators,approvers";
    private static final String ROSA = "rosa:change-managers,approvers";

    @TempDir
    private static Path home;

    private static RunningService service;
    private static Sets sets;

    @BeforeAll
    static void start() throws Exception {
        for (String plan : List.of("night", "rot", "old", "lone", "away", "hand")) {
            Files.writeString(Files.createDirectories(home.resolve(plan)).resolve("data"), "good");
        }
        Files.writeString(home.resolve("backups.yaml"), """
                plans:
                  night:
                    environment: prod
                    schedule: {backup: "30 2 * * *", zone: Europe/Berlin}
                    items: [{name: files, recipe: directory, parameters: {path: night}}]
                  rot:
                    schedule: {scrub: "@daily", restoreTest: "@weekly"}
                    items: [{name: files, recipe: directory, parameters: {path: rot}}]
                  old:
                    schedule: {prune: "@daily"}
                    retention: {last: 1}
                    items: [{name: files, recipe: directory, parameters: {path: old}}]
                  lone:
                    items: [{name: files, recipe: directory, parameters: {path: lone}}]
                  away:
                    items: [{name: files, recipe: directory, parameters: {path: away}}]
                  hand:
                    items:
                      - {name: files, recipe: directory, parameters: {path: hand}}
                      - {name: settings, recipe: env-file, parameters: {file: settings.env}}
                """);
        Files.writeString(home.resolve("settings.env"), "COLOUR=blue\n");
        service = new RunningService(
                BackupService.application(),
                "slipway.backups=" + home.resolve("backups.yaml"),
                "slipway.backup.home=" + home.resolve("backups"),
                "slipway.backup.clock-every=200ms");
        sets = new Sets(service);
    }

    @AfterAll
    static void stop() throws IOException {
        service.close();
    }

    private static Path copy(int location, String set) {
        return home.resolve("backups/location-" + location).resolve(set);
    }

    private static double gauge(String name, int location) {
        return service.bean(MeterRegistry.class)
                .get(name)
                .tag("location", home.resolve("backups/location-" + location).toUri().toString())
                .gauge()
                .value();
    }

    @Test
    void what_a_schedule_missed_is_done_once_and_then_when_it_is_due_again() throws IOException {
        sets.due("night", Task.BACKUP);
        String set = await().atMost(PATIENCE).until(() -> sets.of("night"), all -> all.size() == 1).getFirst();
        RestoreTested tested = (RestoreTested) sets.awaited(set, RestoreTested.class, 1).getLast();
        assertThat(tested.releaseId()).isEmpty();
        assertThat(tested.environment()).isEqualTo("prod");
        assertThat(sets.line(set).get("heldBy").isEmpty()).isTrue();
        JsonNode schedule = service.get("/schedules").body().valueStream()
                .filter(each -> each.get("plan").stringValue().equals("night"))
                .findFirst()
                .orElseThrow();
        assertThat(schedule.get("cron").stringValue()).isEqualTo("30 2 * * *");
        assertThat(schedule.get("zone").stringValue()).isEqualTo("Europe/Berlin");
        assertThat(schedule.get("lastAt").stringValue()).isEqualTo("2026-03-02T01:30:00Z");
        assertThat(OffsetDateTime.parse(schedule.get("nextAt").stringValue())).isAfter(OffsetDateTime.now(ZoneOffset.UTC));
        assertThat(sets.of("night")).containsExactly(set);

        BackupMeters meters = service.bean(BackupMeters.class);
        assertThat(meters.overdueSeconds()).isZero();
        assertThat(gauge("slipway.backup.location.size", 1)).isEqualTo(Files.getFileStore(home.resolve("backups/location-1")).getTotalSpace());
        assertThat(gauge("slipway.backup.location.free", 2)).isBetween(1.0, gauge("slipway.backup.location.size", 2));
        assertThat(meters.incomplete()).isZero();
        long failed = meters.failed();
        JdbcClient jdbc = service.bean(JdbcClient.class);
        jdbc.sql("update backups set state = 'FAILED' where id = ?").param(set).update();
        assertThat(meters.failed()).isEqualTo(failed + 1);
        jdbc.sql("update backups set state = 'PARTIAL' where id = ?").param(set).update();
        assertThat(meters.incomplete()).isEqualTo(1);
        jdbc.sql("update backups set state = 'FAILED' where id = ?").param(set).update();
        assertThat(meters.overdueSeconds()).isGreaterThan(Duration.ofDays(1).toSeconds());
        // Proven, but three days ago, and nothing since, however often its turn came.
        jdbc.sql("update backups set state = 'RESTORE_TESTED', started_at = started_at - interval '3 days' where id = ?").param(set).update();
        jdbc.sql("update timetable set last_at = clock_timestamp() where plan = 'night' and task = 'BACKUP'").update();
        assertThat(meters.overdueSeconds())
                .isBetween((double) Duration.ofDays(2).toSeconds() - 1, (double) Duration.ofDays(3).toSeconds() + 60);
        jdbc.sql("update backups set started_at = started_at + interval '3 days' where id = ?").param(set).update();
        assertThat(meters.overdueSeconds()).isZero();
    }

    @Test
    void a_scrub_finds_a_flipped_byte_and_the_copy_is_repaired_from_the_sound_one_and_proven_anew() throws Exception {
        String set = sets.take("rot");
        Path rotten = copy(2, set).resolve("files.age");
        byte[] bytes = Files.readAllBytes(rotten);
        bytes[bytes.length / 2] ^= 1;
        Files.write(rotten, bytes);
        sets.due("rot", Task.SCRUB);
        List<BackupEvent> facts = sets.awaited(set, RestoreTested.class, 2);
        assertThat(Sets.names(facts))
                .containsExactly(
                        "BackupStarted", "BackupItemCaptured", "BackupCompleted", "BackupVerified", "RestoreTested",
                        "VerificationRequested", "BackupCorrupted", "BackupRepaired", "BackupVerified", "RestoreTested");
        assertThat(facts).filteredOn(BackupCorrupted.class::isInstance).singleElement()
                .isInstanceOfSatisfying(BackupCorrupted.class, corrupted -> {
                    assertThat(corrupted.soundCopies()).isEqualTo(1);
                    assertThat(corrupted.reasons()).singleElement().asString().contains("location-2", "files.age");
                });
        assertThat(rotten).hasSameBinaryContentAs(copy(1, set).resolve("files.age"));
        assertThat(sets.line(set).get("state").stringValue()).isEqualTo("RESTORE_TESTED");

        sets.due("rot", Task.SCRUB);
        assertThat(Sets.names(sets.awaited(set, BackupEvent.BackupVerified.class, 3)).getLast()).isEqualTo("BackupVerified");
        // A scrub goes on: it is restored on trial all the same.
        service.bean(JdbcClient.class).sql("update backups set proving = 'V2' where id = ?").param(set).update();
        sets.due("rot", Task.RESTORE_TEST);
        sets.awaited(set, RestoreTested.class, 3);
    }

    @Test
    void those_that_waited_longest_are_scrubbed_first_two_at_once_and_one_that_is_stuck_holds_up_nobody_for_long() {
        JdbcClient jdbc = service.bean(JdbcClient.class);
        Scrubs scrubs = service.bean(Scrubs.class);
        for (int i = 1; i <= 4; i++) {
            jdbc.sql("""
                            insert into backups (id, release_id, environment, plan, state, started_at)
                            values (?, '', 'prod', 'gone', 'RESTORE_TESTED', clock_timestamp() - make_interval(days => ?))
                            """)
                    .params("BKP-gone-" + i, 10 - i)
                    .update();
        }
        scrubs.due("gone");
        assertThat(turn(scrubs)).containsExactlyInAnyOrder("BKP-gone-1", "BKP-gone-2");
        jdbc.sql("update backups set proving = 'V2' where id in ('BKP-gone-1', 'BKP-gone-2')").update();
        assertThat(turn(scrubs)).isEmpty();
        jdbc.sql("update backups set proving = null where id = 'BKP-gone-1'").update();
        // It is due once more before all were read.
        scrubs.due("gone");
        assertThat(turn(scrubs)).containsExactly("BKP-gone-3");
        jdbc.sql("update backups set proving = 'V2' where id = 'BKP-gone-3'").update();
        jdbc.sql("update backups set scrub_begun_at = scrub_begun_at - interval '2 hours' where plan = 'gone'").update();
        assertThat(turn(scrubs)).containsExactlyInAnyOrder("BKP-gone-4", "BKP-gone-1");
        jdbc.sql("delete from backups where plan = 'gone'").update();
    }

    private static List<String> turn(Scrubs scrubs) {
        return service.bean(TransactionTemplate.class)
                .execute(_ -> scrubs.next(List.of("gone")))
                .stream()
                .map(Scrubs.Scrub::set)
                .toList();
    }

    @Test
    void a_set_of_which_no_copy_is_sound_is_corrupt_for_good() throws Exception {
        String set = sets.take("lone");
        for (int location : List.of(1, 2)) {
            Files.writeString(copy(location, set).resolve("files.age"), "rotten");
        }
        assertThat(service.post(KIM, "/backups/" + set + "/verify", "{\"reason\": \"a disk makes noises\"}").status())
                .isEqualTo(200);
        BackupCorrupted corrupted = (BackupCorrupted) sets.awaited(set, BackupCorrupted.class, 1).getLast();
        assertThat(corrupted.soundCopies()).isZero();
        assertThat(corrupted.reasons()).hasSize(2);
        assertThat(sets.line(set).get("state").stringValue()).isEqualTo("CORRUPTED");
        assertThat(service.post(KIM, "/backups/" + set + "/restore", "{\"reason\": \"a folder is gone\"}").reasons())
                .containsExactly(set + " is of no use: it could not be taken, or no copy of it is sound any more");
    }

    @Test
    void what_retention_does_not_keep_is_pruned_unless_somebody_holds_it() {
        String release = "BKP-REL-CHG-30-prod-1";
        service.publish(
                Topics.RELEASE,
                new BackupRequested(
                        RunningService.meta("REL-CHG-30", 1, "CHG-30"), "prod", release, "old", 600L, VerificationLevel.V4),
                "REL-CHG-30");
        sets.awaited(release, RestoreTested.class, 1);
        String held = sets.take("old");
        assertThat(service.post(KIM, "/backups/" + held + "/pin", "{\"reason\": \"the auditor wants it\"}").status())
                .isEqualTo(200);
        await().atMost(PATIENCE).until(() -> !sets.take("old").equals(held));
        assertThat(service.post(KIM, "/backups/" + release + "/unpin", "{\"reason\": \"done\", \"holder\": \"REL-CHG-30\"}").reasons())
                .containsExactly("holder: REL-CHG-30 is a release: it holds the set until it is closed");
        assertThat(service.get("/plans/old/retention").body().get("expired").valueStream().map(JsonNode::stringValue))
                .contains(release, held);
        sets.due("old", Task.PRUNE);
        await().atMost(PATIENCE).until(() -> service.get("/schedules").body().toString().contains("2026-03-02T01:30:00Z"));
        assertThat(sets.line(release).get("state").stringValue()).isEqualTo("RESTORE_TESTED");

        service.publish(
                Topics.RELEASE,
                new ReleaseClosed(RunningService.meta("REL-CHG-30", 2, "CHG-30"), Outcome.SUCCESSFUL),
                "REL-CHG-30");
        sets.awaited(release, BackupUnpinned.class, 1);
        sets.due("old", Task.PRUNE);
        sets.awaited(release, BackupPruned.class, 1);
        await().atMost(PATIENCE).until(() -> Files.notExists(copy(1, release)) && Files.notExists(copy(2, release)));
        assertThat(sets.line(release).get("state").stringValue()).isEqualTo("PRUNED");
        assertThat(copy(1, held)).isDirectory();
        assertThat(service.post(ROSA, "/backups/" + held + "/unpin", "{\"reason\": \"done\"}").reasons())
                .containsExactly("holder: rosa does not hold it; kim does");
    }

    @Test
    void a_set_that_lacks_a_copy_opens_nothing_until_its_location_is_back() throws Exception {
        Path location = home.resolve("backups/location-2");
        Path away = home.resolve("backups/location-2-away");
        Files.move(location, away);
        Files.writeString(location, "a disk that is not mounted");
        String set = service.post(KIM, "/plans/away/backups", "{}").body().get("backup").get("id").stringValue();
        try {
            BackupPartial partial = (BackupPartial) sets.awaited(set, BackupPartial.class, 1).getLast();
            assertThat(partial.copies()).hasSize(1);
            assertThat(partial.missing()).singleElement().asString().contains("location-2");
            assertThat(sets.line(set).get("state").stringValue()).isEqualTo("PARTIAL");
            await().atMost(PATIENCE).untilAsserted(() ->
                    assertThat(service.get("/backups/" + set).body().get("waitsFor").asString("")).contains("location-2"));
        } finally {
            Files.delete(location);
            Files.move(away, location);
        }
        List<BackupEvent> facts = sets.awaited(set, RestoreTested.class, 1);
        JsonNode shown = service.get("/backups/" + set).body();
        assertThat(shown.get("waitsFor").isNull()).isTrue();
        assertThat(shown.get("copies").valueStream().map(JsonNode::stringValue))
                .containsExactly("file://" + copy(1, set), "file://" + copy(2, set));
        assertThat(shown.get("formerCopies").isEmpty()).isTrue();
        assertThat(facts).filteredOn(BackupCompleted.class::isInstance).singleElement()
                .isInstanceOfSatisfying(BackupCompleted.class, done -> assertThat(done.copies()).hasSize(2));
    }

    @Test
    void the_kit_of_a_set_is_what_lies_in_its_copies_and_says_where_they_are() throws Exception {
        String set = sets.take("hand");
        Path out = home.resolve("kit");
        Files.createDirectory(out);
        try (ZipInputStream zip = new ZipInputStream(new ByteArrayInputStream(service.bytes("/backups/" + set + "/kit")))) {
            for (ZipEntry entry = zip.getNextEntry(); entry != null; entry = zip.getNextEntry()) {
                Files.copy(zip, out.resolve(entry.getName()));
            }
        }
        for (String file : List.of("restore.sh", "restore.txt", "signing.pub", "manifest.json", "manifest.sig")) {
            assertThat(out.resolve(file)).hasSameBinaryContentAs(copy(1, set).resolve(file)).hasSameBinaryContentAs(copy(2, set).resolve(file));
        }
        assertThat(out.resolve("README.txt"))
                .content()
                .contains("/backups/location-1/" + set, "/backups/location-2/" + set, "--set SET --key recovery.key");
        assertThat(out.resolve("restore.txt")).content().contains("item files files.age", "item settings settings.age", "cp -a env FILE.restoring");
        byte[] manifest = service.bytes("/backups/" + set + "/manifest");
        assertThat(copy(1, set).resolve("manifest.json")).hasBinaryContent(manifest);
        assertThat(sets.awaited(set, BackupCompleted.class, 1))
                .anySatisfy(fact -> assertThat(fact).isInstanceOfSatisfying(
                        BackupCompleted.class, completed -> assertThat(completed.manifestDigest()).isEqualTo("sha256:" + Digest.of(manifest))));
        assertThat(service.get("/backups/BKP-none/kit").status()).isEqualTo(404);
        assertThat(service.get("/backups/BKP-none/manifest").status()).isEqualTo(404);
        Files.delete(copy(1, set).resolve("restore.txt"));
        assertThat(service.post(KIM, "/backups/" + set + "/verify", "{\"reason\": \"a file is gone\"}").status()).isEqualTo(200);
        sets.awaited(set, BackupEvent.BackupRepaired.class, 1);
        assertThat(copy(1, set).resolve("restore.txt")).hasSameBinaryContentAs(out.resolve("restore.txt"));
    }

    @Test
    void every_fault_of_a_schedule_and_a_retention_is_named_at_once() throws Exception {
        Path file = Files.writeString(home.resolve("bad.yaml"), """
                plans:
                  one:
                    schedule: {backup: "0 0 2 * * *", scrub: often, zone: Mars/Phobos, sometimes: "@daily"}
                    retention: {last: 0, daily: -1, hourly: 3}
                    items: [{name: c, recipe: directory, parameters: {path: x}, smokeTest: {run: [not-there], timeout: soon}}]
                  two:
                    schedule: {prune: "@daily"}
                    items: [{name: c, recipe: directory, parameters: {path: x}}]
                """);
        assertThatThrownBy(() -> new Plans(service.bean(RecipeBook.class), file.toString()))
                .hasMessageContainingAll(
                        "plans.one.schedule.backup: '0 0 2 * * *' has to be the five fields of cron",
                        "plans.one.schedule.scrub: 'often' has to be the five fields of cron",
                        "plans.one.schedule.zone: 'Mars/Phobos' is no time zone",
                        "plans.one.schedule.sometimes: there is no such field",
                        "plans.one.retention.last: at least the newest set has to be kept",
                        "plans.one.retention.daily: a whole number up to 10000 is needed",
                        "not-there is no program that could be run",
                        "plans.one.items[0].smokeTest.timeout: 'soon' is no duration",
                        "plans.one.retention.hourly: there is no such field",
                        "plans.two.schedule.prune: nothing says what to keep");
    }
}
