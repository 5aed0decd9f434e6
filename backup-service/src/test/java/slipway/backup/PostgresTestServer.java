package slipway.backup;

import io.zonky.test.db.postgres.embedded.DefaultPostgresBinaryResolver;
import java.io.IOException;
import java.io.InputStream;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.sql.Connection;
import java.sql.DriverManager;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;
import org.apache.commons.compress.archivers.tar.TarArchiveEntry;
import org.apache.commons.compress.archivers.tar.TarArchiveInputStream;
import org.apache.commons.compress.compressors.xz.XZCompressorInputStream;
import org.jspecify.annotations.Nullable;

/// A real server with passwords, started and stopped by `pg_ctl`: a restore may stop and start it, too.
public final class PostgresTestServer implements AutoCloseable {

    private static final String PASSWORD = "only for this test";

    private final Path home;
    private final Path data;
    private final Path passwordFile;
    private final int port;
    private boolean stopped;

    public PostgresTestServer(Path home) throws IOException, InterruptedException {
        this(home, null);
    }

    /// @param archive where it archives its log; null: nowhere
    public PostgresTestServer(Path home, @Nullable Path archive) throws IOException, InterruptedException {
        this.home = home;
        this.data = home.resolve("data");
        this.passwordFile = home.resolve("password");
        try (ServerSocket socket = new ServerSocket(0, 1, InetAddress.getLoopbackAddress())) {
            this.port = socket.getLocalPort();
        }
        Files.writeString(passwordFile, PASSWORD + "\n");
        unpack();
        run("initdb", "-D", data.toString(), "-U", "postgres", "--pwfile=" + passwordFile, "--auth=scram-sha-256",
                "--encoding=UTF8", "--locale=C");
        Files.writeString(
                data.resolve("postgresql.conf"),
                "listen_addresses = '127.0.0.1'\nport = " + port + "\nunix_socket_directories = ''\nfsync = off\n"
                        + (archive == null
                                ? ""
                                : "archive_mode = on\narchive_command = 'cp %%p \"%s/%%f\"'\n".formatted(archive)));
        run("pg_ctl", "-D", data.toString(), "-l", home.resolve("server.log").toString(), "-w", "start");
    }

    public Path data() {
        return data;
    }

    public Path passwordFile() {
        return passwordFile;
    }

    public String url() {
        return "jdbc:postgresql://localhost:" + port + "/postgres";
    }

    public Connection connect() throws SQLException {
        return connect(url());
    }

    /// To this server, or to a restored copy of it.
    public Connection connect(String url) throws SQLException {
        return DriverManager.getConnection(url, "postgres", PASSWORD);
    }

    public void execute(String... statements) throws SQLException {
        try (Connection connection = connect();
                Statement statement = connection.createStatement()) {
            for (String each : statements) {
                statement.execute(each);
            }
        }
    }

    public String query(String sql) throws SQLException {
        try (Connection connection = connect();
                Statement statement = connection.createStatement();
                ResultSet row = statement.executeQuery(sql)) {
            row.next();
            return row.getString(1);
        }
    }

    /// Asks the same of a copy of it that is not running.
    public String queryOn(Path copy, String sql) throws IOException, InterruptedException, SQLException {
        int other;
        try (ServerSocket socket = new ServerSocket(0, 1, InetAddress.getLoopbackAddress())) {
            other = socket.getLocalPort();
        }
        run("pg_ctl", "-D", copy.toString(), "-o", "-c port=" + other + " -c archive_mode=off", "-l",
                home.resolve("copy.log").toString(), "-w", "start");
        try (Connection connection = connect("jdbc:postgresql://localhost:" + other + "/postgres");
                Statement statement = connection.createStatement();
                ResultSet row = statement.executeQuery(sql)) {
            row.next();
            return row.getString(1);
        } finally {
            run("pg_ctl", "-D", copy.toString(), "-m", "immediate", "-w", "stop");
        }
    }

    public void stopAtOnce() throws IOException, InterruptedException {
        run("pg_ctl", "-D", data.toString(), "-m", "immediate", "-w", "stop");
        stopped = true;
    }

    private void unpack() throws IOException {
        Path directory = home.resolve("programs");
        try (InputStream archive = DefaultPostgresBinaryResolver.INSTANCE.getPgBinary(
                        "Linux", System.getProperty("os.arch").equals("aarch64") ? "arm_64" : "x86_64");
                TarArchiveInputStream tar = new TarArchiveInputStream(new XZCompressorInputStream(archive))) {
            for (TarArchiveEntry entry = tar.getNextEntry(); entry != null; entry = tar.getNextEntry()) {
                Path target = directory.resolve(entry.getName());
                if (entry.isDirectory()) {
                    Files.createDirectories(target);
                } else {
                    Files.createDirectories(target.getParent());
                    if (entry.isSymbolicLink()) {
                        Files.createSymbolicLink(target, Path.of(entry.getLinkName()));
                    } else {
                        Files.copy(tar, target);
                        Files.setPosixFilePermissions(target, PosixFilePermissions.fromString("rwxr-xr-x"));
                    }
                }
            }
        }
    }

    private void run(String program, String... arguments) throws IOException, InterruptedException {
        List<String> argv = new ArrayList<>();
        if ((Integer) Files.getAttribute(Path.of("/proc/self"), "unix:uid") == 0) {
            argv.addAll(List.of("unshare", "-U"));
        }
        argv.add(home.resolve("programs").resolve("bin").resolve(program).toString());
        argv.addAll(List.of(arguments));
        Path log = home.resolve("programs.log");
        Process process = new ProcessBuilder(argv)
                .redirectErrorStream(true)
                .redirectOutput(ProcessBuilder.Redirect.appendTo(log.toFile()))
                .start();
        if (!process.waitFor(60, TimeUnit.SECONDS) || process.exitValue() != 0) {
            process.destroyForcibly();
            throw new IOException(program + " fails: " + Files.readString(log));
        }
    }

    @Override
    public void close() throws IOException {
        if (stopped) {
            return;
        }
        try {
            run("pg_ctl", "-D", data.toString(), "-m", "immediate", "-w", "stop");
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }
}
