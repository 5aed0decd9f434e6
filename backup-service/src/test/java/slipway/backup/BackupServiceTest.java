package slipway.backup;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import slipway.backup.domain.BackupEvent;
import slipway.backup.domain.RestoreEvent;
import slipway.events.Outcome;
import slipway.events.Topics;
import slipway.events.VerificationLevel;
import slipway.events.release.BackupCheckRequested;
import slipway.events.release.BackupRequested;
import slipway.events.release.DataRestoreRequested;
import slipway.events.release.ReleaseClosed;
import slipway.messaging.RunningService;
import tools.jackson.databind.JsonNode;

/// The service at work: from the release's request to a tried way back, and the way back itself, with a real database.
class BackupServiceTest {

    private static final Duration PATIENCE = Duration.ofSeconds(90);

    @TempDir
    private static Path home;

    private static WebEstate web;
    private static PostgresTestServer database;
    private static RunningService service;
    private static Path files;
    private static Path more;

    @BeforeAll
    static void start() throws Exception {
        web = new WebEstate(home);
        database = web.database();
        files = web.files();
        more = web.more();
        service = new RunningService(
                BackupService.application(),
                "slipway.backups=" + web.plans(),
                "slipway.backup.home=" + home.resolve("backups"),
                "slipway.backup.recipes=" + home.resolve("recipes"));
    }

    @AfterAll
    static void stop() throws IOException {
        service.close();
        web.close();
    }

    private static void request(String release, String set, String plan) {
        service.publish(
                Topics.RELEASE,
                new BackupRequested(
                        RunningService.meta(release, 1, "CHG-1"), "prod", set, plan, 600L, VerificationLevel.V4),
                release);
    }

    private static List<BackupEvent> awaitEnd(String set) {
        return await().atMost(PATIENCE)
                .until(() -> service.<BackupEvent>facts("sets", set), facts -> !facts.isEmpty()
                        && (facts.getLast() instanceof BackupEvent.RestoreTested
                                || facts.getLast() instanceof BackupEvent.BackupFailed
                                || facts.getLast() instanceof BackupEvent.BackupCorrupted));
    }

    private static String state(String set) {
        return service.get("/backups/" + set).body().get("backup").get("state").stringValue();
    }

    @Test
    void a_release_gets_a_way_back_that_was_tried_and_goes_it() throws Exception {
        String set = "BKP-REL-CHG-1-prod-1";
        request("REL-CHG-1", set, "web-prod");
        List<BackupEvent> facts = awaitEnd(set);

        assertThat(facts).extracting(fact -> fact.getClass().getSimpleName()).containsExactly(
                "BackupStarted", "BackupPinned", "BackupItemCaptured", "BackupItemCaptured", "BackupItemCaptured", "BackupItemCaptured",
                "BackupCompleted", "BackupVerified", "RestoreTested");
        BackupEvent.RestoreTested tested = (BackupEvent.RestoreTested) facts.getLast();
        assertThat(tested.checks()).allMatch(check -> check.passed()).anyMatch(check ->
                check.name().equals("table public.item") && check.actual().startsWith("200 rows"));
        assertThat(tested.measuredRtoMillis()).isPositive();
        try (var left = Files.walk(home.resolve("backups/work"))) {
            assertThat(left.filter(Files::isRegularFile)).as("nothing unsealed is left").isEmpty();
        }

        // A migration goes wrong, and customers write on.
        database.execute("alter table item add column reorder_level int", "update item set quantity = 0",
                "insert into item values (9001, 1, 1)");
        Files.writeString(files.resolve("limits.yaml"), "limit: 2\n");
        Files.writeString(home.resolve("pages/index.html"), "a mistake\n");
        restore("REL-CHG-1", 2, set, tested.manifestDigest());
        List<RestoreEvent> restore = awaitRestores(set, 1);
        end("REL-CHG-1", 3);

        assertThat(restore.getLast()).isInstanceOf(RestoreEvent.RestoreCompleted.class);
        RestoreEvent.RestoreCompleted completed = (RestoreEvent.RestoreCompleted) restore.getLast();
        assertThat(completed.recoveryPoint()).isEqualTo(tested.recoveryPoint());
        assertThat(completed.dataLossMillis())
                .isPositive()
                .isEqualTo(Duration.between(tested.recoveryPoint(), completed.cutOverAt()).toMillis());
        assertThat(database.query("select count(*) || '/' || sum(quantity) from item")).isEqualTo("200/20000");
        assertThat(database.query(
                        "select count(*) from information_schema.columns where table_name = 'item'"))
                .isEqualTo("2");
        assertThat(files.resolve("limits.yaml")).hasContent("limit: 1\n");
        assertThat(home.resolve("pages/index.html")).hasContent("welcome\n");
        assertThat(home.resolve("served.html")).as("a recipe of one's own is told to use it").hasContent("welcome\n");
        // What was overwritten is still there, twice.
        assertThat(home.resolve("database/data.before-" + set)).isDirectory();
        assertThat(home.resolve("backups/location-2/SAFETY-" + set + "/database.age")).isRegularFile();
        assertThat(service.get("/backups/" + set).body().get("backup").get("restore").stringValue())
                .isEqualTo("COMPLETED");
        // The server that was put in place is one that can be written to and backed up again.
        database.execute("insert into item values (9002, 1)");
        request("REL-CHG-2", "BKP-REL-CHG-2-prod-1", "web-prod");
        assertThat(awaitEnd("BKP-REL-CHG-2-prod-1").getLast()).isInstanceOf(BackupEvent.RestoreTested.class);
    }

    @Test
    void a_restore_that_failed_is_run_again_with_a_safety_backup_of_its_own() throws Exception {
        String set = "BKP-REL-CHG-8-prod-1";
        request("REL-CHG-8", set, "web-files");
        BackupEvent.RestoreTested tested = (BackupEvent.RestoreTested) awaitEnd(set).getLast();
        Path page = more.resolve("page.html");
        Files.writeString(page, "bad");
        Path inTheWay = Files.createDirectory(home.resolve("more.before-" + set));
        restore("REL-CHG-8", 2, set, tested.manifestDigest());
        assertThat(awaitRestores(set, 1)).last().isInstanceOf(RestoreEvent.RestoreFailed.class);
        Files.delete(inTheWay);
        Files.writeString(page, "worse");
        restore("REL-CHG-8", 3, set, tested.manifestDigest());
        assertThat(awaitRestores(set, 2))
                .extracting(fact -> fact.getClass().getSimpleName())
                .containsExactly(
                        "RestoreRequested", "SafetyBackupTaken", "RestoreFailed",
                        "RestoreRequested", "SafetyBackupTaken", "RestoreCompleted");
        end("REL-CHG-8", 4);
        assertThat(page).hasContent("good");
        assertThat(home.resolve("more.before-2-" + set).resolve("page.html")).hasContent("worse");
        assertThat(home.resolve("backups/location-1/SAFETY-" + set)).isDirectory();
        assertThat(home.resolve("backups/location-1/SAFETY-2-" + set)).isDirectory();
        assertThat(service.get("/backups/" + set).body().get("backup").get("restore").stringValue())
                .isEqualTo("COMPLETED");
    }

    private static Instant now() throws Exception {
        return Instant.parse(database.query(
                "select to_char(clock_timestamp() at time zone 'UTC', 'YYYY-MM-DD\"T\"HH24:MI:SS.MS\"Z\"')"));
    }

    private static void ask(String set, Instant moment) {
        String ask = "{\"reason\": \"somebody forgot a where\", \"items\": [\"database\"], \"to\": \"" + moment + "\"}";
        RunningService.Answer asked = service.post("kim:operators", "/backups/" + set + "/restore", ask);
        assertThat(asked.status()).isEqualTo(200);
        String proposal = "{\"proposal\": " + asked.body().get("proposal") + "}";
        assertThat(service.post("rosa:approvers", "/backups/" + set + "/approve-restore", proposal).status())
                .isEqualTo(200);
    }

    @Test
    void people_take_the_database_back_to_a_moment_between_backup_and_mistake() throws Exception {
        String set = "BKP-REL-CHG-9-prod-1";
        request("REL-CHG-9", set, "web-prod");
        awaitEnd(set);
        database.execute("insert into item values (9100, 1)");
        Instant good = now();
        database.execute("update item set quantity = 0", "insert into item values (9101, 1)");
        Files.writeString(files.resolve("limits.yaml"), "limit: 9\n");
        ask(set, good);
        RestoreEvent.RestoreCompleted completed = (RestoreEvent.RestoreCompleted) awaitRestores(set, 1).getLast();
        assertThat(completed.recoveryPoint()).isEqualTo(good);
        assertThat(database.query("select sum(quantity) from item where id < 9000")).isEqualTo("20000");
        assertThat(database.query("select string_agg(id::text, ',') from item where id in (9100, 9101)")).isEqualTo("9100");
        assertThat(files.resolve("limits.yaml")).as("nobody asked for it").hasContent("limit: 9\n");

        // The same again, now along the log of the restored server, which is another timeline.
        database.execute("insert into item values (9102, 1)");
        Instant later = now();
        database.execute("insert into item values (9103, 1)");
        ask(set, later);
        assertThat(awaitRestores(set, 2)).last().isInstanceOf(RestoreEvent.RestoreCompleted.class);
        assertThat(database.query("select string_agg(id::text, ',' order by id) from item where id between 9100 and 9103"))
                .isEqualTo("9100,9102");
        // And back to before all of that, along the one of the beginning.
        ask(set, good);
        assertThat(awaitRestores(set, 3)).last().isInstanceOf(RestoreEvent.RestoreCompleted.class);
        assertThat(database.query("select string_agg(id::text, ',' order by id) from item where id between 9100 and 9103"))
                .isEqualTo("9100");
        database.execute("delete from item where id = 9100");
        Files.writeString(files.resolve("limits.yaml"), "limit: 1\n");
    }

    private static BackupEvent.BackupChecked check(String release, String set, String... configurationItems) {
        BackupEvent.RestoreTested tested = (BackupEvent.RestoreTested) awaitEnd(set).getLast();
        service.publish(
                Topics.RELEASE,
                new BackupCheckRequested(
                        RunningService.meta(release, 2, "CHG-1"),
                        "prod",
                        set,
                        tested.manifestDigest(),
                        List.of(configurationItems)),
                release);
        List<BackupEvent.BackupChecked> checked = await().atMost(PATIENCE)
                .until(() -> facts(set, BackupEvent.BackupChecked.class), each -> !each.isEmpty());
        end(release, 3);
        return checked.getLast();
    }

    private static <E extends BackupEvent> List<E> facts(String set, Class<E> type) {
        return service.<BackupEvent>facts("sets", set).stream().filter(type::isInstance).map(type::cast).toList();
    }

    /// From then on people may restore.
    private static void end(String release, long sequence) {
        service.publish(
                Topics.RELEASE, new ReleaseClosed(RunningService.meta(release, sequence, "CHG-1"), Outcome.SUCCESSFUL), release);
        await().atMost(PATIENCE).until(() -> !service.bean(Rollouts.class).at("web-prod", "prod").contains(release));
    }

    @Test
    void what_was_written_since_the_backup_and_what_no_backup_covers_is_told_before_anybody_relies_on_it() throws Exception {
        request("REL-CHG-20", "BKP-REL-CHG-20-prod-1", "web-prod");
        BackupEvent.BackupChecked same = check("REL-CHG-20", "BKP-REL-CHG-20-prod-1", "web");
        assertThat(same.changed()).isEmpty();
        assertThat(same.uncovered()).isEmpty();

        request("REL-CHG-21", "BKP-REL-CHG-21-prod-1", "web-prod");
        awaitEnd("BKP-REL-CHG-21-prod-1");
        database.execute("insert into item values (9021, 1)");
        Files.writeString(files.resolve("limits.yaml"), "limit: 21\n");
        BackupEvent.BackupChecked changed = check("REL-CHG-21", "BKP-REL-CHG-21-prod-1", "web", "shop");
        database.execute("delete from item where id = 9021");
        Files.writeString(files.resolve("limits.yaml"), "limit: 1\n");
        assertThat(changed.changed())
                .anyMatch(each -> each.startsWith("database: table public.item is "))
                .anyMatch(each -> each.startsWith("configuration: tree is sha256:"))
                .noneMatch(each -> each.startsWith("repository"));
        assertThat(changed.uncovered())
                .singleElement()
                .asString()
                .startsWith("shop: infrastructure-state, artifacts, logs,");
    }

    @Test
    void what_is_written_all_the_time_may_change_after_the_backup() throws Exception {
        String set = "BKP-REL-CHG-22-prod-1";
        request("REL-CHG-22", set, "web-written");
        awaitEnd(set);
        Files.writeString(more.resolve("written.html"), "since");
        assertThat(check("REL-CHG-22", set).changed()).isEmpty();
    }

    @Test
    void a_copy_that_is_gone_is_told_before_anybody_relies_on_it_and_made_anew() throws Exception {
        String set = "BKP-REL-CHG-23-prod-1";
        request("REL-CHG-23", set, "web-files");
        awaitEnd(set);
        Files.move(home.resolve("backups/location-2").resolve(set), home.resolve("gone"));
        assertThat(check("REL-CHG-23", set).changed()).singleElement().asString().contains("location-2/" + set + " is not there");
        await().atMost(PATIENCE).until(() -> !facts(set, BackupEvent.BackupRepaired.class).isEmpty());
        assertThat(facts(set, BackupEvent.BackupCorrupted.class)).hasSize(1);
        assertThat(home.resolve("backups/location-2").resolve(set).resolve("pages.age")).exists();
        await().atMost(PATIENCE).until(() -> state(set).equals("RESTORE_TESTED"));
    }

    @Test
    void people_see_what_a_plan_covers_and_what_can_be_backed_up() {
        JsonNode coverage = service.get("/plans/web-prod/coverage").body();
        assertThat(coverage.size()).isEqualTo(10);
        assertThat(coverage.valueStream())
                .anyMatch(line -> line.get("category").stringValue().equals("databases")
                        && line.get("standing").stringValue().equals("COVERED"))
                .anyMatch(line -> line.get("category").stringValue().equals("kubernetes")
                        && line.get("by").stringValue().equals("rosa"));
        assertThat(service.get("/plans/web-files/coverage?configurationItem=shop").body().valueStream())
                .filteredOn(line -> line.get("standing").stringValue().equals("OPEN"))
                .hasSize(9);
        assertThat(service.get("/plans/none/coverage").status()).isEqualTo(404);
        assertThat(service.get("/recipes").body().valueStream())
                .anyMatch(line -> line.get("id").stringValue().equals("redis"));
    }

    private static void restore(String release, long sequence, String set, String manifestDigest) {
        service.publish(
                Topics.RELEASE,
                new DataRestoreRequested(
                        RunningService.meta(release, sequence, "CHG-1"), "prod", set, manifestDigest, List.of("aki"), null),
                release);
    }

    /// Until so many restores have ended.
    private static List<RestoreEvent> awaitRestores(String set, int ended) {
        return await().atMost(PATIENCE).until(
                () -> service.<RestoreEvent>facts("restores", "RST-" + set),
                each -> each.stream()
                                .filter(fact -> fact instanceof RestoreEvent.RestoreCompleted
                                        || fact instanceof RestoreEvent.RestoreFailed)
                                .count()
                        == ended);
    }

    @Test
    void what_cannot_be_captured_fails_with_its_reason_and_leaves_no_files() {
        request("REL-CHG-3", "BKP-REL-CHG-3-prod-1", "web-broken");
        assertThat(awaitEnd("BKP-REL-CHG-3-prod-1").getLast())
                .isInstanceOfSatisfying(BackupEvent.BackupFailed.class, failed -> assertThat(failed.reasons())
                        .singleElement()
                        .asString()
                        .contains("nothing: ", "is no directory"));
        assertThat(home.resolve("backups/location-1/BKP-REL-CHG-3-prod-1")).doesNotExist();
        assertThat(home.resolve("backups/location-1/.half-BKP-REL-CHG-3-prod-1")).doesNotExist();
        request("REL-CHG-4", "BKP-REL-CHG-4-prod-1", "no-such-plan");
        assertThat(awaitEnd("BKP-REL-CHG-4-prod-1").getLast())
                .isEqualTo(new BackupEvent.BackupFailed(
                        "REL-CHG-4", "prod", List.of("there is no backup plan 'no-such-plan'")));
        assertThat(state("BKP-REL-CHG-4-prod-1")).isEqualTo("FAILED");
    }

    @Test
    void backups_are_listed_and_an_unknown_one_is_not_found() {
        request("REL-CHG-7", "BKP-REL-CHG-7-prod-1", "no-such-plan");
        awaitEnd("BKP-REL-CHG-7-prod-1");
        JsonNode list = service.get("/backups").body();
        assertThat(list.valueStream().map(line -> line.get("id").stringValue())).contains("BKP-REL-CHG-7-prod-1");
        assertThat(service.get("/backups/BKP-none").status()).isEqualTo(404);
        assertThat(service.get("/backups/BKP-REL-CHG-7-prod-1").body().get("facts").get(0).get("type").stringValue())
                .isEqualTo("BackupFailed");
    }
}
