package slipway.backup.recipe;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.sql.Connection;
import java.sql.Driver;
import java.sql.DriverManager;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Properties;

/// Sessions in which the same row has the same text everywhere, and that no limit for the queries of applications ends: reading
/// all of it takes longer. The password comes from its file each time.
final class PostgresSession {

    private static final Duration LONGEST_START = Duration.ofSeconds(60);
    private static final Duration PAUSE = Duration.ofMillis(200);
    private static final List<String> SETTINGS = List.of(
            // Only PostgreSQL 17 and newer have it, and it may end the others.
            "select set_config(name, '0', false) from pg_catalog.pg_settings where name = 'transaction_timeout'",
            "set search_path = pg_catalog",
            "set timezone = 'UTC'",
            "set datestyle = 'ISO, YMD'",
            "set intervalstyle = 'iso_8601'",
            "set extra_float_digits = 1",
            "set bytea_output = 'hex'",
            "set lc_monetary = 'C'",
            "set lock_timeout = '60s'");

    private PostgresSession() {}

    /// As [Recipe#faults].
    static Map<String, String> faults(Map<String, String> parameters) {
        String url = parameters.getOrDefault("url", "");
        String shown = url.replaceAll("[?].*", "?…").replaceAll("//[^/@]*@", "//…@");
        return url.isEmpty() || url.startsWith("jdbc:postgresql:") && DriverManager.drivers().anyMatch(each -> accepts(each, url))
                ? Map.of()
                : Map.of("url", "'" + shown + "' is no JDBC URL of a PostgreSQL database, as jdbc:postgresql://localhost:5432/shop");
    }

    private static boolean accepts(Driver driver, String url) {
        try {
            return driver.acceptsURL(url);
        } catch (SQLException _) {
            return false;
        }
    }

    static Connection open(Item item, String url) throws SQLException, IOException {
        Properties properties = new Properties();
        properties.setProperty("user", item.text("user"));
        properties.setProperty("password", Files.readString(item.path("passwordFile")).strip());
        properties.setProperty("ApplicationName", "slipway-backup");
        properties.setProperty("connectTimeout", "5");
        properties.setProperty("loginTimeout", "10");
        properties.setProperty("tcpKeepAlive", "true");
        properties.setProperty(
                "options",
                "-c statement_timeout=0 -c idle_session_timeout=0 -c idle_in_transaction_session_timeout=0");
        Connection connection = DriverManager.getConnection(url, properties);
        try (Statement statement = connection.createStatement()) {
            for (String setting : SETTINGS) {
                statement.execute(setting);
            }
            return connection;
        } catch (SQLException e) {
            connection.close();
            throw e;
        }
    }

    /// A server that just started may still recover, or be full of applications that come back all at once: waits for that.
    static Connection openWhenUp(Item item, Path data) throws SQLException, IOException, InterruptedException {
        long deadline = System.nanoTime() + LONGEST_START.toNanos();
        while (true) {
            try {
                return open(item, item.text("url"));
            } catch (SQLException e) {
                boolean passes = e.getSQLState() != null && e.getSQLState().matches("57P03|53300|08.*");
                Optional<ProcessHandle> postmaster = PostgresPrograms.postmaster(data);
                if (!passes || postmaster.isEmpty() || System.nanoTime() > deadline) {
                    throw e;
                }
                PostgresPrograms.ended(postmaster.get(), PAUSE);
            }
        }
    }

    /// The first column of the first row.
    static String query(Connection connection, String sql) throws SQLException {
        try (Statement statement = connection.createStatement();
                ResultSet row = statement.executeQuery(sql)) {
            row.next();
            return row.getString(1);
        }
    }
}
