package slipway.backup.recipe;

import static slipway.backup.recipe.PostgresSession.query;

import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.net.URLEncoder;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.sql.Connection;
import java.sql.SQLException;
import java.time.Instant;
import java.time.OffsetDateTime;
import java.time.temporal.ChronoUnit;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.Set;
import java.util.UUID;
import org.apache.commons.compress.archivers.tar.TarArchiveOutputStream;
import org.jspecify.annotations.Nullable;
import org.springframework.stereotype.Component;
import slipway.backup.domain.RestoreCheck;

/// A PostgreSQL cluster (15 or newer, no tablespaces of its own), as a base backup with the log that it needs. While the tables
/// of the database in the URL are locked against writers, their rows are counted and summed up and a restore point is set: a copy
/// recovered to exactly there has to look the same.
///
/// Needs a role that may back up and create restore points and replication slots (a superuser, say), and has to run as the owner
/// of the data directory, on the server's machine. Its `pg_hba.conf` has to let the role in from 127.0.0.1 without TLS: that is
/// how a restored copy, which has the same file, is asked. A restore of live data stops and starts the server by its own
/// `pg_ctl`: nothing else, systemd say, may keep it running.
@Component
class PostgresRecipe implements Recipe {

    private static final String DATA = "dataDirectory";
    private static final String ARCHIVE = "walArchive";
    private static final int OLDEST = 150_000;
    /// Directories whose contents a server makes itself when it starts.
    private static final Set<String> EMPTY = Set.of(
            "pg_dynshmem", "pg_notify", "pg_replslot", "pg_serial", "pg_snapshots", "pg_stat_tmp", "pg_subtrans");
    private static final Set<String> LEFT_OUT = Set.of(
            "pg_wal",
            "postmaster.pid",
            "postmaster.opts",
            "backup_label",
            "backup_label.old",
            "tablespace_map",
            "tablespace_map.old",
            "backup_manifest",
            "current_logfiles",
            "recovery.signal",
            "standby.signal");
    private static final Path CONTROL = Path.of("global", "pg_control");

    @Override
    public String id() {
        return "postgresql-base-backup";
    }

    @Override
    public int version() {
        return 1;
    }

    @Override
    public String category() {
        return "databases";
    }

    @Override
    public String system() {
        return "PostgreSQL";
    }

    @Override
    public List<Parameter> parameters() {
        return List.of(
                Parameter.of("url", Parameter.Type.URL, "jdbc:postgresql://…, of one of its databases"),
                Parameter.of("user", Parameter.Type.NAME, "a role that may back up"),
                Parameter.path("passwordFile", "its password, on one line"),
                Parameter.path(DATA, "the server's data directory"),
                new Parameter(
                        ARCHIVE,
                        Parameter.Type.PATH,
                        "",
                        "where the server's archive_command puts its log: with it, any moment after the backup can be restored"));
    }

    @Override
    public Map<String, String> faults(Map<String, String> parameters) {
        return PostgresSession.faults(parameters);
    }

    @Override
    public List<String> byHand() {
        return List.of(
                "It is a data directory. Stop the server that is to have it, if it runs, and keep what it has: mv DATA DATA.before; cp -a . DATA; chown -R postgres: DATA; chmod 700 DATA",
                "touch DATA/recovery.signal, and add to DATA/postgresql.auto.conf, with the restorePoint below: recovery_target_name = 'RESTORE POINT', recovery_target_action = 'promote', restore_command = '/bin/false'. A server that archives its log should not do so yet: archive_mode = off",
                "To a later moment, with the archive of the log: recovery_target_time = '2026-03-02 10:14:59+00' instead of the name, and restore_command = 'cp \"/ARCHIVE/%f\" \"%p\"'",
                "pg_ctl -D DATA -l DATA.log -w start, with the programs of the same major version (DATA/PG_VERSION; paths in DATA/postgresql.conf may be other machines')",
                "It is done when it no longer recovers: psql -c 'select pg_is_in_recovery()' says f; a restore point that is not reached is a FATAL line in DATA.log",
                "Take the lines of the second step out of DATA/postgresql.auto.conf, and start it again");
    }

    @Override
    public Capture capture(Item item, String set, OutputStream out) throws IOException, InterruptedException {
        Path data = item.path(DATA).toRealPath();
        PostgresPrograms programs = PostgresPrograms.running(data);
        String name = "slipway_" + UUID.randomUUID().toString().replace("-", "");
        try (Connection session = PostgresSession.open(item, item.text("url"))) {
            check(session, data);
            // Keeps the log from being recycled meanwhile; gone with the session, as the backup mode is.
            query(session, "select pg_create_physical_replication_slot('" + name + "', true, true)::text");
            String start = query(session, "select pg_walfile_name(pg_backup_start('" + name + "', true))");
            TarArchiveOutputStream tar = Tree.tar(out);
            Tree.write(data, PostgresRecipe::isWanted, tar);
            Tree.file("global/pg_control", data.resolve(CONTROL), tar);
            String label = query(session, "select labelfile from pg_backup_stop(false)");
            Tree.put("backup_label", label.getBytes(StandardCharsets.UTF_8), tar);
            Point point = point(session, name);
            PostgresLog.write(data, start, point.segment(), tar);
            tar.finish();
            Path archive = archive(item);
            if (archive != null) {
                PostgresLog.awaitArchived(session, data, archive, point.segment());
            }
            return new Capture(
                    "exact-at-restore-point",
                    "system " + point.system() + ", lsn " + point.lsn(),
                    point.at(),
                    point.contents(),
                    Map.of(
                            "restorePoint", name,
                            "database", point.database(),
                            "programs", programs.directory().toString(),
                            "options", Files.readString(data.resolve("postmaster.opts")).strip(),
                            "log", log(data).toString()));
        } catch (SQLException e) {
            throw new IOException("the server says: " + e.getMessage(), e);
        }
    }

    @Override
    public Map<String, String> look(Item item) throws IOException {
        try (Connection session = PostgresSession.open(item, item.text("url"))) {
            return PostgresTables.look(session);
        } catch (SQLException e) {
            throw new IOException("the server says: " + e.getMessage(), e);
        }
    }

    private static void check(Connection session, Path data) throws SQLException, IOException {
        if (Integer.parseInt(query(session, "show server_version_num")) < OLDEST) {
            throw new IOException("PostgreSQL is older than 15");
        }
        if (!Path.of(query(session, "show data_directory")).toRealPath().equals(data)) {
            throw new IOException("the server at the URL is not the one that runs on " + data);
        }
        try (var tablespaces = Files.list(data.resolve("pg_tblspc"))) {
            if (tablespaces.findAny().isPresent()) {
                throw new IOException("the cluster has tablespaces of its own, which this recipe does not back up");
            }
        }
    }

    private static boolean isWanted(Path relative) {
        String name = relative.getFileName().toString();
        boolean isContentOfEmpty = relative.getNameCount() > 1 && EMPTY.contains(relative.getName(0).toString());
        return !isContentOfEmpty
                && !(relative.getNameCount() == 1 && LEFT_OUT.contains(name))
                && !relative.equals(CONTROL)
                && !name.startsWith("pgsql_tmp")
                && !name.startsWith("pg_internal.init");
    }

    private record Point(
            String lsn,
            String segment,
            String system,
            String database,
            Instant at,
            Map<String, String> contents) {}

    /// All under one lock: what the tables look like, and the point in the log where they do.
    private static Point point(Connection session, String name) throws SQLException {
        session.setAutoCommit(false);
        PostgresTables.lock(session);
        Map<String, String> contents = PostgresTables.look(session);
        String lsn = query(session, "select pg_create_restore_point('" + name + "')::text");
        Instant at = OffsetDateTime.parse(query(
                        session,
                        "select to_char(clock_timestamp() at time zone 'UTC', 'YYYY-MM-DD\"T\"HH24:MI:SS.MS\"Z\"')"))
                .toInstant()
                .truncatedTo(ChronoUnit.MILLIS);
        session.commit();
        session.setAutoCommit(true);
        String segment = query(session, "select pg_walfile_name('" + lsn + "'::pg_lsn)");
        String system = query(session, "select system_identifier::text from pg_control_system()");
        String database = query(session, "select current_database()");
        // Writes the log out to the end of the segment.
        query(session, "select pg_switch_wal()::text");
        return new Point(lsn, segment, system, database, at, contents);
    }

    /// Where the live server writes its messages; beside the data directory when that is no file.
    private static Path log(Path data) throws IOException {
        long pid = PostgresPrograms.postmaster(data).orElseThrow().pid();
        Path output = Path.of("/proc", String.valueOf(pid), "fd", "1");
        try {
            Path log = Files.readSymbolicLink(output);
            if (Files.isRegularFile(log)) {
                return log;
            }
        } catch (IOException e) {
            return beside(data);
        }
        return beside(data);
    }

    private static Path beside(Path data) {
        return data.resolveSibling(data.getFileName() + ".log");
    }

    private static @Nullable Path archive(Item item) {
        String archive = item.parameters().getOrDefault(ARCHIVE, "");
        return archive.isEmpty() ? null : Path.of(archive);
    }

    @Override
    public Map<String, String> restore(Item item, Map<String, String> notes, InputStream in, Path scratch)
            throws IOException, InterruptedException {
        return recover(
                item, notes, in, scratch, PostgresScratch.Target.point(notes.get("restorePoint"), archive(item)), PostgresTables::look);
    }

    @Override
    public boolean restoresToAMoment(Item item) {
        return archive(item) != null;
    }

    @Override
    public List<RestoreCheck> restoreTo(
            Item item, Map<String, String> notes, InputStream in, Path scratch, Instant moment)
            throws IOException, InterruptedException {
        Path archive = Objects.requireNonNull(archive(item));
        OptionalInt live = PostgresLog.flush(item, item.path(DATA), archive);
        OptionalInt then = PostgresTimelines.at(archive, moment, live);
        return recover(item, notes, in, scratch, PostgresScratch.Target.moment(moment, archive, then), connection -> {
            Map<String, String> look = PostgresTables.look(connection);
            String late = query(
                    connection, "select coalesce(pg_last_xact_replay_timestamp() > '" + moment + "', false)::text");
            return List.of(
                    RestoreCheck.of(item.name(), "transactions after " + moment, "false", late),
                    RestoreCheck.of(
                            item.name(), "tables that can be read", PostgresTables.count(connection), look.get("tables")));
        });
    }

    private static <T> T recover(
            Item item,
            Map<String, String> notes,
            InputStream in,
            Path scratch,
            PostgresScratch.Target target,
            PostgresScratch.Question<T> question)
            throws IOException, InterruptedException {
        Tree.read(in, scratch, Owners.RESTORER);
        Files.setPosixFilePermissions(scratch, PosixFilePermissions.fromString("rwx------"));
        Files.createFile(scratch.resolve("recovery.signal"));
        PostgresPrograms programs = new PostgresPrograms(Path.of(notes.get("programs")));
        Path log = scratch.resolve("slipway-restore.log");
        try (PostgresScratch server = PostgresScratch.start(programs, scratch, target, log)) {
            String url = "jdbc:postgresql://127.0.0.1:" + server.port() + "/"
                    + URLEncoder.encode(notes.get("database"), StandardCharsets.UTF_8);
            T answer = server.whenRecovered(() -> PostgresSession.open(item, url), connection -> {
                T look = question.ask(connection);
                item.smoke(
                        scratch,
                        Map.of(
                                "host", "127.0.0.1",
                                "port", String.valueOf(server.port()),
                                "database", notes.get("database"),
                                "user", item.text("user"),
                                "passwordFile", item.text("passwordFile")));
                return look;
            });
            Files.delete(log);
            return answer;
        }
    }

    @Override
    public void release(Path scratch) throws IOException, InterruptedException {
        Optional<ProcessHandle> left = PostgresPrograms.postmaster(scratch);
        if (left.isPresent()) {
            PostgresPrograms.end(left.get());
        }
    }

    @Override
    public Optional<Path> live(Item item) {
        return Optional.of(item.path(DATA));
    }

    @Override
    public void takeOut(Item item, Map<String, String> notes) throws IOException, InterruptedException {
        Path data = item.path(DATA);
        new PostgresPrograms(Path.of(notes.get("programs"))).stop(data, beside(data));
    }

    @Override
    public void putIn(Item item, Map<String, String> notes) throws IOException, InterruptedException {
        Path data = item.path(DATA);
        Path archive = archive(item);
        if (archive != null) {
            PostgresTimelines.goLive(data, archive);
        }
        if (PostgresPrograms.postmaster(data).isEmpty()) {
            new PostgresPrograms(Path.of(notes.get("programs")))
                    .startLive(data, notes.get("options"), Path.of(notes.get("log")));
        }
        try (Connection connection = PostgresSession.openWhenUp(item, data)) {
            if (!query(connection, "select pg_is_in_recovery()::text").equals("false")) {
                throw new IOException("the server on " + data + " only reads");
            }
        } catch (SQLException e) {
            throw new IOException("the server on " + data + " does not answer: " + e.getMessage(), e);
        }
    }
}
