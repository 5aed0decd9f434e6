package slipway.release;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.awaitility.Awaitility.await;

import io.zonky.test.db.postgres.embedded.EmbeddedPostgres;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.sql.Connection;
import java.sql.DriverManager;
import java.sql.SQLException;
import java.util.List;
import java.util.SortedMap;
import java.util.TreeMap;
import java.util.concurrent.Executors;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.springframework.jdbc.core.simple.JdbcClient;

class MigrationsTest {

    @TempDir
    static Path folder;

    private static EmbeddedPostgres postgres;
    private static JdbcClient jdbc;
    private static Catalogue.Database database;

    @BeforeAll
    static void start() throws IOException {
        postgres = EmbeddedPostgres.start();
        jdbc = JdbcClient.create(postgres.getPostgresDatabase());
        database = new Catalogue.Database(
                postgres.getJdbcUrl("postgres", "postgres"),
                "postgres",
                Files.writeString(folder.resolve("password"), "any\n"),
                "migrations");
    }

    @AfterAll
    static void stop() throws IOException {
        postgres.close();
    }

    @BeforeEach
    void empty() {
        jdbc.sql("drop schema public cascade; create schema public").update();
    }

    private static SortedMap<String, byte[]> files(String... namesAndSql) {
        SortedMap<String, byte[]> files = new TreeMap<>();
        for (int i = 0; i < namesAndSql.length; i += 2) {
            files.put(namesAndSql[i], namesAndSql[i + 1].getBytes(StandardCharsets.UTF_8));
        }
        return files;
    }

    private static boolean there(String table) {
        return jdbc.sql("select to_regclass(?) is not null").param(table).query(Boolean.class).single();
    }

    @Test
    void they_are_applied_in_the_order_of_their_names() throws Exception {
        assertThat(Migrations.apply(
                        database, files("V2.sql", "insert into a values (1); insert into a values (2)", "V1.sql", "create table a (x int)")))
                .containsExactly("V1.sql", "V2.sql");
        assertThat(jdbc.sql("select count(*) from a").query(Long.class).single()).isEqualTo(2);
    }

    @Test
    void done_again_they_are_found_done() throws Exception {
        var first = files("V1.sql", "create table a (x int)");
        Migrations.apply(database, first);
        assertThat(Migrations.apply(database, first)).isEmpty();
        assertThat(Migrations.apply(database, files("V1.sql", "create table a (x int)", "V2.sql", "drop table a")))
                .containsExactly("V2.sql");
        assertThat(there("a")).isFalse();
    }

    @Test
    void when_one_fails_none_is_applied() {
        assertThatThrownBy(() -> Migrations.apply(
                        database, files("V1.sql", "create table a (x int)", "V2.sql", "create tabel b (x int)")))
                .isInstanceOf(SQLException.class)
                .hasMessageContaining("tabel");
        assertThat(there("a")).isFalse();
        assertThat(there("slipway_migrations")).isFalse();
    }

    @Test
    void a_file_that_ends_the_transaction_around_it_is_refused_and_leaves_nothing() {
        for (String end : List.of("commit", "/* so */ COMMIT", "rollback", "end; begin", "prepare transaction 'x'")) {
            assertThatThrownBy(() -> Migrations.apply(
                            database, files("V1.sql", "create table a (x int); " + end + "; create table b (x int)")))
                    .as(end)
                    .isInstanceOf(SQLException.class);
            assertThat(there("a")).as(end).isFalse();
        }
    }

    @Test
    void what_is_noted_is_applied_whatever_its_caller_was_told() throws Exception {
        var both = files("V1.sql", "create table a (x int)", "V2.sql", "create table b (x int)");
        assertThat(Migrations.noted(database, both)).isFalse();
        Migrations.apply(database, files("V1.sql", "create table a (x int)"));
        assertThat(Migrations.noted(database, both)).isFalse();
        Migrations.apply(database, both);
        assertThat(Migrations.noted(database, both)).isTrue();
        assertThat(Migrations.noted(database, files("V1.sql", "select 1"))).isFalse();
    }

    @Test
    void whoever_is_still_migrating_is_waited_for_before_anybody_says_what_is_applied() throws Exception {
        var files = files("V1.sql", "create table a (x int); select pg_advisory_xact_lock(7)");
        try (Connection gate = DriverManager.getConnection(database.url(), "postgres", "any");
                var hands = Executors.newVirtualThreadPerTaskExecutor()) {
            gate.setAutoCommit(false);
            gate.createStatement().execute("select pg_advisory_xact_lock(7)");
            var migrating = hands.submit(() -> Migrations.apply(database, files));
            locked(1);
            var asking = hands.submit(() -> Migrations.noted(database, files));
            locked(2);
            gate.rollback();
            assertThat(migrating.get()).isEqualTo(List.of("V1.sql"));
            assertThat(asking.get()).isEqualTo(true);
        }
    }

    /// Until so many wait for a lock.
    private static void locked(int waiting) {
        await()
                .until(() -> jdbc.sql("select count(*) from pg_stat_activity where wait_event_type = 'Lock'")
                                .query(Integer.class)
                                .single()
                        >= waiting);
    }

    @Test
    void what_was_applied_is_never_another_one_later() throws Exception {
        Migrations.apply(database, files("V1.sql", "create table a (x int)"));
        assertThatThrownBy(() -> Migrations.apply(database, files("V1.sql", "drop table a")))
                .isInstanceOf(SQLException.class)
                .hasMessageContaining("V1.sql was applied before with other content");
        assertThat(there("a")).isTrue();
    }

    @Test
    void a_fault_does_not_tell_the_password() throws Exception {
        Path secret = Files.writeString(folder.resolve("secret"), "hunter2");
        var nowhere = new Catalogue.Database(
                postgres.getJdbcUrl("postgres", "nosuchdatabase"), "postgres", secret, "migrations");
        assertThatThrownBy(() -> Migrations.apply(nowhere, files("V1.sql", "select 1")))
                .isInstanceOf(SQLException.class)
                .message()
                .doesNotContain("hunter2");
    }
}
