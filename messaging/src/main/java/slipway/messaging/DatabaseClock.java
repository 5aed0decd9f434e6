package slipway.messaging;

import com.github.kagkarlsson.scheduler.Clock;
import java.time.Duration;
import java.time.Instant;
import java.time.OffsetDateTime;
import org.jspecify.annotations.Nullable;
import org.springframework.dao.DataAccessException;
import org.springframework.jdbc.core.simple.JdbcClient;

/// Due times are those of the database, so that several machines agree. While it cannot be asked, this machine's clock goes on from the last
/// answer: a clock that throws would cost the scheduler a thread each time, until it has none.
final class DatabaseClock implements Clock {

    private final JdbcClient jdbc;
    private final Duration longestGap;
    private volatile Duration ahead = Duration.ZERO;
    /// The first and the last answer of those without a break; null: it does not answer.
    private @Nullable Instant since;

    private @Nullable Instant last;

    /// @param longestGap answers that are further apart have a break between them: this machine or the database stood still
    DatabaseClock(JdbcClient jdbc, Duration longestGap) {
        this.jdbc = jdbc;
        this.longestGap = longestGap;
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
            answered(database);
            return database;
        } catch (DataAccessException e) {
            silent();
            return before.plus(ahead);
        }
    }

    private synchronized void answered(Instant at) {
        if (since == null || last == null || at.isBefore(last) || last.plus(longestGap).isBefore(at)) {
            since = at;
        }
        last = at;
    }

    private synchronized void silent() {
        since = null;
        last = null;
    }

    /// Whether the database has answered for so long, without a break.
    synchronized boolean hasAnsweredFor(Duration time) {
        return since != null && last != null && !since.plus(time).isAfter(last);
    }
}
