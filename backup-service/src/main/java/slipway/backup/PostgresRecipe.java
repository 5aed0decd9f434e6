package slipway.backup;

import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.sql.Connection;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.time.Clock;
import java.time.Instant;
import java.time.OffsetDateTime;
import java.time.temporal.ChronoUnit;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.SortedMap;
import java.util.TreeMap;
import java.util.zip.GZIPInputStream;
import java.util.zip.GZIPOutputStream;
import org.apache.commons.compress.archivers.tar.TarArchiveEntry;
import org.apache.commons.compress.archivers.tar.TarArchiveOutputStream;
import slipway.backup.domain.RestoreCheck;

/// A PostgreSQL cluster as a base backup, by SQL alone: `pg_backup_start`, a copy of the data directory, `pg_backup_stop`, and the
/// write-ahead log up to a named restore point. While that point is written, the tables are locked against writes for as long as
/// counting them takes, so a restored copy can be compared with the source exactly.
///
/// Source: PostgreSQL documentation, "Making a Base Backup Using the Low Level API".
///
/// @param url JDBC URL of the database whose tables are compared; the whole cluster is captured
/// @param access of a role that may run backups and read everything
/// @param data the data directory, on this machine
record PostgresRecipe(String url, Cluster.Access access, Path data, Clock clock) implements Recipe {

    private static final String BINARIES = "binaries";
    private static final String POINT = "restorePoint";

    /// Their content is of this run of the server only; the folders have to be there.
    private static final Set<String> EMPTY_FOLDERS = Set.of(
            "pg_wal", "pg_replslot", "pg_dynshmem", "pg_notify", "pg_serial", "pg_snapshots", "pg_stat_tmp", "pg_subtrans");

    private static final Set<String> LEFT_OUT = Set.of("postmaster.pid", "postmaster.opts");

    @Override
    public String name() {
        return "postgresql-base-backup";
    }

    @Override
    public String category() {
        return "databases";
    }

    @Override
    public String system() {
        return "postgresql";
    }

    @Override
    public String consistency() {
        return "POINT_IN_TIME";
    }

    @Override
    public Evidence capture(String name, OutputStream out) throws IOException, InterruptedException {
        String slot = "slipway_" + Integer.toHexString(name.hashCode());
        try (Connection session = access.connect(url)) {
            refuseTablespaces();
            dropSlot(session, slot);
            // Keeps the log until we have it, whatever checkpoints come meanwhile.
            ask(session, "select pg_create_physical_replication_slot('" + slot + "', true)");
            try {
                GZIPOutputStream zipped = new GZIPOutputStream(out);
                TarArchiveOutputStream tar = Trees.tar(zipped);
                String start = ask(session, "select pg_walfile_name(pg_backup_start('slipway', true))");
                Trees.pack(data, tar, PostgresRecipe::wanted);
                stop(session, tar);
                Marked marked = mark(name, session);
                log(start, marked.lastSegment(), tar);
                tar.finish();
                zipped.finish();
                marked.contents().put(BINARIES, ask(session, "select setting from pg_config where name = 'BINDIR'"));
                marked.contents().put(POINT, name);
                return new Evidence(
                        marked.at(),
                        Digests.of(marked.contents().toString().getBytes(StandardCharsets.UTF_8)),
                        marked.contents());
            } finally {
                dropSlot(session, slot);
            }
        } catch (SQLException e) {
            throw new IOException("PostgreSQL says: " + e.getMessage(), e);
        }
    }

    private void refuseTablespaces() throws IOException {
        try (var links = Files.list(data.resolve("pg_tblspc"))) {
            if (links.findAny().isPresent()) {
                throw new IOException("the cluster has tablespaces, which this recipe does not capture");
            }
        }
    }

    private static boolean wanted(Path path) {
        String top = path.getName(0).toString();
        String file = path.getFileName().toString();
        boolean content = path.getNameCount() > 1;
        return !(content && EMPTY_FOLDERS.contains(top)) && !LEFT_OUT.contains(path.toString())
                && !file.startsWith("pgsql_tmp") && !file.startsWith("pg_internal.init");
    }

    /// The label goes into the copy, never into the source.
    private static void stop(Connection session, TarArchiveOutputStream tar) throws SQLException, IOException {
        try (Statement statement = session.createStatement();
                ResultSet row = statement.executeQuery(
                        "select labelfile, spcmapfile from pg_backup_stop(wait_for_archive => false)")) {
            row.next();
            add("backup_label", row.getString(1), tar);
            if (!row.getString(2).isBlank()) {
                add("tablespace_map", row.getString(2), tar);
            }
        }
    }

    private static void add(String name, String content, TarArchiveOutputStream tar) throws IOException {
        byte[] bytes = content.getBytes(StandardCharsets.UTF_8);
        TarArchiveEntry entry = new TarArchiveEntry(name);
        entry.setMode(0600);
        entry.setSize(bytes.length);
        tar.putArchiveEntry(entry);
        tar.write(bytes);
        tar.closeArchiveEntry();
    }

    /// @param at the moment of the restore point
    /// @param lastSegment of the log that holds the restore point
    private record Marked(Instant at, String lastSegment, SortedMap<String, String> contents) {}

    private Marked mark(String name, Connection session) throws SQLException, IOException {
        SortedMap<String, String> contents;
        Instant at;
        String last;
        try (Connection locking = access.connect(url)) {
            locking.setAutoCommit(false);
            List<String> tables = Cluster.tables(locking);
            try (Statement statement = locking.createStatement()) {
                statement.execute("set local lock_timeout = '15s'");
                if (!tables.isEmpty()) {
                    statement.execute("lock table " + String.join(", ", tables) + " in share mode");
                }
            }
            contents = new TreeMap<>(Cluster.contents(locking));
            last = ask(session, "select pg_walfile_name(pg_create_restore_point('" + name + "'))");
            at = OffsetDateTime.parse(ask(
                            session,
                            "select to_char(clock_timestamp() at time zone 'UTC', 'YYYY-MM-DD\"T\"HH24:MI:SS.MS\"Z\"')"))
                    .toInstant()
                    .truncatedTo(ChronoUnit.MILLIS);
            locking.commit();
        }
        ask(session, "select pg_switch_wal()");
        return new Marked(at, last, contents);
    }

    private void log(String first, String last, TarArchiveOutputStream tar) throws IOException {
        List<String> segments;
        try (var files = Files.list(data.resolve("pg_wal"))) {
            segments = files.map(file -> file.getFileName().toString())
                    .filter(file -> file.matches("[0-9A-F]{24}"))
                    .filter(file -> file.compareTo(first) >= 0 && file.compareTo(last) <= 0)
                    .sorted()
                    .toList();
        }
        if (segments.isEmpty() || !segments.getFirst().equals(first) || !segments.getLast().equals(last)) {
            throw new IOException("the log from " + first + " to " + last + " is not whole: " + segments);
        }
        for (String segment : segments) {
            Path file = data.resolve("pg_wal").resolve(segment);
            TarArchiveEntry entry = new TarArchiveEntry("pg_wal/" + segment);
            entry.setMode(0600);
            entry.setSize(Files.size(file));
            tar.putArchiveEntry(entry);
            Files.copy(file, tar);
            tar.closeArchiveEntry();
        }
    }

    private static void dropSlot(Connection session, String slot) throws SQLException {
        ask(
                session,
                "select coalesce((select 'dropped' from pg_replication_slots s, pg_drop_replication_slot(s.slot_name)"
                        + " where s.slot_name = '" + slot + "'), 'none')");
    }

    private static String ask(Connection session, String sql) throws SQLException {
        try (Statement statement = session.createStatement();
                ResultSet row = statement.executeQuery(sql)) {
            row.next();
            return String.valueOf(row.getString(1));
        }
    }

    /// A scratch server on the restored copy, compared table by table.
    @Override
    public List<RestoreCheck> test(String item, InputStream content, Evidence evidence, Path scratch)
            throws IOException, InterruptedException {
        Cluster copy = cluster(evidence, Trees.secret(scratch.resolve("data")));
        return recover(item, content, evidence, copy, scratch.resolve("postgres.log"));
    }

    /// Unpacks, recovers to the point, compares, and stops again: what is left is a clean cluster of that moment.
    private List<RestoreCheck> recover(
            String item, InputStream content, Evidence evidence, Cluster copy, Path log)
            throws IOException, InterruptedException {
        Trees.unpack(new GZIPInputStream(content), copy.data());
        int port = copy.recoverTo(evidence.contents().get(POINT));
        copy.start(log);
        try (Connection connection = access.connect(at(port))) {
            Cluster.awaitPromotion(connection);
            SortedMap<String, String> restored = Cluster.contents(connection);
            List<RestoreCheck> checks = new ArrayList<>();
            evidence.contents().forEach((name, expected) -> {
                if (!name.equals(BINARIES) && !name.equals(POINT)) {
                    checks.add(RestoreCheck.compare(item, name, expected, restored.getOrDefault(name, "missing")));
                }
            });
            checks.add(RestoreCheck.compare(
                    item, "tables", String.valueOf(checks.size()), String.valueOf(restored.size())));
            return checks;
        } catch (SQLException e) {
            throw new IOException("the restored server says: " + e.getMessage(), e);
        } finally {
            copy.stop();
            copy.forgetRecovery();
        }
    }

    /// The same database on another port of this machine.
    private String at(int port) {
        return "jdbc:postgresql://127.0.0.1:" + port + url.substring(url.indexOf('/', "jdbc:postgresql://".length()));
    }

    private static Cluster cluster(Evidence evidence, Path data) {
        return new Cluster(Path.of(evidence.contents().get(BINARIES)), data);
    }

    @Override
    public Restored restore(String item, InputStream content, Evidence evidence, String name)
            throws IOException, InterruptedException {
        Cluster live = cluster(evidence, data);
        CutOver cutOver = new CutOver(live, name, clock);
        Path log = data.resolveSibling(data.getFileName() + ".restore.log");
        List<RestoreCheck> checks = new ArrayList<>();
        if (!cutOver.isStarted()) {
            List<String> foreign = live.foreignOptions();
            if (!foreign.isEmpty()) {
                throw new IOException("the server has settings on its command line, which a restart would lose: "
                        + foreign + "; move them into its configuration files. Nothing was touched");
            }
            Trees.delete(cutOver.fresh());
            Cluster copy = cluster(evidence, Trees.secret(cutOver.fresh()));
            checks.addAll(recover(item, content, evidence, copy, log));
            if (!checks.stream().allMatch(RestoreCheck::passed)) {
                Trees.delete(cutOver.fresh());
                throw new IOException("the restored copy is not what was captured; the live cluster is untouched");
            }
        }
        Instant stopped = cutOver.swap(log);
        try (Connection connection = access.connect(url)) {
            checks.add(RestoreCheck.compare(item, "answers", "1", ask(connection, "select 1")));
        } catch (SQLException e) {
            cutOver.back(log);
            throw new IOException("the restored server does not answer: " + e.getMessage()
                    + "; the cluster from before runs again", e);
        }
        cutOver.done();
        return new Restored(stopped, checks);
    }
}
