package slipway.backup.recipe;

import java.io.IOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.sql.Connection;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.OptionalInt;
import java.util.concurrent.TimeUnit;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/// A server on a restored data directory, on a free port of the loopback, that recovers to a restore point and then opens.
/// Whatever the restored configuration says, it touches nothing of the live server: not its directories, port or archive.
final class PostgresScratch implements AutoCloseable {

    private static final Duration LONGEST_RECOVERY = Duration.ofMinutes(30);
    private static final Pattern PLAIN = Pattern.compile("/[A-Za-z0-9._/-]*");

    private final PostgresPrograms programs;
    private final Path data;
    private final @Nullable Path archive;
    private final Path log;
    private final int port;
    private final Process process;

    private PostgresScratch(
            PostgresPrograms programs, Path data, @Nullable Path archive, Path log, int port, Process process) {
        this.programs = programs;
        this.data = data;
        this.archive = archive;
        this.log = log;
        this.port = port;
        this.process = process;
    }

    /// Where recovery ends.
    ///
    /// @param settings of the server, as `name=value`
    /// @param archive from which it takes the log; null: there is none
    record Target(List<String> settings, @Nullable Path archive) {

        /// Of a restore point. All that is needed lies in pg_wal already; what timelines there were since, only an archive knows.
        static Target point(String name, @Nullable Path archive) throws IOException {
            return new Target(List.of(
                    "recovery_target_name=" + name,
                    "recovery_target_timeline=current",
                    // Recovery does not start without a command.
                    archive == null ? "restore_command=false" : from(archive)), archive);
        }

        /// The last transaction before or at the moment.
        ///
        /// @param timeline that was live then; empty: that of the backup
        static Target moment(Instant moment, Path archive, OptionalInt timeline) throws IOException {
            return new Target(List.of(
                    "recovery_target_time=" + moment.toString().replace('T', ' ').replace("Z", "+00"),
                    "recovery_target_timeline=" + (timeline.isEmpty() ? "current" : timeline.getAsInt()),
                    from(archive)), archive);
        }

        /// @throws IOException for an archive that the server's shell would take for something else
        private static String from(Path archive) throws IOException {
            if (!PLAIN.matcher(archive.toString()).matches()) {
                throw new IOException("the archive " + archive + " has to have a name of letters, digits and ._-/ only");
            }
            return "restore_command=cp \"" + archive + "/%f\" \"%p\"";
        }
    }

    static PostgresScratch start(PostgresPrograms programs, Path data, Target target, Path log)
            throws IOException {
        int port = freePort();
        List<String> settings = List.of(
                "port=" + port,
                "listen_addresses=127.0.0.1",
                "unix_socket_directories=",
                "data_directory=" + data,
                "hba_file=" + data.resolve("pg_hba.conf"),
                "ident_file=" + data.resolve("pg_ident.conf"),
                "external_pid_file=",
                "archive_mode=off",
                "archive_library=",
                "archive_command=",
                "logging_collector=off",
                "log_destination=stderr",
                "ssl=off",
                "hot_standby=off",
                // No subscription that takes changes away from the live server, no scheduled task of an extension.
                "max_worker_processes=0",
                // What is compared here may be live soon, whatever the machine does meanwhile.
                "fsync=on",
                "primary_conninfo=",
                "recovery_target=",
                "recovery_target_lsn=",
                "recovery_target_xid=",
                // There may be only one target at a time: what the restored configuration says goes first.
                "recovery_target_name=",
                "recovery_target_time=",
                "recovery_target_action=promote");
        List<String> arguments = new ArrayList<>(List.of("-D", data.toString()));
        Stream.concat(settings.stream(), target.settings().stream()).forEach(setting -> {
            arguments.add("-c");
            arguments.add(setting);
        });
        return new PostgresScratch(programs, data, target.archive(), log, port, programs.start("postgres", arguments, log));
    }

    private static int freePort() throws IOException {
        try (ServerSocket socket = new ServerSocket(0, 1, InetAddress.getLoopbackAddress())) {
            return socket.getLocalPort();
        }
    }

    int port() {
        return port;
    }

    /// Opens a connection.
    @FunctionalInterface
    interface Door {
        Connection open() throws SQLException, IOException;
    }

    /// Asks something.
    @FunctionalInterface
    interface Question<T> {
        T ask(Connection connection) throws SQLException, IOException, InterruptedException;
    }

    /// Waits until recovery ended, asks, and shuts down cleanly: then the directory may be put in the place of the live one.
    ///
    /// @throws IOException when it does not recover to the restore point; the message gives the server's own reason
    <T> T whenRecovered(Door door, Question<T> question) throws IOException, InterruptedException {
        long deadline = System.nanoTime() + LONGEST_RECOVERY.toNanos();
        SQLException last = null;
        while (System.nanoTime() < deadline) {
            try (Connection connection = door.open()) {
                if (isOpen(connection)) {
                    T answer = question.ask(connection);
                    connection.close();
                    programs.stop(data, log);
                    return answer;
                }
            } catch (SQLException e) {
                last = e;
                // 28…: not let in; 3D…: no such database. Neither passes by waiting.
                if (e.getSQLState() != null && e.getSQLState().matches("28.*|3D.*|42.*")) {
                    throw new IOException("the restored server says: " + e.getMessage(), e);
                }
            }
            if (process.waitFor(200, TimeUnit.MILLISECONDS)) {
                throw new IOException("the restored server ends: " + fatal());
            }
        }
        throw new IOException("the restored server does not open", last);
    }

    private static boolean isOpen(Connection connection) throws SQLException {
        try (Statement statement = connection.createStatement();
                ResultSet row = statement.executeQuery("select pg_is_in_recovery()")) {
            return row.next() && !row.getBoolean(1);
        }
    }

    /// Only what is fatal: other lines may show data. Whoever asks a server that is not open yet is told so, which is fatal to them alone.
    private String fatal() throws IOException {
        List<String> said = Files.readAllLines(log, StandardCharsets.UTF_8);
        String why = said.stream()
                .filter(line -> line.contains("FATAL:") || line.contains("PANIC:"))
                .filter(line -> !line.contains("FATAL:  the database system is "))
                .map(line -> line.substring(Math.max(line.indexOf("FATAL:"), line.indexOf("PANIC:"))))
                .collect(Collectors.collectingAndThen(
                        Collectors.toList(), lines -> lines.isEmpty() ? "see its exit code" : lines.getLast()));
        return why + (archive == null ? "" : PostgresLog.lacking(why, said, archive));
    }

    @Override
    public void close() {
        try {
            PostgresPrograms.end(process.toHandle());
        } catch (InterruptedException e) {
            process.destroyForcibly();
            Thread.currentThread().interrupt();
        }
    }
}
