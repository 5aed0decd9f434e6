package slipway.launcher.local;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.sql.Connection;
import java.sql.DriverManager;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.util.Map;
import java.util.Properties;

/// One PostgreSQL server on the loopback, started and stopped by `pg_ctl`, so that somebody else with the same program (a
/// restore) may stop and start it, too. Passwords by SCRAM; no socket in the file system.
public final class PostgresServer implements AutoCloseable {

    public static final String SUPERUSER = "postgres";

    private final PostgresBinaries binaries;
    private final Path data;
    private final Path log;
    private final int port;
    private final Path passwordFile;

    /// @param data the data directory; initialised by [#start] when there is none
    /// @param passwordFile holds the superuser's password
    public PostgresServer(PostgresBinaries binaries, Path data, Path log, int port, Path passwordFile) {
        this.binaries = binaries;
        this.data = data;
        this.log = log;
        this.port = port;
        this.passwordFile = passwordFile;
    }

    public Path data() {
        return data;
    }

    /// Ends a server that a killed launcher left running on this data directory.
    public void stopLeftOver() {
        if (Files.exists(data.resolve("postmaster.pid")) && isRunning()) {
            close();
        }
    }

    public boolean isInitialised() {
        return Files.exists(data.resolve("PG_VERSION"));
    }

    /// @param settings for postgresql.conf, written at every start
    /// @throws Trouble when it does not start; the message names its log
    public void start(Map<String, String> settings) {
        if (!isInitialised()) {
            initialise();
        }
        configure(settings);
        int exit = binaries.run(log, "pg_ctl", "-D", data.toString(), "-l", log.toString(), "-w", "-t", "60", "start");
        if (exit != 0) {
            throw new Trouble("PostgreSQL does not start on port " + port + ", see " + log);
        }
    }

    private void initialise() {
        Path fresh = data.resolveSibling(data.getFileName() + ".initialising");
        Trees.delete(fresh);
        int exit = binaries.run(
                log,
                "initdb",
                "-D",
                fresh.toString(),
                "-U",
                SUPERUSER,
                "--pwfile=" + passwordFile,
                "--auth=scram-sha-256",
                "--encoding=UTF8",
                "--locale=C",
                "--locale-provider=builtin",
                "--builtin-locale=C.UTF-8");
        if (exit != 0) {
            throw new Trouble("PostgreSQL cannot be initialised in " + data + ", see " + log);
        }
        try {
            Files.move(fresh, data);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    /// A file of our own, included at the end of postgresql.conf: the last value counts.
    private void configure(Map<String, String> settings) {
        StringBuilder conf = new StringBuilder();
        conf.append("listen_addresses = '127.0.0.1'\nport = ").append(port);
        conf.append("\nunix_socket_directories = ''\n");
        settings.forEach((name, value) ->
                conf.append(name).append(" = '").append(value).append("'\n"));
        try {
            Files.writeString(data.resolve("slipway.conf"), conf);
            Path main = data.resolve("postgresql.conf");
            if (!Files.readString(main).contains("include = 'slipway.conf'")) {
                Files.writeString(main, "\ninclude = 'slipway.conf'\n", StandardOpenOption.APPEND);
            }
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    public boolean isRunning() {
        return binaries.run(log, "pg_ctl", "-D", data.toString(), "status") == 0;
    }

    /// Stops whichever server now runs on the data directory.
    @Override
    public void close() {
        if (isInitialised() && isRunning()) {
            binaries.run(log, "pg_ctl", "-D", data.toString(), "-m", "fast", "-w", "-t", "60", "stop");
        }
    }

    public String url(String database) {
        return "jdbc:postgresql://localhost:" + port + "/" + database;
    }

    public Connection connect(String database) throws SQLException {
        Properties properties = new Properties();
        properties.setProperty("user", SUPERUSER);
        try {
            properties.setProperty("password", Files.readString(passwordFile).strip());
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
        properties.setProperty("socketTimeout", "30");
        return DriverManager.getConnection(url(database), properties);
    }

    /// Makes a role and a database that it owns, unless they are there; sets the role's password in any case.
    public void own(String role, String password) {
        try (Connection connection = connect(SUPERUSER)) {
            if (!exists(connection, "select 1 from pg_roles where rolname = ?", role)) {
                run(connection, "create role " + role + " login");
            }
            // Our own hexadecimal digits: nothing to quote.
            run(connection, "alter role " + role + " password '" + password + "'");
            if (!exists(connection, "select 1 from pg_database where datname = ?", role)) {
                run(connection, "create database " + role + " owner " + role);
                run(connection, "revoke connect on database " + role + " from public");
            }
        } catch (SQLException e) {
            throw new Trouble("PostgreSQL does not make the database " + role + ": " + e.getMessage(), e);
        }
    }

    private static boolean exists(Connection connection, String query, String name) throws SQLException {
        try (PreparedStatement statement = connection.prepareStatement(query)) {
            statement.setString(1, name);
            try (ResultSet rows = statement.executeQuery()) {
                return rows.next();
            }
        }
    }

    private static void run(Connection connection, String sql) throws SQLException {
        try (Statement statement = connection.createStatement()) {
            statement.execute(sql);
        }
    }
}
