package slipway.release;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.sql.Connection;
import java.sql.DriverManager;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.util.ArrayList;
import java.util.List;
import java.util.Properties;
import java.util.SortedMap;
import slipway.messaging.Journal;

/// Schema migrations of a package, in the order of their names, all of them in one transaction together with a note of each in
/// the target's own table: done again, they are found done.
final class Migrations {

    private static final String NOTES =
            """
            create table if not exists slipway_migrations (
                name text primary key, digest text not null, applied_at timestamptz not null default now())
            """;

    private Migrations() {}

    /// @param files SQL by name
    /// @return the names that were applied now
    /// @throws SQLException when one of them fails; then none is applied
    static List<String> apply(Catalogue.Database database, SortedMap<String, byte[]> files)
            throws SQLException, IOException {
        List<String> applied = new ArrayList<>();
        try (Connection connection = alone(database)) {
            for (var file : files.entrySet()) {
                String digest = Journal.hash(file.getValue());
                String known = known(connection, file.getKey());
                if (known.isEmpty()) {
                    execute(connection, new String(file.getValue(), StandardCharsets.UTF_8));
                    note(connection, file.getKey(), digest);
                    applied.add(file.getKey());
                } else if (!known.equals(digest)) {
                    throw new SQLException(file.getKey() + " was applied before with other content: " + known);
                }
            }
            connection.commit();
        }
        return applied;
    }

    /// Whether all of them are noted as applied. A failed [#apply] may have been committed, when only the answer was lost; whoever
    /// may still be at it is waited for.
    ///
    /// @throws SQLException when nobody can tell
    static boolean noted(Catalogue.Database database, SortedMap<String, byte[]> files)
            throws SQLException, IOException {
        try (Connection connection = alone(database)) {
            for (var file : files.entrySet()) {
                if (!known(connection, file.getKey()).equals(Journal.hash(file.getValue()))) {
                    return false;
                }
            }
        }
        return true;
    }

    /// A transaction that has the notes to itself: two releases must not migrate one database at once, whatever lease each of
    /// them holds.
    private static Connection alone(Catalogue.Database database) throws SQLException, IOException {
        Properties properties = new Properties();
        properties.setProperty("user", database.user());
        properties.setProperty(
                "password", Files.readString(database.passwordFile()).strip());
        // Seconds. A database that does not answer is a failure, not a wait for ever.
        properties.setProperty("connectTimeout", "10");
        properties.setProperty("tcpKeepAlive", "true");
        Connection connection = DriverManager.getConnection(database.url(), properties);
        try (Statement statement = connection.createStatement()) {
            connection.setAutoCommit(false);
            // Whoever waits for a lock makes everybody else wait behind it.
            statement.execute("set local lock_timeout = '30s'");
            // Before the table is made: two that make it at once would fail, not wait.
            statement.execute("select pg_advisory_xact_lock(hashtext('slipway_migrations'))");
            statement.execute(NOTES);
            return connection;
        } catch (SQLException e) {
            try (connection) {
                throw e;
            }
        }
    }

    /// Inside a block, so that the database itself refuses a file that would end the transaction around it: half of the files
    /// would stay, and nobody would know.
    private static void execute(Connection connection, String sql) throws SQLException {
        try (PreparedStatement hand = connection.prepareStatement("select set_config('slipway.migration', ?, true)")) {
            hand.setString(1, sql);
            hand.execute();
        }
        try (Statement statement = connection.createStatement()) {
            statement.execute("do $$ begin execute current_setting('slipway.migration'); end $$");
        }
    }

    private static String known(Connection connection, String name) throws SQLException {
        try (PreparedStatement select =
                connection.prepareStatement("select digest from slipway_migrations where name = ?")) {
            select.setString(1, name);
            try (ResultSet row = select.executeQuery()) {
                return row.next() ? row.getString(1) : "";
            }
        }
    }

    private static void note(Connection connection, String name, String digest) throws SQLException {
        try (PreparedStatement insert =
                connection.prepareStatement("insert into slipway_migrations (name, digest) values (?, ?)")) {
            insert.setString(1, name);
            insert.setString(2, digest);
            insert.executeUpdate();
        }
    }
}
