package slipway.messaging;

import static org.assertj.core.api.Assertions.assertThat;
import static slipway.messaging.TheToy.bean;

import com.zaxxer.hikari.HikariDataSource;
import java.sql.Connection;
import java.sql.SQLException;
import java.time.Duration;
import java.time.Instant;
import javax.sql.DataSource;
import org.junit.jupiter.api.Test;
import org.springframework.jdbc.core.simple.JdbcClient;
import org.springframework.jdbc.datasource.DelegatingDataSource;
import org.springframework.jdbc.datasource.DriverManagerDataSource;

/// What the time is by which jobs are due.
class DatabaseClockTest {

    private static final Duration AHEAD = Duration.ofHours(3);

    /// A database whose clock is hours ahead of this machine's, and which may be away.
    private static final class Ahead extends DelegatingDataSource {
        private boolean away;

        Ahead(DataSource real) {
            super(real);
        }

        @Override
        public Connection getConnection() throws SQLException {
            if (away) {
                throw new SQLException("connection refused");
            }
            Connection connection = super.getConnection();
            try (var statement = connection.createStatement()) {
                statement.execute("create schema if not exists ahead");
                statement.execute(
                        """
                        create or replace function ahead.clock_timestamp() returns timestamptz language sql
                        return pg_catalog.clock_timestamp() + interval '3 hours'
                        """);
                statement.execute("set search_path = ahead, pg_catalog");
            }
            return connection;
        }
    }

    private static DataSource unpooled(HikariDataSource pool) {
        return new DriverManagerDataSource(pool.getJdbcUrl(), pool.getUsername(), pool.getPassword());
    }

    @Test
    void it_is_that_of_the_database_and_goes_on_while_the_database_is_away() {
        Ahead database = new Ahead(unpooled(bean(HikariDataSource.class)));
        DatabaseClock clock = new DatabaseClock(JdbcClient.create(database));
        database.away = true;
        assertBetween(Duration.ZERO, clock);
        database.away = false;
        assertBetween(AHEAD, clock);
        database.away = true;
        assertBetween(AHEAD, clock);
    }

    /// Both machines are one here.
    private static void assertBetween(Duration ahead, DatabaseClock clock) {
        Instant before = Instant.now().plus(ahead);
        Instant now = clock.now();
        assertThat(now).isBetween(before.minusSeconds(1), Instant.now().plus(ahead).plusSeconds(1));
    }
}
