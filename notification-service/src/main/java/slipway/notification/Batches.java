package slipway.notification;

import java.sql.Timestamp;
import java.time.Duration;
import java.time.Instant;
import java.time.OffsetDateTime;
import java.util.List;
import java.util.Optional;
import org.springframework.jdbc.core.simple.JdbcClient;
import org.springframework.transaction.support.TransactionTemplate;
import slipway.notification.Notifications.Line;
import slipway.notification.Notifications.State;
import slipway.notification.routing.Urgency;

/// Which notifications are told in one message. The first one of a group that is due takes along all others that are; the jobs of those
/// have nothing left to do. What goes together is written down before it is sent: after a crash the same message is sent again.
final class Batches {

    /// Whoever waits behind another is woken when that one ends; this is for what nobody thought of.
    private static final Duration UNTIL_WOKEN = Duration.ofMinutes(5);

    private final JdbcClient jdbc;
    private final TransactionTemplate transaction;

    Batches(JdbcClient jdbc, TransactionTemplate transaction) {
        this.jdbc = jdbc;
        this.transaction = transaction;
    }

    /// What a notification's job has to do.
    sealed interface Task {

        /// Tell these, in one message.
        record Tell(List<Line> lines) implements Task {}

        /// Nothing: it ended, or another's message tells it.
        record Nothing() implements Task {}

        /// Not before that.
        record Wait(Instant until, String why) implements Task {}
    }

    /// When a message may leave: those to one address keep their distance.
    ///
    /// @param lane the address, on its channel
    /// @param rest how long it is left alone after a message; zero: it need not be
    /// @param alone whether each of a group has a message of its own, in their order
    record Turn(String lane, Duration rest, boolean alone) {}

    /// A notification as a job finds it.
    ///
    /// @param message whose message tells it; empty: nobody's yet
    private record Found(Line line, String message) {}

    Task take(String id, Turn turn) {
        return transaction.execute(_ -> {
            Found found = find(id).orElseThrow(() -> new IllegalStateException(id + " was never planned"));
            if (!found.line().group().isEmpty()) {
                // Jobs of a group take turns: whoever leaves it to another must not be overlooked by them.
                lock(jdbc, found.line());
                found = find(id).orElseThrow();
            }
            return take(found, turn);
        });
    }

    /// Until the end of the transaction nobody else takes from the group of this one, or ends one of it.
    static void lock(JdbcClient jdbc, Line line) {
        jdbc.sql("select pg_advisory_xact_lock(hashtextextended(?, 1))")
                .param(String.join("\n", line.receiver(), line.recipient(), line.group()))
                .query((_, _) -> true)
                .single();
    }

    /// Whether its message was tried to be sent, as far as anybody knows.
    boolean isBegun(String id) {
        return jdbc.sql("select message = id from notification where id = ? and message is not null")
                .param(id)
                .query(Boolean.class)
                .optional()
                .orElse(false);
    }

    /// The channel wants to be left alone: its message is sent then, each behind those that wait for the same.
    ///
    /// @param until before that nothing is sent there
    /// @return when this one may be
    Instant later(String id, Turn turn, Instant until) {
        return turn.rest().isZero() ? until : transaction.execute(_ -> slot(id, turn, until));
    }

    private Task take(Found found, Turn turn) {
        Line line = found.line();
        if (line.state() != State.PLANNED) {
            return new Task.Nothing();
        }
        if (!found.message().isEmpty()) {
            return found.message().equals(line.id())
                    ? await(line, turn).orElseGet(() -> new Task.Tell(with(line.id())))
                    : new Task.Nothing();
        }
        if (line.group().isEmpty()) {
            return await(line, turn).orElseGet(() -> alone(line));
        }
        // What is urgent waits for nobody's morning.
        boolean first = first(line).equals(line.id());
        if (turn.alone() && !first) {
            return new Task.Wait(Instant.now().plus(UNTIL_WOKEN), "another one of its group is before it");
        }
        if (!line.urgency().equals(Urgency.URGENT.name()) && !first) {
            return new Task.Nothing();
        }
        return quiet(line).or(() -> await(line, turn)).orElseGet(() -> {
            if (turn.alone()) {
                return alone(line);
            }
            jdbc.sql(
                            """
                            update notification set message = ?
                            where receiver = ? and recipient = ? and told_with = ? and state = 'PLANNED' and message is null
                            and due <= greatest(clock_timestamp(), ?)
                            """)
                    .params(line.id(), line.receiver(), line.recipient(), line.group(), Timestamp.from(line.due()))
                    .update();
            return new Task.Tell(with(line.id()));
        });
    }

    private Task alone(Line line) {
        jdbc.sql("update notification set message = id where id = ?").param(line.id()).update();
        return new Task.Tell(List.of(line));
    }

    /// Empty: it is its turn.
    private Optional<Task> await(Line line, Turn turn) {
        if (turn.rest().isZero()) {
            return Optional.empty();
        }
        Instant slot = jdbc.sql("select slot from notification where id = ? and slot is not null")
                .param(line.id())
                .query(OffsetDateTime.class)
                .optional()
                .map(OffsetDateTime::toInstant)
                .orElseGet(() -> slot(line.id(), turn, Instant.EPOCH));
        return jdbc.sql("select clock_timestamp() < ?").param(Timestamp.from(slot)).query(Boolean.class).single()
                ? Optional.of(new Task.Wait(slot, turn.lane() + " is not sent everything at once"))
                : Optional.empty();
    }

    private Instant slot(String id, Turn turn, Instant notBefore) {
        Instant slot = jdbc.sql(
                        """
                        insert into lane (name, free_at) values (:lane, greatest(clock_timestamp(), :before) + make_interval(secs => :rest))
                        on conflict (name) do update
                        set free_at = greatest(lane.free_at, clock_timestamp(), :before) + make_interval(secs => :rest)
                        returning free_at - make_interval(secs => :rest)
                        """)
                .param("lane", turn.lane())
                .param("before", Timestamp.from(notBefore))
                .param("rest", turn.rest().toMillis() / 1000.0)
                .query(OffsetDateTime.class)
                .single()
                .toInstant();
        jdbc.sql("update notification set slot = ? where id = ?").params(Timestamp.from(slot), id).update();
        return slot;
    }

    private Optional<Found> find(String id) {
        return jdbc.sql("select * from notification where id = ?")
                .param(id)
                .query((row, _) -> {
                    String message = row.getString("message");
                    return new Found(Line.of(row), message == null ? "" : message);
                })
                .optional();
    }

    private List<Line> with(String message) {
        return jdbc.sql("select * from notification where message = ? and state = 'PLANNED' order by due, number")
                .param(message)
                .query((row, _) -> Line.of(row))
                .list();
    }

    private String first(Line line) {
        return jdbc.sql(
                        """
                        select id from notification
                        where receiver = ? and recipient = ? and told_with = ? and state = 'PLANNED' and message is null
                        order by due, number limit 1
                        """)
                .params(line.receiver(), line.recipient(), line.group())
                .query(String.class)
                .single();
    }

    /// Empty: the group may be told of something now. While a message of it is under way, a second one might overtake it.
    private Optional<Task> quiet(Line line) {
        boolean underWay = jdbc.sql(
                        """
                        select exists (select from notification
                        where receiver = ? and recipient = ? and told_with = ? and state = 'PLANNED' and message is not null)
                        """)
                .params(line.receiver(), line.recipient(), line.group())
                .query(Boolean.class)
                .single();
        if (underWay) {
            return Optional.of(new Task.Wait(Instant.now().plus(UNTIL_WOKEN), "a message of its group is under way"));
        }
        return jdbc.sql(
                        """
                        select max(at) + make_interval(secs => ?) as until from notification
                        where receiver = ? and recipient = ? and told_with = ? and state = 'SENT'
                        having max(at) + make_interval(secs => ?) > clock_timestamp()
                        """)
                .params(
                        line.intervalSeconds(),
                        line.receiver(),
                        line.recipient(),
                        line.group(),
                        line.intervalSeconds())
                .query((row, _) -> row.getObject("until", OffsetDateTime.class).toInstant())
                .optional()
                .map(until -> new Task.Wait(until, "its group was told of something"));
    }
}
