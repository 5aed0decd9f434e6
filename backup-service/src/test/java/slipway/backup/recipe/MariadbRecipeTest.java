package slipway.backup.recipe;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static slipway.backup.recipe.LiveRecipes.capture;
import static slipway.backup.recipe.LiveRecipes.damaged;
import static slipway.backup.recipe.LiveRecipes.recipe;
import static slipway.backup.recipe.LiveRecipes.restore;

import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.awaitility.Awaitility;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import slipway.backup.recipe.LiveRecipes.Captured;
import slipway.program.Installed;
import slipway.program.Programs;

/// A real MariaDB server, captured, damaged, restored and compared.
class MariadbRecipeTest {

    private static final String DEFINITIONS = "definitions as the source prints them";
    private static final String PASSWORD = "a \"planted\" \\secret";

    @TempDir
    static Path folder;

    private static Installed server;
    private static int port;
    private static Item item;
    private static Recipe mariadb;

    @BeforeAll
    static void start() throws Exception {
        port = Installed.freePort();
        Programs.run(
                List.of(
                        "mariadb-install-db",
                        "--no-defaults",
                        "--datadir=" + folder.resolve("data"),
                        "--auth-root-authentication-method=normal",
                        "--skip-test-db"),
                folder,
                Map.of(),
                Duration.ofMinutes(2));
        serve();
        good("create user keeper@localhost identified by '" + PASSWORD.replace("\\", "\\\\").replace("'", "''") + "'");
        good("grant all on *.* to keeper@localhost");
        good("create database shop character set latin1 collate latin1_german2_ci");
        good("use shop; create table orders (id int primary key, what text);"
                + " insert into orders select seq, concat('order ', seq) from seq_1_to_2000;"
                + " create table empty_one (id int); create view latest as select * from orders where id > 1990;"
                + " create table `it's` (`a ``b` float, c json, d timestamp(3), e mediumblob, f decimal(60, 20), g text character set latin1, h geometry);"
                + " insert into `it's` values (1.23456789, '{\"k\": 1}', '2026-03-29 02:30:00.123', repeat(x'00ff', 70000), 0.1, _utf8mb4 x'C3A4', point(1, 2)),"
                + " (null, null, now(3), null, null, null, null), (null, null, now(3), null, null, null, null);"
                + " create sequence numbers start with 5; do nextval(numbers);"
                + " create user 'the app'@'%'; grant all on shop.* to 'the app'@'%';"
                + " create definer='the app'@'%' function priced(id int) returns int return id * 2;"
                + " create definer='the app'@'%' view prices as select priced(id) as price from orders;"
                + " create procedure p() select 1; create trigger t before insert on orders for each row set new.what = upper(new.what)");
        Path password = Files.writeString(folder.resolve("password"), PASSWORD + "\n");
        item = new Item(
                "orders",
                "mariadb",
                Map.of(
                        "host", "127.0.0.1",
                        "port", String.valueOf(port),
                        "user", "keeper",
                        "password", "file:" + password,
                        "database", "shop"));
        mariadb = recipe("mariadb", folder.resolve("work"));
    }

    private static void serve(String... options) throws Exception {
        server = Installed.start(
                folder,
                Stream.concat(
                                Stream.of(
                                        Installed.program("mariadbd"),
                                        "--no-defaults",
                                        "--user=root",
                                        "--datadir=" + folder.resolve("data"),
                                        "--socket=" + folder.resolve("s.sock"),
                                        "--port=" + port,
                                        "--bind-address=127.0.0.1"),
                                Stream.of(options))
                        .toList());
        Awaitility.await().atMost(Duration.ofMinutes(1)).until(() -> sql("select 1").exit() == 0);
    }

    @AfterAll
    static void stop() {
        if (server != null) {
            server.close();
        }
    }

    private static Programs.Ended sql(String sql) throws Exception {
        return Programs.run(
                List.of("mariadb", "--no-defaults", "--socket=" + folder.resolve("s.sock"), "-u", "root", "-e", sql),
                folder,
                Map.of(),
                Duration.ofSeconds(30));
    }

    private static void good(String sql) throws Exception {
        assertThat(sql(sql)).satisfies(ended -> assertThat(ended.exit()).as(ended.words()).isZero());
    }

    @Test
    void what_is_captured_comes_back_with_its_rows_routines_and_triggers() throws Exception {
        Captured captured = capture(mariadb, item);
        assertThat(captured.capture().contents())
                .containsEntry("rows of orders", "2000")
                .containsEntry("rows of it's", "3")
                .containsEntry("rows of empty_one", "0")
                .containsEntry("routines", "2")
                .containsEntry("triggers", "1")
                .containsEntry("tables", "6")
                .containsKey("next of numbers");
        assertThat(captured.capture().notes()).as("all of it is compared").doesNotContainKey("warnings");
        assertThat(restore(mariadb, item, captured, folder.resolve("scratch")))
                .isEqualTo(new TreeMap<>(captured.capture().contents()));
    }

    @Test
    void the_live_database_is_written_over_with_all_that_was_made_since() throws Exception {
        Captured captured = capture(mariadb, item);
        Path tree = folder.resolve("wanted");
        restore(mariadb, item, captured, tree);
        good("use shop; delete from orders where id > 5; create table made_since (id int); drop procedure p;"
                + " alter database shop character set utf8mb4");
        assertThat(LiveRecipes.overwrite(mariadb, item, captured, tree))
                .isEqualTo(new TreeMap<>(captured.capture().contents()));
        assertThat(sql("select table_name from information_schema.tables where table_schema = 'shop'").out())
                .contains("orders", "latest")
                .doesNotContain("made_since");
        assertThat(sql("show create database shop").out()).contains("latin1_german2_ci");
    }

    @Test
    void a_value_that_was_written_over_is_seen_although_there_are_as_many_rows() throws Exception {
        Captured captured = capture(mariadb, item);
        good("use shop; update `it's` set g = 'o' where g is not null");
        assertThat(mariadb.look(item))
                .containsEntry("rows of it's", "3")
                .isNotEqualTo(captured.capture().contents());
        good("use shop; update `it's` set g = _utf8mb4 x'C3A4' where g is not null");
        assertThat(mariadb.look(item)).isEqualTo(captured.capture().contents());
        good("use shop; create or replace procedure p() select 2");
        assertThat(mariadb.look(item)).isNotEqualTo(captured.capture().contents());
        good("use shop; create or replace procedure p() select 1");
        good("use shop; create or replace view latest as select * from orders where id > 1991");
        assertThat(mariadb.look(item)).isNotEqualTo(captured.capture().contents());
        good("use shop; create or replace view latest as select * from orders where id > 1990");
        good("use shop; create table `odd\ttab` (id int); insert into `odd\ttab` values (1)");
        Map<String, String> odd = mariadb.look(item);
        assertThat(odd).containsEntry("rows of odd\\ttab", "1");
        good("use shop; update `odd\ttab` set id = 2");
        assertThat(mariadb.look(item)).isNotEqualTo(odd);
        good("use shop; drop table `odd\ttab`");
    }

    @Test
    void a_definition_or_the_value_of_a_sequence_that_the_dump_lost_is_seen_in_the_restored_copy() throws Exception {
        Captured captured = capture(mariadb, item);
        Captured otherView = edited(captured, "`id` > 1990", "`id` > 1991");
        assertThat(differing(captured, restore(mariadb, item, otherView, folder.resolve("other view"))))
                .containsExactly(DEFINITIONS);
        Captured noValue = edited(captured, "DO SETVAL(`numbers`, ", "DO SETVAL(`numbers`, 1");
        assertThat(differing(captured, restore(mariadb, item, noValue, folder.resolve("no value"))))
                .containsExactly("next of numbers");
    }

    @Test
    void what_is_not_compared_or_not_in_the_dump_the_set_says() throws Exception {
        server.close();
        serve("--version=10.11.1-MariaDB-of-its-own");
        good("use shop; create table kept (id int primary key, what text) with system versioning;"
                + " insert into kept values (1, 'a'); update kept set what = 'b'");
        try {
            Captured captured = capture(mariadb, item);
            assertThat(captured.capture().notes().get("warnings"))
                    .contains("definitions of tables, views and the like are not compared with the restored copy: the source is 10.11.1-MariaDB-of-its-own, and the trial ")
                    .contains("the history of system-versioned tables is not in it: kept");
            assertThat(differing(captured, restore(mariadb, item, edited(captured, "`id` > 1990", "`id` > 1991"), folder.resolve("another version"))))
                    .containsExactly(DEFINITIONS);
            assertThat(restore(mariadb, item, captured, folder.resolve("not compared")).get(DEFINITIONS))
                    .as("nothing is compared with itself")
                    .startsWith("not compared: the source is 10.11.1-MariaDB-of-its-own, and the trial ");
            good("use shop; create or replace view latest as select * from orders where id > 1991");
            assertThat(differing(captured, mariadb.look(item))).as("of the source itself").containsExactly(DEFINITIONS);
        } finally {
            good("use shop; create or replace view latest as select * from orders where id > 1990; drop table kept");
            server.close();
            serve();
        }
    }

    /// Views whose definer has no account, such as those of this database, did not come back then; of sequences the source's definitions told more.
    @Test
    void a_set_of_the_version_before_is_looked_at_restored_and_written_over_as_it_was_then() throws Exception {
        good("drop view shop.prices; drop function shop.priced; drop sequence shop.numbers");
        try {
            Captured before = LiveRecipes.asOf(2, captureAndForget("version", "definers"), mariadb, item);
            assertThat(before.capture().contents()).containsKey(DEFINITIONS).doesNotContainKey("next of numbers");
            Path tree = folder.resolve("before");
            assertThat(restore(mariadb, item, before, tree)).isEqualTo(new TreeMap<>(before.capture().contents()));
            assertThat(LiveRecipes.overwrite(mariadb, item, before, tree)).isEqualTo(new TreeMap<>(before.capture().contents()));
        } finally {
            good("use shop; create definer='the app'@'%' function priced(id int) returns int return id * 2;"
                    + " create definer='the app'@'%' view prices as select priced(id) as price from orders;"
                    + " create sequence numbers start with 5; do nextval(numbers)");
        }
    }

    /// Its tree without what that version did not have.
    private static Captured captureAndForget(String... files) throws Exception {
        Captured captured = capture(mariadb, item);
        for (String each : files) {
            captured = LiveRecipes.without(captured, folder, each);
        }
        return captured;
    }

    private static Captured edited(Captured captured, String from, String to) throws Exception {
        return damaged(captured, folder, "dump.sql", dump -> {
            String text = new String(dump, StandardCharsets.ISO_8859_1);
            assertThat(text).contains(from);
            return text.replace(from, to).getBytes(StandardCharsets.ISO_8859_1);
        });
    }

    private static Set<String> differing(Captured captured, Map<String, String> looked) {
        Map<String, String> was = captured.capture().contents();
        assertThat(looked.keySet()).isEqualTo(was.keySet());
        return was.keySet().stream().filter(each -> !was.get(each).equals(looked.get(each))).collect(Collectors.toSet());
    }

    @Test
    void its_scratch_server_has_nothing_in_the_folder_that_everybody_shares() throws Exception {
        Captured captured = capture(mariadb, item);
        Path theirs = Files.writeString(Path.of(System.getProperty("java.io.tmpdir")).resolve("#sql-temptable-slipway-1.MAI"), "of another server");
        try {
            restore(mariadb, item, captured, folder.resolve("beside others"));
            assertThat(theirs).as("a server deletes at its start what it takes for its own").exists();
        } finally {
            Files.deleteIfExists(theirs);
        }
    }

    @Test
    void a_dump_that_is_cut_off_is_no_backup() throws Exception {
        Captured cut = damaged(capture(mariadb, item), folder, "dump.sql", LiveRecipes::cut);
        assertThatThrownBy(() -> restore(mariadb, item, cut, folder.resolve("cut")))
                .hasMessageContaining("dump.sql does not end with ^-- Dump completed: it is cut off");
    }
}
