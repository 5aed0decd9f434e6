package slipway.messaging;

import com.zaxxer.hikari.HikariDataSource;
import java.sql.Connection;
import java.sql.SQLException;
import java.time.Duration;
import org.springframework.jdbc.datasource.DelegatingDataSource;
import org.springframework.jdbc.datasource.DriverManagerDataSource;

/// A database in which it is another time than on this machine, and which may be away.
final class ShiftedTime extends DelegatingDataSource {

    private volatile boolean away;
    private volatile Duration by;

    private ShiftedTime(DriverManagerDataSource real, Duration by) {
        super(real);
        this.by = by;
    }

    /// The one of a pool, whose connections keep their own time.
    static ShiftedTime of(HikariDataSource pool, Duration by) {
        return new ShiftedTime(new DriverManagerDataSource(pool.getJdbcUrl(), pool.getUsername(), pool.getPassword()), by);
    }

    void later(Duration more) {
        by = by.plus(more);
    }

    void away() {
        away = true;
    }

    void back() {
        away = false;
    }

    @Override
    public Connection getConnection() throws SQLException {
        if (away) {
            throw new SQLException("connection refused");
        }
        Connection connection = super.getConnection();
        try (var statement = connection.createStatement()) {
            statement.execute("create schema if not exists shifted");
            statement.execute(
                    """
                    create or replace function shifted.clock_timestamp() returns timestamptz language sql
                    return pg_catalog.clock_timestamp() + interval '%d seconds'
                    """
                            .formatted(by.toSeconds()));
            statement.execute("set search_path = shifted, pg_catalog");
        }
        return connection;
    }
}
