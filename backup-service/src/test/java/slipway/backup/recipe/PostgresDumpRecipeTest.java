package slipway.backup.recipe;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static slipway.backup.recipe.LiveRecipes.capture;
import static slipway.backup.recipe.LiveRecipes.damaged;
import static slipway.backup.recipe.LiveRecipes.recipe;
import static slipway.backup.recipe.LiveRecipes.restore;

import java.io.ByteArrayInputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.awaitility.Awaitility;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import slipway.backup.PostgresTestServer;
import slipway.backup.recipe.LiveRecipes.Captured;
import slipway.program.Installed;
import slipway.program.Programs;
import slipway.program.Running;

/// A real PostgreSQL and its own programs, from Debian: dumped, damaged, restored and compared.
class PostgresDumpRecipeTest {

    private static final String PASSWORD = "a planted secret";

    @TempDir
    static Path folder;

    private static Installed server;
    private static int port;
    private static Item item;
    private static Recipe dump;

    @BeforeAll
    static void start() throws Exception {
        // The wrapper beside the programs tells where they are.
        Installed.program("pg_dump");
        port = Installed.freePort();
        Path bin = bin();
        Path data = folder.resolve("data");
        Path password = Files.writeString(folder.resolve("password"), PASSWORD + "\n");
        good(List.of("unshare", "-U", bin.resolve("initdb").toString(), "-D", data.toString(), "-U", "keeper",
                "--pwfile=" + password, "--auth=scram-sha-256", "--encoding=UTF8", "--locale=C", "--no-sync"));
        server = Installed.start(folder, List.of("unshare", "-U", bin.resolve("postgres").toString(), "-D", data.toString(),
                "-p", String.valueOf(port), "-c", "listen_addresses=127.0.0.1", "-c", "unix_socket_directories=",
                "-c", "fsync=off"));
        Awaitility.await().atMost(Duration.ofMinutes(1)).until(() -> server.runs() && psql("postgres", "select 1").exit() == 0);
        sql("postgres", "create role reader login");
        fill();
        item = new Item("orders", "postgresql-dump", Map.of(
                "host", "127.0.0.1", "port", String.valueOf(port), "user", "keeper", "password", "file:" + password,
                "database", "shop"));
        dump = recipe("postgresql-dump", folder.resolve("work"));
    }

    private static void fill() throws Exception {
        sql("postgres", "drop database if exists shop");
        sql("postgres", "create database shop");
        sql("shop", "create table orders (id serial primary key, what text not null)");
        sql("shop", "insert into orders (what) select 'order ' || n from generate_series(1, 2000) n");
        sql("shop", "create table empty_one (id int); create view latest as select * from orders where id > 1990");
    }

    private static Path bin() throws Exception {
        try (var versions = Files.list(Path.of("/usr/lib/postgresql"))) {
            return versions.map(each -> each.resolve("bin"))
                    .filter(each -> Files.isExecutable(each.resolve("postgres")))
                    .max(Path::compareTo)
                    .orElseThrow();
        }
    }

    @AfterAll
    static void stop() {
        if (server != null) {
            server.close();
        }
    }

    private static Programs.Ended psql(String database, String sql) throws Exception {
        return Programs.run(
                List.of("psql", "-X", "-q", "-t", "-A", "-h", "127.0.0.1", "-p", String.valueOf(port), "-U", "keeper", "-d",
                        database, "-c", sql),
                folder,
                Map.of("PGPASSWORD", PASSWORD),
                Duration.ofSeconds(30));
    }

    private static void sql(String database, String sql) throws Exception {
        Programs.Ended ended = psql(database, sql);
        assertThat(ended.exit()).as(ended.words()).isZero();
    }

    private static void good(List<String> argv) throws Exception {
        Programs.Ended ended = Programs.run(argv, folder, Map.of(), Duration.ofMinutes(1));
        assertThat(ended.exit()).as(ended.words()).isZero();
    }

    private static List<String> databases() throws Exception {
        return psql("postgres", "select datname from pg_database").out().lines().toList();
    }

    @Test
    void every_row_comes_back_into_a_database_of_its_own_that_is_gone_afterwards() throws Exception {
        Captured captured = capture(dump, item);
        assertThat(captured.capture().contents())
                .containsEntry("table public.orders", "2000")
                .containsEntry("table public.empty_one", "0")
                .containsEntry("sequence public.orders_id_seq", "2000")
                .containsKey("checksum public.orders");
        sql("shop", "begin; delete from orders where id = 7; update orders set what = 'x' where id = 8; rollback");
        List<String> before = databases();
        assertThat(restore(dump, item, captured, folder.resolve("scratch"))).isEqualTo(captured.capture().contents());
        assertThat(databases()).isEqualTo(before);
        assertThat(folder.resolve("scratch/roles.sql")).content().contains("CREATE ROLE reader").doesNotContain("SCRAM");
    }

    @Test
    void what_changes_beside_rows_is_seen_and_comes_back() throws Exception {
        sql("shop", "create function price() returns int language sql as 'select 1'");
        sql("shop", "select lo_from_bytea(77001, 'was')");
        Captured captured = capture(dump, item);
        assertThat(dump.look(item)).isEqualTo(captured.capture().contents());
        sql("shop", "create or replace function price() returns int language sql as 'select 2'");
        assertThat(dump.look(item)).doesNotContainEntry("definitions", captured.capture().contents().get("definitions"));
        sql("shop", "create or replace function price() returns int language sql as 'select 1'");
        sql("postgres", "alter database shop set statement_timeout = '7s'");
        String printed = "definitions with owners and rights as the source prints them";
        assertThat(dump.look(item)).doesNotContainEntry(printed, captured.capture().contents().get(printed));
        sql("postgres", "alter database shop reset statement_timeout");
        sql("shop", "select lo_put(77001, 0, 'is!')");
        assertThat(dump.look(item)).doesNotContainEntry("large objects", captured.capture().contents().get("large objects"));
        assertThat(restore(dump, item, captured, folder.resolve("beside"))).isEqualTo(captured.capture().contents());
        assertThat(dump.look(item, Map.of("version", "2"))).doesNotContainKeys("definitions", "large objects");
        sql("shop", "create table \"odd\ttab\" (id int)");
        assertThatThrownBy(() -> capture(dump, item)).hasMessageContaining("odd: public.\"odd");
        sql("shop", "drop table \"odd\ttab\"; drop function price(); select lo_unlink(77001)");
    }

    @Test
    void a_schema_that_belongs_to_somebody_is_no_difference_where_owners_are_left_out() throws Exception {
        sql("shop", "drop schema if exists public cascade; create schema public authorization reader");
        sql("shop", "create table orders (id serial primary key, what text not null)");
        try {
            Captured captured = capture(dump, item);
            assertThat(restore(dump, item, captured, folder.resolve("owned"))).isEqualTo(captured.capture().contents());
        } finally {
            fill();
        }
    }

    @Test
    void the_live_database_changes_its_name_with_the_restored_one_whoever_is_connected() throws Exception {
        Captured captured = capture(dump, item);
        Path tree = folder.resolve("wanted");
        restore(dump, item, captured, tree);
        sql("shop", "delete from orders where id > 5; create table made_since (id int)");
        try (Running somebody = Programs.start(
                List.of("psql", "-X", "-q", "-h", "127.0.0.1", "-p", String.valueOf(port), "-U", "keeper", "-d", "shop",
                        "-c", "select pg_sleep(600)"),
                folder,
                Map.of("PGPASSWORD", PASSWORD))) {
            Awaitility.await().until(() -> psql("postgres", "select count(*) from pg_stat_activity where query like '%pg_sleep(600)' and datname = 'shop'")
                    .out().strip().equals("1"));
            assertThat(LiveRecipes.overwrite(dump, item, captured, tree)).isEqualTo(captured.capture().contents());
        }
        assertThat(psql("shop", "select count(*) from orders").out().strip()).isEqualTo("2000");
        assertThat(psql("postgres", "select datallowconn from pg_database where datname = 'shop'").out().strip()).isEqualTo("t");
        // Once more, as after a crash.
        assertThat(LiveRecipes.overwrite(dump, item, captured, tree)).isEqualTo(captured.capture().contents());
    }

    @Test
    void the_database_keeps_its_encoding_owner_rights_and_settings() throws Exception {
        sql("postgres", "create role \"App Owner\"");
        sql("postgres", "create database latin template template0 encoding 'LATIN1' lc_collate 'C' lc_ctype 'C' owner \"App Owner\" connection limit 77");
        for (String each : List.of(
                "comment on database latin is 'of the \"shop\"'",
                "alter database latin set search_path = shop, public",
                "alter database latin set statement_timeout = '33s'",
                "alter role keeper in database latin set lock_timeout = '7s'",
                "revoke connect on database latin from public",
                "grant connect on database latin to reader with grant option")) {
            sql("postgres", each);
        }
        sql("latin", "create schema shop; create table shop.t as select 'caf' || chr(233) as word");
        Item latin = new Item("latin", "postgresql-dump", Map.of(
                "host", "127.0.0.1", "port", String.valueOf(port), "user", "keeper", "password", "file:" + folder.resolve("password"),
                "database", "latin"));
        Captured captured = capture(dump, latin);
        assertThat(restore(dump, latin, captured, folder.resolve("latin"))).isEqualTo(captured.capture().contents());
        sql("latin", "delete from shop.t");
        assertThat(LiveRecipes.overwrite(dump, latin, captured, folder.resolve("latin"))).isEqualTo(captured.capture().contents());
        assertThat(psql("latin", "select count(*) from t").out().strip()).as("by its search_path").isEqualTo("1");
        assertThat(psql("postgres", """
                        select pg_encoding_to_char(encoding), datcollate, pg_get_userbyid(datdba), datconnlimit,
                            (select string_agg(a::text, ' ' order by a::text) from unnest(datacl) a), shobj_description(oid, 'pg_database')
                        from pg_database where datname like 'latin%' order by datname""").out().lines().distinct())
                .as("as the one from before")
                .hasSize(1);
        assertThat(psql("latin", "show lock_timeout").out().strip()).isEqualTo("7s");
        assertThat(psql("postgres", "select has_database_privilege('reader', 'latin', 'connect'), has_database_privilege('public', 'latin', 'connect')")
                        .out().strip())
                .isEqualTo("t|f");
    }

    /// `pg_restore --list` says 0 to this.
    @Test
    void a_dump_that_is_cut_off_is_no_backup() throws Exception {
        Captured cut = damaged(capture(dump, item), folder, "database.dump", LiveRecipes::cut);
        Path again = folder.resolve("again");
        Tree.read(new ByteArrayInputStream(cut.bytes()), again, Owners.KEPT);
        good(List.of("pg_restore", "--list", again.resolve("database.dump").toString()));
        assertThatThrownBy(() -> restore(dump, item, cut, folder.resolve("cut")))
                .hasMessageContaining("pg_restore failed with exit 1");
    }

    @Test
    void a_server_that_is_newer_than_the_programs_is_refused() throws Exception {
        try (PostgresTestServer newer = new PostgresTestServer(Files.createDirectory(folder.resolve("newer")))) {
            List<String> url = new ArrayList<>(List.of(newer.url().split("[:/]+")));
            Item other = new Item("orders", "postgresql-dump", Map.of(
                    "host", "127.0.0.1", "port", url.get(url.size() - 2), "user", "postgres",
                    "password", "file:" + newer.passwordFile(), "database", "postgres"));
            try (var connection = newer.connect(); var statement = connection.createStatement()) {
                statement.execute("create table t as select 1 as n");
            }
            assertThatThrownBy(() -> capture(dump, other)).hasMessageContaining("server version mismatch");
        }
    }
}
