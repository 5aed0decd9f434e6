package slipway.release;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.zonky.test.db.postgres.embedded.EmbeddedPostgres;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.sql.Connection;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.util.SortedMap;
import java.util.TreeMap;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.springframework.jdbc.core.simple.JdbcClient;

class MigrationsTest {

    @TempDir
    static Path directory;

    private static EmbeddedPostgres postgres;
    private static Catalogue.Database database;

    @BeforeAll
    static void start() throws IOException {
        postgres = EmbeddedPostgres.start();
        Path password = Files.writeString(directory.resolve("password"), "postgres\n");
        database = new Catalogue.Database(
                postgres.getJdbcUrl("postgres", "postgres"), "postgres", password, "migrations");
    }

    @AfterAll
    static void stop() throws IOException {
        postgres.close();
    }

    private static SortedMap<String, byte[]> files(String... namesAndSql) {
        SortedMap<String, byte[]> files = new TreeMap<>();
        for (int i = 0; i < namesAndSql.length; i += 2) {
            files.put(namesAndSql[i], namesAndSql[i + 1].getBytes(StandardCharsets.UTF_8));
        }
        return files;
    }

    private static boolean exists(String table) throws SQLException {
        try (Connection connection = postgres.getPostgresDatabase().getConnection();
                Statement statement = connection.createStatement();
                ResultSet row = statement.executeQuery("select to_regclass('" + table + "') is not null")) {
            row.next();
            return row.getBoolean(1);
        }
    }

    @Test
    void they_are_applied_once_in_the_order_of_their_names() throws Exception {
        SortedMap<String, byte[]> files =
                files("V2.sql", "insert into first values (1)", "V1.sql", "create table first (id int)");

        assertThat(Migrations.apply(database, files)).containsExactly("V1.sql", "V2.sql");
        assertThat(Migrations.apply(database, files)).as("done again").isEmpty();
        assertThat(Migrations.apply(database, files("V1.sql", "create table first (id int)", "V3.sql", "select 1")))
                .containsExactly("V3.sql");
    }

    @Test
    void one_that_fails_leaves_nothing_of_all_of_them() throws SQLException {
        assertThatThrownBy(() -> Migrations.apply(
                        database, files("W1.sql", "create table half (id int)", "W2.sql", "create tabel oops ()")))
                .isInstanceOf(SQLException.class)
                .hasMessageContaining("syntax error");
        assertThat(exists("half")).isFalse();
    }

    @Test
    void one_that_was_applied_with_other_content_is_refused() throws Exception {
        Migrations.apply(database, files("X1.sql", "select 1"));

        assertThatThrownBy(() -> Migrations.apply(database, files("X1.sql", "select 2")))
                .hasMessageContaining("X1.sql was applied before with other content");
    }

    @Test
    void an_environment_is_leased_to_one_release_at_a_time_with_growing_tokens() throws Exception {
        JdbcClient jdbc = JdbcClient.create(postgres.getPostgresDatabase());
        String schema = new String(
                getClass().getResourceAsStream("/db/release/V1001__release.sql").readAllBytes(), StandardCharsets.UTF_8);
        jdbc.sql(schema).update();
        Leases leases = new Leases(jdbc, postgres.getPostgresDatabase());

        long first = leases.take("shop", "prod", "REL-1");
        assertThat(leases.take("shop", "prod", "REL-1")).as("its own").isEqualTo(first);
        assertThatThrownBy(() -> leases.take("shop", "prod", "REL-2")).isInstanceOf(Leases.Taken.class);
        jdbc.sql("delete from lease where release_id = 'REL-1'").update();
        assertThat(leases.take("shop", "prod", "REL-2")).isGreaterThan(first);
        assertThat(leases.token("shop", "prod", "REL-1")).isEmpty();
    }
}
