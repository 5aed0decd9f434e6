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
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.TreeMap;
import java.util.UUID;
import org.apache.commons.compress.archivers.tar.TarArchiveOutputStream;
import org.jspecify.annotations.Nullable;
import org.springframework.stereotype.Component;
import slipway.backup.domain.RestoreCheck;

/// A PostgreSQL cluster (15 or newer, no tablespaces of its own), as a base backup with the log that it needs. While the tables
/// of the database in the URL are locked against writers, their rows are counted and summed up and a restore point is set: a copy
/// recovered to exactly there has to look the same.
///
/// Needs a role that may back up and create restore points and replication slots (a superuser, say), and has to run on the server's
/// machine, as the owner of the data directory, unless a person puts it back. Its `pg_hba.conf` has to let the role in from 127.0.0.1 without TLS: that is
/// how a restored copy, which has the same file, is asked. A restore of live data stops and starts the server by its own
/// `pg_ctl`: nothing else, systemd say, may keep it running.
@Component
class PostgresRecipe implements Recipe {

    private static final String DATA = "dataDirectory";
    private static final String ARCHIVE = "walArchive";
    static final String RESTORE = "restore";
    static final String LIVE = "live";
    static final String BY_HAND = "by-hand";

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
                        "where the server's archive_command puts its log: with it, any moment after the backup can be restored"),
                new Parameter(
                        RESTORE,
                        Parameter.Type.NAME,
                        LIVE,
                        "live: over the live server, which takes that this service runs as the owner of the data directory; by-hand: on"
                                + " trial only, and a person puts it back"));
    }

    @Override
    public Map<String, String> faults(Map<String, String> parameters) {
        Map<String, String> faults = new TreeMap<>(PostgresSession.faults(parameters));
        String how = parameters.getOrDefault(RESTORE, LIVE);
        if (!how.equals(LIVE) && !how.equals(BY_HAND)) {
            faults.put(RESTORE, "'" + LIVE + "' or '" + BY_HAND + "' is needed, not '" + how + "'");
        }
        return faults;
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
        PostgresData cluster = new PostgresData(data);
        boolean goesLive = goesLive(item);
        if (goesLive) {
            cluster.checkOwner();
        }
        PostgresPrograms programs = PostgresPrograms.running(data);
        String name = "slipway_" + UUID.randomUUID().toString().replace("-", "");
        try (Connection session = PostgresSession.open(item, item.text("url"))) {
            cluster.check(session);
            // Keeps the log from being recycled meanwhile; gone with the session, as the backup mode is.
            query(session, "select pg_create_physical_replication_slot('" + name + "', true, true)::text");
            String start = query(session, "select pg_walfile_name(pg_backup_start('" + name + "', true))");
            TarArchiveOutputStream tar = Tree.tar(out);
            Tree.write(data, PostgresData::isWanted, tar);
            Tree.file("global/pg_control", cluster.control(), tar);
            String label = query(session, "select labelfile from pg_backup_stop(false)");
            Tree.put("backup_label", label.getBytes(StandardCharsets.UTF_8), tar);
            PostgresPoint point = PostgresPoint.set(session, name);
            PostgresLog.write(data, start, point.segment(), tar);
            tar.finish();
            Path archive = archive(item);
            if (archive != null) {
                PostgresLog.awaitArchived(session, data, archive, point.segment());
            }
            Map<String, String> notes = new TreeMap<>(Map.of(
                    "restorePoint", name,
                    "database", point.database(),
                    PostgresStructure.NAME, "compared",
                    "programs", programs.directory().toString(),
                    "options", Files.readString(data.resolve("postmaster.opts")).strip(),
                    "log", cluster.log().toString()));
            if (!goesLive) {
                notes.put(Capture.WARNINGS, "no restore and no rollback touches the live server: a person puts it back");
            }
            return new Capture(
                    "exact-at-restore-point",
                    "system " + point.system() + ", lsn " + point.lsn(),
                    point.at(),
                    point.contents(),
                    notes);
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

    @Override
    public Map<String, String> look(Item item, Map<String, String> notes) throws IOException {
        return asThen(look(item), notes);
    }

    /// Earlier sets tell of tables only.
    private static Map<String, String> asThen(Map<String, String> look, Map<String, String> notes) {
        if (!notes.containsKey(PostgresStructure.NAME)) {
            look.remove(PostgresStructure.NAME);
        }
        return look;
    }

    private static @Nullable Path archive(Item item) {
        String archive = item.parameters().getOrDefault(ARCHIVE, "");
        return archive.isEmpty() ? null : Path.of(archive);
    }

    @Override
    public Map<String, String> restore(Item item, Map<String, String> notes, InputStream in, Path scratch)
            throws IOException, InterruptedException {
        return recover(
                item, notes, in, scratch, PostgresScratch.Target.point(notes.get("restorePoint"), archive(item)), connection -> asThen(PostgresTables.look(connection), notes));
    }

    private static boolean goesLive(Item item) {
        return !BY_HAND.equals(item.parameters().get(RESTORE));
    }

    @Override
    public boolean restoresToAMoment(Item item) {
        return archive(item) != null && goesLive(item);
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
        return goesLive(item) ? Optional.of(item.path(DATA)) : Optional.empty();
    }

    @Override
    public void takeOut(Item item, Map<String, String> notes) throws IOException, InterruptedException {
        Path data = item.path(DATA);
        new PostgresData(data).checkOwner();
        new PostgresPrograms(Path.of(notes.get("programs"))).stop(data, PostgresData.beside(data));
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
