package slipway.messaging;

import com.github.kagkarlsson.scheduler.Clock;
import java.time.Duration;
import java.time.Instant;
import java.time.OffsetDateTime;
import org.springframework.dao.DataAccessException;
import org.springframework.jdbc.core.simple.JdbcClient;

/// Due times are those of the database, so that several machines agree. While it cannot be asked, this machine's clock goes on from the last
/// answer: a clock that throws would cost the scheduler a thread each time, until it has none.
final class DatabaseClock implements Clock {

    private final JdbcClient jdbc;
    private volatile Duration ahead = Duration.ZERO;

    DatabaseClock(JdbcClient jdbc) {
        this.jdbc = jdbc;
    }

    @Override
    public Instant now() {
        Instant before = Instant.now();
        try {
            Instant database = jdbc.sql("select clock_timestamp()")
                    .query(OffsetDateTime.class)
                    .single()
                    .toInstant();
            ahead = Duration.between(before, database);
            return database;
        } catch (DataAccessException e) {
            return before.plus(ahead);
        }
    }
}
