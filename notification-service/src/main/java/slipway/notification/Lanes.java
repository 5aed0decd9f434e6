package slipway.notification;

import java.sql.Timestamp;
import java.time.Duration;
import java.time.Instant;
import java.time.OffsetDateTime;
import java.util.Optional;
import org.springframework.jdbc.core.simple.JdbcClient;
import slipway.messaging.Jobs;

/// Who is sent to one address queues: each gets a moment behind the one before, and leaves then if the address was left alone for long enough. That is
/// counted by a virtual schedule (*generic cell rate algorithm*, ITU-T I.371): each message moves the end of the rest by the whole length of its own, however
/// late it leaves. So what is lost to jobs that begin late is made up for, two may leave close together now and then, and over any longer time the pace holds.
/// Who may not leave at its moment, because turns passed while this service was away or others came late, gets a moment behind those whom that befell before,
/// and not behind all that still have their moments before them.
final class Lanes {

    /// Jobs are looked for so often, and begin not to the millisecond: as a share of what lies between two looks.
    private static final double TO_BEGIN = 1.1;

    /// With a pace that is shorter than what lies between two looks, as many leave close together at most.
    private static final int CLOSE_TOGETHER = 50;

    private final JdbcClient jdbc;
    private final Duration look;

    Lanes(JdbcClient jdbc) {
        this(jdbc, Jobs.POLLING_INTERVAL);
    }

    /// @param look whose moment came is asked so much later at most
    Lanes(JdbcClient jdbc, Duration look) {
        this.jdbc = jdbc;
        this.look = look;
    }

    /// The one of an address.
    static String name(String channel, String place) {
        return channel + " " + place;
    }

    /// A notification's message wants to leave.
    ///
    /// @param rest how long the address is left alone after it
    /// @return empty: it leaves now, and the rest is counted; otherwise when it may
    Optional<Instant> leave(String notification, String lane, Duration rest) {
        Instant slot = slot(notification).orElseGet(() -> queue(notification, free(lane, rest, Instant.EPOCH)));
        if (now().isBefore(slot)) {
            return Optional.of(slot);
        }
        return departs(lane, rest) ? Optional.empty() : Optional.of(queue(notification, missed(lane, rest)));
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
                        set free_at = greatest(lane.free_at, lane.missed_until, clock_timestamp(), :before) + make_interval(secs => :rest)
                        returning free_at - make_interval(secs => :rest)
                        """)
                .param("lane", lane)
                .param("before", Timestamp.from(notBefore))
                .param("rest", seconds(rest))
                .query(OffsetDateTime.class)
                .single()
                .toInstant();
    }

    /// Who departed sent nothing after all.
    void giveBack(String lane, Duration rest) {
        jdbc.sql("update lane set rests_until = rests_until - make_interval(secs => :rest) where name = :lane")
                .param("lane", lane)
                .param("rest", seconds(rest))
                .update();
    }

    /// Who departed sends more than it was counted for.
    void charge(String lane, Duration rest) {
        jdbc.sql(
                        """
                        update lane set rests_until = greatest(rests_until, clock_timestamp()) + make_interval(secs => :rest) where name = :lane
                        """)
                .param("lane", lane)
                .param("rest", seconds(rest))
                .update();
    }

    /// An address turned out to be another one: who queued for it, and its rest, count there too.
    void carry(String from, String to) {
        jdbc.sql(
                        """
                        insert into lane (name, free_at, rests_until, missed_until)
                        select :to, free_at, rests_until, missed_until from lane where name = :from
                        on conflict (name) do update set free_at = greatest(lane.free_at, excluded.free_at),
                        rests_until = greatest(lane.rests_until, excluded.rests_until), missed_until = greatest(lane.missed_until, excluded.missed_until)
                        """)
                .param("from", from)
                .param("to", to)
                .update();
    }

    /// The next moment for those who could not leave at theirs.
    private Instant missed(String lane, Duration rest) {
        return jdbc.sql(
                        """
                        update lane set missed_until = greatest(missed_until, rests_until, clock_timestamp()) + make_interval(secs => :rest)
                        where name = :lane returning missed_until - make_interval(secs => :rest)
                        """)
                .param("lane", lane)
                .param("rest", seconds(rest))
                .query(OffsetDateTime.class)
                .single()
                .toInstant();
    }

    private Instant now() {
        return jdbc.sql("select clock_timestamp()").query(OffsetDateTime.class).single().toInstant();
    }

    private Optional<Instant> slot(String notification) {
        return jdbc.sql("select slot from notification where id = ? and slot is not null")
                .param(notification)
                .query(OffsetDateTime.class)
                .optional()
                .map(OffsetDateTime::toInstant);
    }

    /// One of those whose turn has come, whichever instance they are in.
    private boolean departs(String lane, Duration rest) {
        return jdbc.sql(
                                """
                                insert into lane (name, free_at, rests_until)
                                values (:lane, clock_timestamp(), clock_timestamp() + make_interval(secs => :rest))
                                on conflict (name) do update
                                set rests_until = greatest(lane.rests_until, clock_timestamp()) + make_interval(secs => :rest)
                                where lane.rests_until <= clock_timestamp() + make_interval(secs => :tolerance)
                                """)
                        .param("lane", lane)
                        .param("rest", seconds(rest))
                        .param("tolerance", Math.min(TO_BEGIN * seconds(look), CLOSE_TOGETHER * seconds(rest)))
                        .update()
                == 1;
    }

    private static double seconds(Duration duration) {
        return duration.toMillis() / 1000.0;
    }
}
