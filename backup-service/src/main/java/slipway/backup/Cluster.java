package slipway.backup;

import java.io.IOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.StandardOpenOption;
import java.nio.file.attribute.PosixFilePermissions;
import java.sql.Connection;
import java.sql.DriverManager;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Properties;
import java.util.SortedMap;
import java.util.TreeMap;
import java.util.concurrent.TimeUnit;

/// A PostgreSQL data directory and the server on it, by `pg_ctl` of the server's own installation. Clusters that something else
/// manages (systemd, a container) come with the recipes of a later release.
///
/// @param binaries folder of `pg_ctl` and `postgres`
/// @param data the data directory
record Cluster(Path binaries, Path data) {

    private static final Duration TIMEOUT = Duration.ofMinutes(5);
    private static final String RECOVERY_SETTINGS = "postgresql.auto.conf";

    /// How to reach a database in it.
    record Access(String user, Path passwordFile) {

        /// @throws SQLException when the server does not answer
        Connection connect(String url) throws SQLException, IOException {
            Properties properties = new Properties();
            properties.setProperty("user", user);
            properties.setProperty("password", Files.readString(passwordFile).strip());
            properties.setProperty("ApplicationName", "slipway backup");
            properties.setProperty("connectTimeout", "10");
            return DriverManager.getConnection(url, properties);
        }
    }

    void start(Path log) throws IOException, InterruptedException {
        run("-l", log.toString(), "-w", "-t", "120", "start");
    }

    void stop() throws IOException, InterruptedException {
        run("-m", "fast", "-w", "-t", "120", "stop");
    }

    boolean isRunning() throws IOException, InterruptedException {
        return Files.exists(data.resolve("postmaster.pid")) && ctl("status").exit() == 0;
    }

    private void run(String... arguments) throws IOException, InterruptedException {
        Processes.Result result = ctl(arguments);
        if (result.exit() != 0) {
            throw new IOException("pg_ctl " + arguments[arguments.length - 1] + " of " + data + " exits "
                    + result.exit() + ": " + result.output().strip());
        }
    }

    private Processes.Result ctl(String... arguments) throws IOException, InterruptedException {
        List<String> argv = new ArrayList<>();
        // PostgreSQL refuses to run as root; in a user namespace of its own root is nobody.
        if ("root".equals(System.getProperty("user.name"))) {
            argv.addAll(List.of("unshare", "-U"));
        }
        argv.addAll(List.of(binaries.resolve("pg_ctl").toString(), "-D", data.toString()));
        argv.addAll(List.of(arguments));
        return Processes.run(argv, data.getParent(), TIMEOUT);
    }

    /// Settings that were given to the server on its command line, and would be lost by a restart of ours.
    List<String> foreignOptions() throws IOException {
        Path options = data.resolve("postmaster.opts");
        if (!Files.exists(options)) {
            return List.of();
        }
        String[] words = Files.readString(options).strip().split(" ");
        List<String> foreign = new ArrayList<>();
        for (int i = 1; i < words.length; i++) {
            if (words[i].equals("\"-D\"")) {
                i++;
            } else {
                foreign.add(words[i]);
            }
        }
        return foreign;
    }

    /// Makes a base backup in this data directory recover to a named point and open there, on a port of its own, on the loopback.
    ///
    /// @return the port
    int recoverTo(String point) throws IOException {
        int port;
        try (ServerSocket free = new ServerSocket(0, 1, InetAddress.getLoopbackAddress())) {
            port = free.getLocalPort();
        }
        Files.copy(data.resolve(RECOVERY_SETTINGS), data.resolve(RECOVERY_SETTINGS + ".captured"));
        // Read last, so these win. The name of the point is ours: letters, digits and dashes.
        Files.writeString(
                data.resolve(RECOVERY_SETTINGS),
                """

                listen_addresses = '127.0.0.1'
                unix_socket_directories = ''
                port = '%d'
                archive_mode = 'off'
                restore_command = 'false'
                recovery_target_name = '%s'
                recovery_target_action = 'promote'
                """
                        .formatted(port, point),
                StandardOpenOption.APPEND);
        Files.createFile(data.resolve("recovery.signal"));
        Files.setPosixFilePermissions(data, PosixFilePermissions.fromString("rwx------"));
        return port;
    }

    /// The settings as they were captured; for a stopped server.
    void forgetRecovery() throws IOException {
        Files.move(
                data.resolve(RECOVERY_SETTINGS + ".captured"),
                data.resolve(RECOVERY_SETTINGS),
                StandardCopyOption.REPLACE_EXISTING);
    }

    static void awaitPromotion(Connection connection) throws SQLException, IOException, InterruptedException {
        long end = System.nanoTime() + TIMEOUT.toNanos();
        try (Statement statement = connection.createStatement()) {
            while (System.nanoTime() < end) {
                try (ResultSet row = statement.executeQuery("select pg_is_in_recovery()")) {
                    if (row.next() && !row.getBoolean(1)) {
                        return;
                    }
                }
                TimeUnit.MILLISECONDS.sleep(100);
            }
        }
        throw new IOException("recovery did not end within " + TIMEOUT.toSeconds() + " s");
    }

    /// Every table of the database: how many rows, and a sum over the hashes of all of them, whatever their order.
    static SortedMap<String, String> contents(Connection connection) throws SQLException {
        SortedMap<String, String> contents = new TreeMap<>();
        for (String table : tables(connection)) {
            String sql = "select count(*) || ' rows, sum ' || coalesce(sum(hashtextextended(t::text, 0)::numeric), 0)"
                    + " from only " + table + " t";
            try (Statement statement = connection.createStatement();
                    ResultSet row = statement.executeQuery(sql)) {
                row.next();
                contents.put(table, row.getString(1));
            }
        }
        return contents;
    }

    /// Names as the server itself quotes them.
    static List<String> tables(Connection connection) throws SQLException {
        List<String> tables = new ArrayList<>();
        try (Statement statement = connection.createStatement();
                ResultSet row = statement.executeQuery(
                        """
                        select format('%I.%I', n.nspname, c.relname)
                        from pg_class c join pg_namespace n on n.oid = c.relnamespace
                        where c.relkind = 'r' and c.relpersistence = 'p'
                          and n.nspname not in ('pg_catalog', 'information_schema') and n.nspname !~ '^pg_toast'
                        order by 1
                        """)) {
            while (row.next()) {
                tables.add(row.getString(1));
            }
        }
        return tables;
    }
}
