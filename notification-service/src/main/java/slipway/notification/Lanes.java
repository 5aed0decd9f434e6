package slipway.notification;

import java.sql.Timestamp;
import java.time.Duration;
import java.time.Instant;
import java.time.OffsetDateTime;
import java.util.Optional;
import org.springframework.jdbc.core.simple.JdbcClient;

/// Who is sent to one address queues: each gets a moment behind the one before. Whoever comes later than that, because this service or its receiver was away,
/// leaves only when the address was left alone since the message that left last, and queues anew when others wait.
final class Lanes {

    /// A message may leave so much before its address was left alone for long enough: jobs do not begin to the millisecond, and what they lose is lost for all
    /// behind them.
    private static final Duration EARLY = Duration.ofMillis(100);

    private final JdbcClient jdbc;

    Lanes(JdbcClient jdbc) {
        this.jdbc = jdbc;
    }

    /// A notification's message wants to leave.
    ///
    /// @param rest how long the address is left alone after it
    /// @return empty: it leaves now, and nothing else does until then; otherwise when it may
    Optional<Instant> leave(String notification, String lane, Duration rest) {
        Instant slot = slot(notification).orElseGet(() -> queue(notification, free(lane, rest, Instant.EPOCH)));
        if (departs(lane, rest, slot)) {
            return Optional.empty();
        }
        Instant now = jdbc.sql("select clock_timestamp()").query(OffsetDateTime.class).single().toInstant();
        if (now.isBefore(slot)) {
            return Optional.of(slot);
        }
        Instant rested = jdbc.sql("select greatest(rests_until, clock_timestamp()) from lane where name = ?")
                .param(lane)
                .query(OffsetDateTime.class)
                .optional()
                .map(OffsetDateTime::toInstant)
                .orElse(now);
        // Of few that are a little late, each is the next; many that are very late would all come back for the same moment.
        boolean little = slot.plus(rest).isAfter(now);
        return Optional.of(queue(notification, little ? rested : free(lane, rest, rested)));
    }

    /// @return the same
    Instant queue(String notification, Instant slot) {
        jdbc.sql("update notification set slot = ? where id = ?").params(Timestamp.from(slot), notification).update();
        return slot;
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
                .param("rest", seconds(rest))
                .query(OffsetDateTime.class)
                .single()
                .toInstant();
    }

    private Optional<Instant> slot(String notification) {
        return jdbc.sql("select slot from notification where id = ? and slot is not null")
                .param(notification)
                .query(OffsetDateTime.class)
                .optional()
                .map(OffsetDateTime::toInstant);
    }

    /// One of those whose turn has come, whichever instance they are in.
    private boolean departs(String lane, Duration rest, Instant slot) {
        return jdbc.sql(
                                """
                                insert into lane (name, free_at, rests_until)
                                select :lane, clock_timestamp(), clock_timestamp() + make_interval(secs => :rest) where :slot <= clock_timestamp()
                                on conflict (name) do update set rests_until = clock_timestamp() + make_interval(secs => :rest)
                                where lane.rests_until <= clock_timestamp() + make_interval(secs => :early)
                                """)
                        .param("lane", lane)
                        .param("rest", seconds(rest))
                        .param("early", seconds(EARLY))
                        .param("slot", Timestamp.from(slot))
                        .update()
                == 1;
    }

    private static double seconds(Duration duration) {
        return duration.toMillis() / 1000.0;
    }
}
