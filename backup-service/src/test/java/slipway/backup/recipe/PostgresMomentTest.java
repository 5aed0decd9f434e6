package slipway.backup.recipe;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.InputStream;
import java.io.OutputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.FileTime;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.OptionalInt;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import slipway.backup.PostgresTestServer;
import slipway.backup.domain.RestoreCheck;

/// To any moment after the backup, along the archive of the log of a real server.
class PostgresMomentTest {

    @TempDir
    private Path work;

    private Path archive;
    private PostgresTestServer shop;
    private Item item;
    private Capture capture;
    private final PostgresRecipe recipe = new PostgresRecipe();

    @BeforeEach
    void captured() throws Exception {
        archive = Files.createDirectory(work.resolve("archive"));
        shop = new PostgresTestServer(Files.createDirectory(work.resolve("shop")), archive);
        shop.execute("create table sale (id int primary key)", "insert into sale values (1)");
        item = new Item(
                "database",
                "postgresql-base-backup",
                Map.of(
                        "url", shop.url(),
                        "user", "postgres",
                        "passwordFile", shop.passwordFile().toString(),
                        "dataDirectory", shop.data().toString(),
                        "walArchive", archive.toString()));
        try (OutputStream out = Files.newOutputStream(work.resolve("backup.tar"))) {
            capture = recipe.capture(item, "BKP-1", out);
        }
    }

    @AfterEach
    void stop() throws Exception {
        shop.close();
    }

    private Instant now() throws Exception {
        return Instant.parse(shop.query(
                "select to_char(clock_timestamp() at time zone 'UTC', 'YYYY-MM-DD\"T\"HH24:MI:SS.US\"Z\"')"));
    }

    private List<RestoreCheck> restoreTo(Instant moment, Path scratch) throws Exception {
        try (InputStream in = Files.newInputStream(work.resolve("backup.tar"))) {
            return recipe.restoreTo(item, capture.notes(), in, scratch, moment);
        }
    }

    private String sales(Path copy) throws Exception {
        return shop.queryOn(copy, "select string_agg(id::text, ',' order by id) from sale");
    }

    @Test
    void an_address_that_is_no_database_is_told_before_the_first_capture() {
        assertThat(recipe.faults(Map.of("url", "postgresql://db/shop"))).containsOnlyKeys("url");
        assertThat(recipe.faults(Map.of("url", "jdbc:mysql://db/shop"))).containsOnlyKeys("url");
        assertThat(recipe.faults(Map.of("url", "jdbc:postgresql://db:5432/shop"))).isEmpty();
    }

    @Test
    void with_the_archive_of_its_log_it_goes_back_to_any_moment_after_the_backup() throws Exception {
        shop.execute("insert into sale values (2)");
        Instant good = now();
        shop.execute("insert into sale values (3)", "drop table sale");

        Path scratch = work.resolve("scratch");
        assertThat(restoreTo(good, scratch)).hasSize(2).allMatch(RestoreCheck::passed);
        assertThat(sales(scratch)).isEqualTo("1,2");

        // Whoever lost a part of the archive hears it, and is not given an older state instead.
        Path lost = segments().getLast();
        Files.delete(lost);
        shop.stopAtOnce();
        assertThatThrownBy(() -> restoreTo(good, work.resolve("again")))
                .hasMessageContaining("recovery ended before configured recovery target was reached")
                .hasMessageEndingWith("; the log " + lost.getFileName() + " could not be had from " + archive + ", which has no later one");
    }

    @Test
    void a_segment_that_the_archive_lost_on_the_way_to_the_moment_is_named_also_on_another_timeline() throws Exception {
        restoreTo(now(), work.resolve("restored"));
        swap("restored", "before");
        for (int sale = 2; sale < 6; sale++) {
            shop.execute("insert into sale values (" + sale + ")", "select pg_switch_wal()");
        }
        shop.execute("insert into sale values (6)");
        Instant good = now();
        restoreTo(good, work.resolve("whole"));
        assertThat(sales(work.resolve("whole"))).isEqualTo("1,2,3,4,5,6");
        Path lost = segments().get(segments().size() - 3);
        assertThat(lost.getFileName().toString()).startsWith("00000002");
        Files.delete(lost);
        assertThatThrownBy(() -> restoreTo(good, work.resolve("again")))
                .hasMessageContaining("recovery ended before configured recovery target was reached")
                .hasMessageEndingWith("; the log " + lost.getFileName() + " could not be had from " + archive + ", which has later ones: it has a gap");
    }

    private List<Path> segments() throws Exception {
        try (var files = Files.list(archive)) {
            return files.filter(file -> file.getFileName().toString().matches("[0-9A-F]{24}")).sorted().toList();
        }
    }

    /// The server from before the restore goes on where it was, and its log with it.
    @Test
    void after_a_restore_that_went_back_it_goes_back_to_any_moment_as_before() throws Exception {
        Instant good = now();
        shop.execute("insert into sale values (2)");
        restoreTo(good, work.resolve("restored"));
        swap("restored", "before");
        shop.execute("insert into sale values (1000)");
        swap("before", "given-up");
        assertThat(archive.resolve("00000002.history")).exists();

        shop.execute("insert into sale values (3)");
        Instant better = now();
        shop.execute("insert into sale values (4)");
        restoreTo(better, work.resolve("scratch"));
        assertThat(sales(work.resolve("scratch"))).isEqualTo("1,2,3");

        shop.stopAtOnce();
        restoreTo(better, work.resolve("once-more"));
        assertThat(sales(work.resolve("once-more"))).isEqualTo("1,2,3");
    }

    private void swap(String next, String aside) throws Exception {
        recipe.takeOut(item, capture.notes());
        Files.move(shop.data(), work.resolve(aside));
        Files.move(work.resolve(next), shop.data());
        recipe.putIn(item, capture.notes());
    }

    @Test
    void a_timeline_counts_from_when_it_went_live_and_as_long_as_it_is_not_given_up() throws Exception {
        Path before = Files.createDirectories(work.resolve("before/pg_wal")).getParent();
        Path restored = Files.createDirectories(work.resolve("restored/pg_wal")).getParent();
        Files.writeString(restored.resolve("pg_wal/00000002.history"), "1\t0/3000000\tbefore\n");
        Instant never = Instant.MAX;
        Instant start = Instant.now().minusSeconds(10);

        PostgresTimelines.goLive(restored, archive);
        assertThat(PostgresTimelines.at(archive, never, OptionalInt.empty())).hasValue(2);
        assertThat(PostgresTimelines.at(archive, start, OptionalInt.empty())).isEmpty();

        PostgresTimelines.goLive(before, archive);
        assertThat(PostgresTimelines.at(archive, never, OptionalInt.empty())).isEmpty();

        Files.setLastModifiedTime(archive.resolve("00000002.history"), FileTime.from(start.minusSeconds(10)));
        PostgresTimelines.goLive(restored, archive);
        assertThat(PostgresTimelines.at(archive, never, OptionalInt.empty())).hasValue(2);
        assertThat(PostgresTimelines.at(archive, start, OptionalInt.empty())).isEmpty();
    }
}
