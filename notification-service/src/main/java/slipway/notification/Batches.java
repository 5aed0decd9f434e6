package slipway.notification;

import java.sql.Timestamp;
import java.time.Duration;
import java.time.Instant;
import java.time.OffsetDateTime;
import java.util.List;
import java.util.Optional;
import org.springframework.jdbc.core.simple.JdbcClient;
import org.springframework.transaction.support.TransactionTemplate;
import slipway.messaging.Jobs;
import slipway.messaging.NotYet;
import slipway.notification.Notifications.Line;
import slipway.notification.Notifications.State;
import slipway.notification.routing.Urgency;

/// Which notifications are told in one message. The first one of a group that is due takes along all others that are; the jobs of those
/// have nothing left to do. What goes together is written down before it is sent: after a crash the same message is sent again.
final class Batches {

    /// Whoever waits behind another is woken when that one ends; this is for what nobody thought of.
    private static final Duration UNTIL_WOKEN = Duration.ofMinutes(5);

    /// What was to be left alone until the same moment comes back so far apart.
    private static final Duration APART = Duration.ofMillis(200);

    private final JdbcClient jdbc;
    private final TransactionTemplate transaction;
    private final Jobs jobs;
    private final Lanes lanes;

    Batches(JdbcClient jdbc, TransactionTemplate transaction, Jobs jobs) {
        this.jdbc = jdbc;
        this.transaction = transaction;
        this.jobs = jobs;
        this.lanes = new Lanes(jdbc);
    }

    /// What a notification's job has to do.
    sealed interface Task {

        /// Tell these, in one message.
        ///
        /// @param attempted whether its channel may have taken it already
        record Tell(List<Line> lines, boolean attempted) implements Task {}

        /// Nothing: it ended, or another's message tells it.
        record Nothing() implements Task {}

        /// Not before that.
        record Wait(Instant until, String why) implements Task {}
    }

    /// When a message may leave: those to one address keep their distance.
    ///
    /// @param lane the address, on its channel
    /// @param back the receiver, on its channel: what waited for the same moment does not come at once
    /// @param rest how long it is left alone after a message; zero: it need not be
    /// @param alone whether each of a group has a message of its own, in their order
    record Turn(String lane, String back, Duration rest, boolean alone) {}

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

    /// Whether its message waits for nobody's morning: it was tried, and is brought to its end, or something urgent is in it.
    boolean isPressing(String id) {
        return has(id, "attempted_at is not null or urgency = 'URGENT'");
    }

    /// @param which of those that are in a message and planned
    private boolean has(String message, String which) {
        return jdbc.sql("select exists (select from notification where message = ? and state = 'PLANNED' and (" + which + "))")
                .param(message)
                .query(Boolean.class)
                .single();
    }

    /// A message leaves with so many, or ends with none: nobody joins it any more.
    ///
    /// @param one of those that were in it
    /// @throws NotYet others are in it by now
    void leaves(String message, Line one, int lines) throws NotYet {
        boolean same = transaction.execute(status -> {
            if (!one.group().isEmpty()) {
                lock(jdbc, one);
            }
            int planned = jdbc.sql(
                            """
                            update notification set attempted_at = coalesce(attempted_at, clock_timestamp())
                            where message = ? and state = 'PLANNED'
                            """)
                    .param(message)
                    .update();
            if (planned != lines) {
                status.setRollbackOnly();
            }
            return planned == lines;
        });
        if (!same) {
            throw new NotYet("others are in the message of " + message + " by now");
        }
    }

    /// Ends one whose message was never tried.
    ///
    /// @param end decides it
    /// @throws NotYet somebody just tries it
    void endUntried(String id, Runnable end) throws NotYet {
        boolean ended = transaction.execute(status -> {
            end.run();
            // After it: whoever tries it at this moment was waited for, or waits.
            boolean tried = jdbc.sql("select attempted_at is not null from notification where id = ?")
                    .param(id)
                    .query(Boolean.class)
                    .single();
            if (tried) {
                status.setRollbackOnly();
            }
            return !tried;
        });
        if (!ended) {
            throw new NotYet("the message of " + id + " is just leaving");
        }
    }

    /// The channel wants to be left alone: its message is sent then, each behind those that wait for the same.
    ///
    /// @param until before that nothing is sent there
    /// @return when this one may be
    Instant later(String id, Turn turn, Instant until) {
        Duration apart = turn.rest().isZero() || turn.rest().compareTo(APART) > 0 ? APART : turn.rest();
        return transaction.execute(_ -> {
            Instant back = lanes.free(turn.back(), apart, until);
            return lanes.queue(id, turn.rest().isZero() ? back : lanes.free(turn.lane(), turn.rest(), back));
        });
    }

    /// Nothing of the message left in its turn: another may have it.
    void giveBack(Turn turn) {
        lanes.giveBack(turn.lane(), turn.rest());
    }

    private Task take(Found found, Turn turn) {
        Line line = found.line();
        if (found.message().equals(line.id())) {
            // It may have ended itself: its job tells the others all the same.
            List<Line> lines = with(line.id());
            return lines.isEmpty() ? new Task.Nothing() : await(line, turn).orElseGet(() -> new Task.Tell(lines, has(line.id(), "attempted_at is not null")));
        }
        if (line.state() != State.PLANNED || !found.message().isEmpty()) {
            return new Task.Nothing();
        }
        if (line.group().isEmpty()) {
            return await(line, turn).orElseGet(() -> alone(line));
        }
        // What is urgent waits for nobody's morning.
        boolean first = first(line).equals(line.id());
        if (turn.alone() && !first) {
            return new Task.Wait(Instant.now().plus(UNTIL_WOKEN), "another one of its group is before it");
        }
        boolean urgent = line.urgency().equals(Urgency.URGENT.name());
        if (!urgent && !first || urgent && !turn.alone() && joins(line)) {
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
            return new Task.Tell(with(line.id()), false);
        });
    }

    /// A message of its group that was not tried yet, and may wait for the morning, takes what is urgent along and leaves now.
    private boolean joins(Line urgent) {
        Optional<String> message = jdbc.sql(
                        """
                        select message from notification
                        where receiver = ? and recipient = ? and told_with = ? and state = 'PLANNED' and message is not null and attempted_at is null
                        limit 1
                        """)
                .params(urgent.receiver(), urgent.recipient(), urgent.group())
                .query(String.class)
                .optional();
        message.ifPresent(each -> {
            jdbc.sql("update notification set message = ? where id = ?").params(each, urgent.id()).update();
            jobs.wake(jdbc.sql("select job from notification where id = ?").param(each).query(String.class).list());
        });
        return message.isPresent();
    }

    private Task alone(Line line) {
        jdbc.sql("update notification set message = id where id = ?").param(line.id()).update();
        return new Task.Tell(List.of(line), false);
    }

    /// Empty: it is its turn.
    private Optional<Task> await(Line line, Turn turn) {
        if (turn.rest().isZero()) {
            return Optional.empty();
        }
        return lanes.leave(line.id(), turn.lane(), turn.rest())
                .map(until -> new Task.Wait(until, turn.lane() + " is not sent everything at once"));
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
