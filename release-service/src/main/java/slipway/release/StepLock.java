package slipway.release;

import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.util.concurrent.Callable;
import javax.sql.DataSource;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import slipway.messaging.NotYet;
import slipway.messaging.WhileHeld;

/// Who works on an environment holds this: an advisory lock of PostgreSQL, on a connection of its own. It ends with that connection, so
/// nobody who died keeps it; and who lost it is stopped, because another may have it by now.
final class StepLock implements AutoCloseable {

    private static final Logger LOG = LoggerFactory.getLogger(StepLock.class);

    private static final int SECONDS_TO_ANSWER = 3;

    private final Connection connection;
    private final String name;

    private StepLock(Connection connection, String name) {
        this.connection = connection;
        this.name = name;
    }

    /// @return null when somebody else has it
    static @Nullable StepLock ifFree(DataSource database, String name) throws SQLException {
        Connection connection = database.getConnection();
        try {
            StepLock lock = new StepLock(connection, name);
            if (lock.ask("select pg_try_advisory_lock(hashtextextended(?, 2))")) {
                return lock;
            }
        } catch (SQLException | RuntimeException e) {
            connection.close();
            throw e;
        }
        connection.close();
        return null;
    }

    /// Works as long as the lock holds.
    ///
    /// @throws NotYet when it was lost: the work was interrupted, and whatever came of it counts for nothing
    <T> T during(Callable<T> work) throws Exception {
        try {
            return WhileHeld.call("the lock of " + name, this::holds, work);
        } catch (WhileHeld.Lost _) {
            throw new NotYet("the lock of " + name + " ended while somebody worked there");
        }
    }

    /// A lock lasts as long as its connection.
    private boolean holds() {
        try {
            return connection.isValid(SECONDS_TO_ANSWER);
        } catch (SQLException _) {
            return false;
        }
    }

    @Override
    public void close() {
        try (connection) {
            ask("select pg_advisory_unlock(hashtextextended(?, 2))");
        } catch (SQLException e) {
            LOG.warn("{}: its lock ends with its connection: {}", name, e.getMessage());
        }
    }

    private boolean ask(String sql) throws SQLException {
        try (PreparedStatement statement = connection.prepareStatement(sql)) {
            statement.setString(1, name);
            try (ResultSet answer = statement.executeQuery()) {
                return answer.next() && answer.getBoolean(1);
            }
        }
    }
}
