package slipway.notification;

import java.sql.Timestamp;
import java.time.Duration;
import java.time.Instant;
import java.time.OffsetDateTime;
import org.springframework.jdbc.core.simple.JdbcClient;

/// Who is sent to one address queues: each gets a moment behind the one before.
final class Lanes {

    private final JdbcClient jdbc;

    Lanes(JdbcClient jdbc) {
        this.jdbc = jdbc;
    }

    /// When it is free, and from then on taken for so long.
    Instant free(String lane, Duration rest, Instant notBefore) {
        return jdbc.sql(
                        """
                        insert into lane (name, free_at) values (:lane, greatest(clock_timestamp(), :before) + make_interval(secs => :rest))
                        on conflict (name) do update
                        set free_at = greatest(lane.free_at, clock_timestamp(), :before) + make_interval(secs => :rest)
                        returning free_at - make_interval(secs => :rest)
                        """)
                .param("lane", lane)
                .param("before", Timestamp.from(notBefore))
                .param("rest", rest.toMillis() / 1000.0)
                .query(OffsetDateTime.class)
                .single()
                .toInstant();
    }
}
