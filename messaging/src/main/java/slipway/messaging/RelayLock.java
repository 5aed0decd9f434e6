package slipway.messaging;

import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;

/// Whose turn it is to bring facts of a topic to Kafka: an advisory lock, which ends with the connection that took it.
///
/// @param topic the service's own
record RelayLock(String topic) {

    /// @return false: another instance has it
    boolean take(Connection connection) throws SQLException {
        return ask(connection, "select pg_try_advisory_lock(hashtextextended(?, 1))");
    }

    void giveBack(Connection connection) throws SQLException {
        if (!connection.isClosed()) {
            ask(connection, "select pg_advisory_unlock(hashtextextended(?, 1))");
        }
    }

    private boolean ask(Connection connection, String sql) throws SQLException {
        try (PreparedStatement statement = connection.prepareStatement(sql)) {
            statement.setString(1, "relay of " + topic);
            try (ResultSet answer = statement.executeQuery()) {
                return answer.next() && answer.getBoolean(1);
            }
        }
    }
}
