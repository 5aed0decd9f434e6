package slipway.backup.recipe;

import static slipway.backup.recipe.PostgresSession.query;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.sql.Connection;
import java.sql.SQLException;
import java.time.Duration;
import java.time.Instant;
import java.util.OptionalInt;
import java.util.concurrent.TimeUnit;
import java.util.regex.Pattern;
import org.apache.commons.compress.archivers.tar.TarArchiveOutputStream;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import slipway.backup.vault.Disk;

/// The write-ahead log of a cluster: what a base backup needs of it, and the archive that leads to any moment after it.
final class PostgresLog {

    private static final Logger LOG = LoggerFactory.getLogger(PostgresLog.class);
    private static final Duration LONGEST_ARCHIVING = Duration.ofSeconds(60);
    private static final Duration PAUSE = Duration.ofMillis(100);
    private static final Pattern HISTORY = Pattern.compile("[0-9A-F]{8}\\.history");

    private PostgresLog() {}

    /// The segments that recovery needs, and the histories of earlier restores.
    static void write(Path data, String first, String last, TarArchiveOutputStream tar) throws IOException {
        Tree.directory("pg_wal/", tar);
        Tree.directory("pg_wal/archive_status/", tar);
        Path wal = data.resolve("pg_wal").toRealPath();
        boolean begins = false;
        boolean ends = false;
        try (var files = Files.list(wal)) {
            for (Path file : files.sorted().toList()) {
                String name = file.getFileName().toString();
                boolean isSegment = name.matches("[0-9A-F]{24}");
                if (isSegment && name.compareTo(first) >= 0 && name.compareTo(last) <= 0
                        || HISTORY.matcher(name).matches()) {
                    Tree.file("pg_wal/" + name, file, tar);
                    begins |= name.equals(first);
                    ends |= name.equals(last);
                }
            }
        }
        if (!begins || !ends) {
            throw new IOException("the log from " + first + " to " + last + " is not complete");
        }
    }

    /// A command that archives nothing, or half a file, and ends with 0 is believed by the server: only the file is proof.
    ///
    /// @throws IOException when the segment does not come to the archive, or another one has its name there
    static void awaitArchived(Connection session, Path data, Path archive, String segment)
            throws SQLException, IOException, InterruptedException {
        if (query(session, "show archive_mode").equals("off")) {
            throw new IOException("the server archives nothing (archive_mode is off), and " + archive + " is to be its archive");
        }
        long whole = Long.parseLong(
                query(session, "select setting from pg_catalog.pg_settings where name = 'wal_segment_size'"));
        Path archived = archive.resolve(segment);
        long deadline = System.nanoTime() + LONGEST_ARCHIVING.toNanos();
        while (!Files.isRegularFile(archived) || Files.size(archived) != whole) {
            if (System.nanoTime() > deadline) {
                throw new IOException("the log " + segment + " does not come to " + archive + "; the server says: "
                        + query(
                                session,
                                "select 'archived last: ' || coalesce(last_archived_wal, 'nothing') || ', failed last: ' || coalesce(last_failed_wal, 'nothing') from pg_stat_archiver"));
            }
            TimeUnit.MILLISECONDS.sleep(PAUSE.toMillis());
        }
        Path own = data.resolve("pg_wal").resolve(segment);
        if (Files.isRegularFile(own) && Files.mismatch(own, archived) >= 0) {
            throw new IOException(archived + " is another one than the server's own: archive into a folder that nobody else archives into");
        }
    }

    /// Has the live server archive what it wrote so far, with one more transaction behind it: recovery to a moment only ends where it sees a later
    /// one. A server that does not answer any more is why somebody restores: then what is in the archive has to do.
    static void flush(Item item, Path data, Path archive) throws IOException, InterruptedException {
        try (Connection session = PostgresSession.open(item, item.text("url"))) {
            query(session, "select pg_current_xact_id()::text");
            String segment = query(session, "select pg_walfile_name(pg_current_wal_insert_lsn())");
            query(session, "select pg_switch_wal()::text");
            awaitArchived(session, data, archive, segment);
        } catch (SQLException e) {
            LOG.warn("{}: the live server is not asked for the end of its log: {}", item.name(), e.getMessage());
        }
    }

    /// A restored server goes on as another timeline than the one before. It began it where nothing is archived, so its history is brought to
    /// the archive when it goes live: the next restore takes the number after it, and finds the way along it.
    static void archiveHistories(Path data, Path archive) throws IOException {
        try (var files = Files.list(data.resolve("pg_wal"))) {
            for (Path file : files.filter(each -> HISTORY.matcher(each.getFileName().toString()).matches()).toList()) {
                Path archived = archive.resolve(file.getFileName());
                if (!Files.exists(archived)) {
                    Path half = archive.resolve(file.getFileName() + ".half");
                    Files.copy(file, half, StandardCopyOption.REPLACE_EXISTING);
                    Disk.force(half);
                    Disk.rename(half, archived);
                }
            }
        }
    }

    /// The timeline that was live at a moment: of those that began before it, the newest. When one began, its history came to the archive.
    ///
    /// @return empty: that of the backup
    static OptionalInt timelineAt(Path archive, Instant moment) throws IOException {
        OptionalInt timeline = OptionalInt.empty();
        try (var files = Files.list(archive)) {
            for (Path file : files.filter(each -> HISTORY.matcher(each.getFileName().toString()).matches()).toList()) {
                int number = Integer.parseUnsignedInt(file.getFileName().toString().substring(0, 8), 16);
                boolean began = !Files.getLastModifiedTime(file).toInstant().isAfter(moment);
                if (began && number > timeline.orElse(0)) {
                    timeline = OptionalInt.of(number);
                }
            }
        }
        return timeline;
    }
}
