package slipway.backup.recipe;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.sql.Connection;
import java.sql.SQLException;
import java.time.Instant;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicBoolean;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import slipway.backup.PostgresTestServer;

/// Against a real server.
class PostgresRecipeTest {

    @TempDir
    private static Path home;

    @TempDir
    private Path work;

    private static PostgresTestServer server;
    private static Item item;
    private final PostgresRecipe recipe = new PostgresRecipe();

    @BeforeAll
    static void start() throws Exception {
        server = new PostgresTestServer(home);
        item = new Item(
                "database",
                "postgresql-base-backup",
                Map.of(
                        "url", server.url(),
                        "user", "postgres",
                        "passwordFile", server.passwordFile().toString(),
                        "dataDirectory", server.data().toString()));
        server.execute(
                "create table item (id int primary key, name text not null)",
                "insert into item select n, 'item ' || n from generate_series(1, 500) n",
                "create schema \"odd Name\"",
                "create table \"odd Name\".\"select\" (at timestamptz, amount double precision)",
                "insert into \"odd Name\".\"select\" values (now(), 1.1)");
    }

    @AfterAll
    static void stop() throws IOException {
        server.close();
    }

    private Capture capture(Path file) throws Exception {
        try (OutputStream out = Files.newOutputStream(file)) {
            return recipe.capture(item, "BKP-1", out);
        }
    }

    private Map<String, String> restore(Capture capture, Path file, Path scratch) throws Exception {
        try (InputStream in = Files.newInputStream(file)) {
            return recipe.restore(item, capture.notes(), in, scratch);
        }
    }

    @Test
    void a_restored_copy_looks_as_the_database_did_at_the_restore_point_whatever_came_after() throws Exception {
        Instant before = Instant.now();
        Capture capture = capture(work.resolve("backup.tar"));
        server.execute("insert into item values (9001, 'written after the backup')");

        Map<String, String> restored = restore(capture, work.resolve("backup.tar"), work.resolve("scratch"));

        assertThat(restored).isEqualTo(capture.contents());
        assertThat(capture.contents()).containsEntry("tables", "2");
        assertThat(capture.contents().get("table public.item")).startsWith("500 rows, ");
        assertThat(capture.contents()).containsKey("table \"odd Name\".\"select\"");
        assertThat(capture.recoveryPoint()).isBetween(before.minusMillis(1), Instant.now());
        assertThat(server.query("select count(*) from item where id = 9001")).isEqualTo("1");
        assertThat(PostgresPrograms.postmaster(work.resolve("scratch"))).isEmpty();
        server.execute("delete from item where id = 9001");
    }

    @Test
    void a_server_of_another_directory_is_not_the_one_that_a_stale_file_names() throws Exception {
        assertThat(PostgresPrograms.postmaster(server.data())).isPresent();
        Files.copy(server.data().resolve("postmaster.pid"), work.resolve("postmaster.pid"));
        assertThat(PostgresPrograms.postmaster(work)).isEmpty();
    }

    @Test
    void what_changes_beside_rows_is_seen_and_comes_back() throws Exception {
        server.execute("create function price() returns int language sql as 'select 1'", "create view cheap as select 1 as a", "select lo_from_bytea(77001, 'was')");
        Capture capture = capture(work.resolve("structure.tar"));
        assertThat(recipe.look(item, capture.notes())).isEqualTo(capture.contents());
        for (String change : new String[] {
            "create or replace function price() returns int language sql as 'select 2'",
            "create or replace view cheap as select 2 as a",
            "alter table item alter name set default 'x'",
            "grant select on item to public",
            "select lo_put(77001, 0, 'is!')",
        }) {
            Map<String, String> before = recipe.look(item, capture.notes());
            server.execute(change);
            assertThat(recipe.look(item, capture.notes())).as(change).isNotEqualTo(before);
        }
        assertThat(restore(capture, work.resolve("structure.tar"), work.resolve("structure"))).isEqualTo(capture.contents());
        assertThat(recipe.look(item, Map.of())).as("a set from before").doesNotContainKey("structure");
        server.execute("drop function price()", "drop view cheap", "alter table item alter name drop default", "revoke select on item from public", "select lo_unlink(77001)");
    }

    @Test
    void what_is_written_while_it_is_captured_does_not_tear_the_copy() throws Exception {
        AtomicBoolean over = new AtomicBoolean();
        try (ExecutorService threads = Executors.newSingleThreadExecutor()) {
            Future<Integer> written = threads.submit(() -> {
                int i = 0;
                for (; !over.get(); i++) {
                    server.execute("update item set name = 'written " + i + "' where id = 1 + " + i + " % 500");
                }
                return i;
            });
            Capture capture = capture(work.resolve("backup.tar"));
            over.set(true);
            assertThat(written.get()).isPositive();
            assertThat(restore(capture, work.resolve("backup.tar"), work.resolve("scratch")))
                    .isEqualTo(capture.contents());
        }
    }

    @Test
    void a_copy_whose_log_does_not_reach_the_restore_point_is_found_out() throws Exception {
        Capture capture = capture(work.resolve("backup.tar"));
        Map<String, String> notes = new HashMap<>(capture.notes());
        notes.put("restorePoint", "never_set");
        try (InputStream in = Files.newInputStream(work.resolve("backup.tar"))) {
            assertThatThrownBy(() -> recipe.restore(item, notes, in, work.resolve("scratch")))
                    .hasMessageContaining("recovery ended before configured recovery target was reached");
        }
        assertThat(PostgresPrograms.postmaster(work.resolve("scratch"))).isEmpty();
    }

    @Test
    void a_server_that_is_not_the_one_on_the_data_directory_is_not_captured() throws Exception {
        Item other = with("dataDirectory", Files.createDirectory(work.resolve("elsewhere")).toString());
        assertThatThrownBy(() -> recipe.capture(other, "BKP-1", OutputStream.nullOutputStream()))
                .hasMessageContaining("no PostgreSQL server runs on");
    }

    private static Item with(String parameter, String value) {
        Map<String, String> other = new HashMap<>(item.parameters());
        other.put(parameter, value);
        return new Item("database", "postgresql-base-backup", other);
    }

    @Test
    void what_no_server_would_start_on_when_this_service_puts_it_there_is_not_captured() throws Exception {
        Path others = Path.of("/proc/1");
        if (Inode.of(work).uid() == 0) {
            others = Files.createDirectory(work.resolve("others"));
            Inode.own(others, 12_345, 12_345);
        }
        Item item = with("dataDirectory", others.toString());
        assertThatThrownBy(() -> recipe.capture(item, "BKP-1", OutputStream.nullOutputStream()))
                .hasMessageContainingAll(
                        others + " belongs to user " + Inode.of(others).uid() + ", and this service runs as " + Inode.of(work).uid(),
                        "Run it as the owner, say `restore: by-hand` where a person puts it back, or use postgresql-dump");
        assertThat(recipe.faults(with("restore", "never").parameters()))
                .containsExactly(Map.entry("restore", "'live' or 'by-hand' is needed, not 'never'"));
        assertThat(recipe.faults(with("restore", "by-hand").parameters())).isEmpty();
    }

    @Test
    void what_a_person_puts_back_is_proven_all_the_same_and_touched_by_no_restore() throws Exception {
        Map<String, String> byHand = new HashMap<>(with("walArchive", work.toString()).parameters());
        byHand.put("restore", "by-hand");
        Item archived = new Item("database", "postgresql-base-backup", byHand);
        assertThat(recipe.live(archived)).isEmpty();
        assertThat(recipe.restoresToAMoment(archived)).isFalse();
        assertThat(recipe.live(item)).contains(server.data());

        Item byHandOnly = with("restore", "by-hand");
        Capture capture;
        try (OutputStream out = Files.newOutputStream(work.resolve("backup.tar"))) {
            capture = recipe.capture(byHandOnly, "BKP-1", out);
        }
        assertThat(capture.notes().get("warnings")).contains("a person puts it back");
        try (InputStream in = Files.newInputStream(work.resolve("backup.tar"))) {
            assertThat(recipe.restore(byHandOnly, capture.notes(), in, work.resolve("scratch")))
                    .isEqualTo(capture.contents());
        }
    }

    @Test
    void the_database_is_found_whatever_else_the_url_says() throws Exception {
        Item slashed = with("url", server.url() + "?ApplicationName=ours/backup");
        Capture capture;
        try (OutputStream out = Files.newOutputStream(work.resolve("backup.tar"))) {
            capture = recipe.capture(slashed, "BKP-1", out);
        }
        try (InputStream in = Files.newInputStream(work.resolve("backup.tar"))) {
            assertThat(recipe.restore(slashed, capture.notes(), in, work.resolve("scratch")))
                    .isEqualTo(capture.contents());
        }
    }

    @Test
    void a_limit_for_the_queries_of_others_does_not_cut_the_backup_short() throws Exception {
        server.execute(
                "create table big as select n, md5(n::text) from generate_series(1, 300000) n",
                "alter role postgres set statement_timeout = '25ms'",
                "alter role postgres set transaction_timeout = '25ms'");
        try {
            Capture capture = capture(work.resolve("backup.tar"));
            assertThat(capture.contents().get("table public.big")).startsWith("300000 rows");
            assertThat(restore(capture, work.resolve("backup.tar"), work.resolve("scratch")))
                    .isEqualTo(capture.contents());
        } finally {
            server.execute(
                    "set statement_timeout = 0", "set transaction_timeout = 0", "alter role postgres reset all", "drop table big");
        }
    }

    @Test
    void a_restored_copy_runs_no_workers_that_could_reach_the_systems_of_the_live_one() throws Exception {
        Capture capture = capture(work.resolve("backup.tar"));
        Path scratch = work.resolve("scratch");
        try (InputStream in = Files.newInputStream(work.resolve("backup.tar"))) {
            Tree.read(in, scratch, Owners.RESTORER);
        }
        Files.setPosixFilePermissions(scratch, PosixFilePermissions.fromString("rwx------"));
        Files.createFile(scratch.resolve("recovery.signal"));
        String workers = "select count(*) from pg_stat_activity where backend_type like 'logical replication%'";
        assertThat(server.query(workers)).isEqualTo("1");
        PostgresPrograms programs = PostgresPrograms.running(server.data());
        try (PostgresScratch copy = PostgresScratch.start(
                programs,
                scratch,
                PostgresScratch.Target.point(capture.notes().get("restorePoint"), null),
                scratch.resolve("log"))) {
            String url = "jdbc:postgresql://localhost:" + copy.port() + "/postgres";
            assertThat(copy.<String>whenRecovered(() -> server.connect(url), connection -> {
                        try (var statement = connection.createStatement();
                                var row = statement.executeQuery(workers)) {
                            row.next();
                            return row.getString(1);
                        }
                    }))
                    .isEqualTo("0");
        }
    }

    @Test
    void an_archive_that_gets_nothing_is_found_out_at_capture() throws Exception {
        Path archive = Files.createDirectory(work.resolve("archive"));
        assertThatThrownBy(() -> recipe.capture(with("walArchive", archive.toString()), "BKP-1", OutputStream.nullOutputStream()))
                .hasMessageContaining("archives nothing (archive_mode is off)");
    }

    @Test
    void a_server_that_is_full_for_a_moment_works() throws Exception {
        Capture capture = capture(work.resolve("backup.tar"));
        List<Connection> all = new ArrayList<>();
        try (ScheduledExecutorService threads = Executors.newSingleThreadScheduledExecutor()) {
            assertThatThrownBy(() -> {
                        while (all.size() < 1000) {
                            all.add(server.connect());
                        }
                    })
                    .hasMessageContaining("too many clients");
            Future<?> left = threads.schedule(() -> close(all), 1, TimeUnit.SECONDS);
            recipe.putIn(item, capture.notes());
            left.get();
        } finally {
            close(all);
        }
    }

    private static Void close(List<Connection> all) throws SQLException {
        for (Connection each : all) {
            each.close();
        }
        return null;
    }
}
