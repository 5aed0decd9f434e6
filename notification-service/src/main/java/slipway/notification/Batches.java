package slipway.notification;

import java.sql.Timestamp;
import java.time.Instant;
import java.time.OffsetDateTime;
import java.util.List;
import java.util.Optional;
import org.springframework.jdbc.core.simple.JdbcClient;
import org.springframework.transaction.support.TransactionTemplate;
import slipway.notification.Notifications.Line;
import slipway.notification.Notifications.State;

/// Which notifications are told in one message. The first one of a group that is due takes along all others that are; the jobs of those
/// have nothing left to do. What goes together is written down before it is sent: after a crash the same message is sent again.
final class Batches {

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

        /// The group was told of something a moment ago.
        record Wait(Instant until) implements Task {}
    }

    /// A notification as a job finds it.
    ///
    /// @param message whose message tells it; empty: nobody's yet
    private record Found(Line line, String message) {}

    Task take(String id) {
        return transaction.execute(_ -> {
            Found found = find(id).orElseThrow(() -> new IllegalStateException(id + " was never planned"));
            if (!found.line().group().isEmpty()) {
                // Jobs of a group take turns: whoever leaves it to another must not be overlooked by them.
                jdbc.sql("select pg_advisory_xact_lock(hashtextextended(?, 1))")
                        .param(String.join("\n", found.line().receiver(), found.line().recipient(), found.line().group()))
                        .query((row, _) -> true)
                        .single();
                found = find(id).orElseThrow();
            }
            return take(found);
        });
    }

    private Task take(Found found) {
        Line line = found.line();
        if (line.state() != State.PLANNED) {
            return new Task.Nothing();
        }
        if (!found.message().isEmpty()) {
            return found.message().equals(line.id()) ? new Task.Tell(with(line.id())) : new Task.Nothing();
        }
        if (line.group().isEmpty()) {
            jdbc.sql("update notification set message = id where id = ?").param(line.id()).update();
            return new Task.Tell(List.of(line));
        }
        if (!first(line).equals(line.id())) {
            return new Task.Nothing();
        }
        Optional<Instant> until = quietUntil(line);
        if (until.isPresent()) {
            return new Task.Wait(until.get());
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
        return jdbc.sql("select * from notification where message = ? and state = 'PLANNED' order by due, id")
                .param(message)
                .query((row, _) -> Line.of(row))
                .list();
    }

    private String first(Line line) {
        return jdbc.sql(
                        """
                        select id from notification
                        where receiver = ? and recipient = ? and told_with = ? and state = 'PLANNED' and message is null
                        order by due, id limit 1
                        """)
                .params(line.receiver(), line.recipient(), line.group())
                .query(String.class)
                .single();
    }

    /// Empty: the group may be told of something now.
    private Optional<Instant> quietUntil(Line line) {
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
                .optional();
    }
}
