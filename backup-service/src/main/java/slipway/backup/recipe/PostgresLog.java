package slipway.backup.recipe;

import static slipway.backup.recipe.PostgresSession.query;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.sql.Connection;
import java.sql.SQLException;
import java.time.Duration;
import java.util.Comparator;
import java.util.List;
import java.util.OptionalInt;
import java.util.concurrent.TimeUnit;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.apache.commons.compress.archivers.tar.TarArchiveOutputStream;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import slipway.backup.vault.Vault;

/// The write-ahead log of a cluster: what a base backup needs of it, and the archive that leads to any moment after it.
final class PostgresLog {

    private static final Logger LOG = LoggerFactory.getLogger(PostgresLog.class);
    private static final Duration LONGEST_ARCHIVING = Duration.ofSeconds(60);
    private static final Duration PAUSE = Duration.ofMillis(100);

    private static final Pattern SEGMENT = Pattern.compile("[0-9A-F]{24}");

    /// What `cp` says of a segment that a recovering server asked for and did not get.
    private static final Pattern NOT_COPIED = Pattern.compile("^cp: .*/(" + SEGMENT + ")\\b.*");

    /// How a server says that the log does not lead to where recovery should end.
    private static final String TOO_EARLY = "recovery ended before configured recovery target was reached";

    /// Its first digits are the timeline.
    private static final int TIMELINE = 8;

    private PostgresLog() {}

    /// The segment for want of which recovery ended. A server asks for one by the name that it has on each timeline, and gets it by one of them: the
    /// newest is the one on which it was written.
    ///
    /// @param why the server ended, in its words
    /// @param said by the server and its restore command
    /// @return for people; empty: it ended for another reason, or got whatever it asked for
    static String lacking(String why, List<String> said, Path archive) {
        List<String> all = said.stream().map(NOT_COPIED::matcher).filter(Matcher::matches).map(each -> each.group(1)).toList();
        if (!why.contains(TOO_EARLY) || all.isEmpty()) {
            return "";
        }
        String last = all.getLast().substring(TIMELINE);
        String segment = all.stream().filter(each -> each.endsWith(last)).max(Comparator.naturalOrder()).orElseThrow();
        return "; the log " + segment + " could not be had from " + archive + ", which " + later(segment, archive);
    }

    /// Of its timeline: what was given up may go on longer.
    private static String later(String segment, Path archive) {
        try (var files = Files.list(archive)) {
            boolean goesOn = files.map(file -> file.getFileName().toString())
                    .anyMatch(name -> SEGMENT.matcher(name).matches()
                            && name.startsWith(segment.substring(0, TIMELINE))
                            && name.compareTo(segment) > 0);
            return goesOn ? "has later ones: it has a gap" : "has no later one";
        } catch (IOException | UncheckedIOException e) {
            return "cannot be read: " + Vault.reason(e);
        }
    }

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
                boolean isSegment = SEGMENT.matcher(name).matches();
                if (isSegment && name.compareTo(first) >= 0 && name.compareTo(last) <= 0
                        || PostgresTimelines.isHistory(file)) {
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
    ///
    /// @return its timeline; empty: it does not answer
    static OptionalInt flush(Item item, Path data, Path archive) throws IOException, InterruptedException {
        try (Connection session = PostgresSession.open(item, item.text("url"))) {
            query(session, "select pg_current_xact_id()::text");
            String segment = query(session, "select pg_walfile_name(pg_current_wal_insert_lsn())");
            query(session, "select pg_switch_wal()::text");
            awaitArchived(session, data, archive, segment);
            return OptionalInt.of(PostgresTimelines.of(segment));
        } catch (SQLException e) {
            LOG.warn("{}: the live server is not asked for the end of its log: {}", item.name(), e.getMessage());
            return OptionalInt.empty();
        }
    }
}
