package slipway.release;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.zonky.test.db.postgres.embedded.EmbeddedPostgres;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.sql.SQLException;
import java.util.SortedMap;
import java.util.TreeMap;
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
