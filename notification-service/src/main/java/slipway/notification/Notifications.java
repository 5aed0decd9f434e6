package slipway.notification;

import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Timestamp;
import java.time.Instant;
import java.util.List;
import java.util.Optional;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;
import org.springframework.jdbc.core.simple.JdbcClient;
import slipway.events.Meta;
import slipway.messaging.Jobs;
import slipway.messaging.Projection;
import slipway.notification.domain.NotificationEvent;
import slipway.notification.domain.NotificationEvent.NotificationFailed;
import slipway.notification.domain.NotificationEvent.NotificationPlanned;
import slipway.notification.domain.NotificationEvent.NotificationSent;
import slipway.notification.domain.NotificationEvent.NotificationSuppressed;

/// Every notification and what became of it.
final class Notifications implements Projection<NotificationEvent>, MailChannel.Earlier {

    private static final int MOST = 500;

    private final JdbcClient jdbc;
    private final KeptFacts facts;
    private final Jobs jobs;

    Notifications(JdbcClient jdbc, KeptFacts facts, Jobs jobs) {
        this.jdbc = jdbc;
        this.facts = facts;
        this.jobs = jobs;
    }

    enum State {
        PLANNED,
        SENT,
        FAILED,
        SUPPRESSED
    }

    /// @param id the notification's id
    /// @param changeId the change whose story it belongs to
    /// @param group with which others it is told in one message; empty: alone
    /// @param due not told before that
    /// @param answer the receipt, or why it failed or was suppressed; empty while it is planned
    /// @param at when that was recorded
    record Line(
            String id,
            String changeId,
            String factId,
            String factType,
            String receiver,
            String channel,
            String recipient,
            boolean person,
            int round,
            String group,
            Instant due,
            String urgency,
            long intervalSeconds,
            long repeatSeconds,
            State state,
            String answer,
            Instant at) {

        static Line of(ResultSet row) throws SQLException {
            return new Line(
                    row.getString("id"),
                    row.getString("change_id"),
                    row.getString("fact_id"),
                    row.getString("fact_type"),
                    row.getString("receiver"),
                    row.getString("channel"),
                    row.getString("recipient"),
                    row.getBoolean("person"),
                    row.getInt("round"),
                    row.getString("told_with"),
                    row.getTimestamp("due").toInstant(),
                    row.getString("urgency"),
                    row.getLong("interval_seconds"),
                    row.getLong("repeat_seconds"),
                    State.valueOf(row.getString("state")),
                    row.getString("answer"),
                    row.getTimestamp("at").toInstant());
        }
    }

    @Override
    public void project(NotificationEvent fact, Meta meta) {
        switch (fact) {
            case NotificationPlanned planned -> plan(planned, meta);
            case NotificationSuppressed suppressed -> suppress(suppressed, meta);
            case NotificationSent(var factId, _, _, _, _, var receipt) -> end(factId, State.SENT, receipt, meta);
            case NotificationFailed(var factId, _, _, _, _, var reason) -> end(factId, State.FAILED, reason, meta);
        }
    }

    /// Newest first, at most 500.
    ///
    /// @param changeId only those of this change; null: of all
    /// @param factId only those of this fact; null: of all
    List<Line> list(@Nullable String changeId, @Nullable String factId) {
        return jdbc.sql(
                        """
                        select * from notification
                        where (:change::text is null or change_id = :change) and (:fact::text is null or fact_id = :fact)
                        order by at desc, id
                        limit :most
                        """)
                .param("change", changeId)
                .param("fact", factId)
                .param("most", MOST)
                .query((row, _) -> Line.of(row))
                .list();
    }

    /// How many there were that nobody will send any more, ever.
    long failed() {
        return jdbc.sql("select count(*) from notification where state = 'FAILED'").query(Long.class).single();
    }

    @Override
    public Optional<String> mail(Channel.To to, String changeId) {
        return jdbc.sql(
                        """
                        select answer from notification
                        where change_id = ? and receiver = ? and recipient = ? and channel = 'email' and state = 'SENT'
                        and not exists (select from notification other
                            where other.message = notification.message and other.change_id <> notification.change_id)
                        order by at desc, number desc limit 1
                        """)
                .params(changeId, to.receiver(), to.recipient())
                .query(String.class)
                .optional();
    }

    /// Whichever receiver it came by: the calendar is the same.
    @Override
    public Optional<MailChannel.Entry> entry(Channel.To to, String changeId) {
        return jdbc.sql(
                        """
                        select last.fact_type = 'ChangeScheduled' as there, story.window_from, story.window_to
                        from (select fact_type from notification
                            where change_id = :change and recipient = :recipient and channel = 'email' and state = 'SENT'
                            and fact_type in (:types)
                            order by at desc, number desc limit 1) last
                        left join story on story.change_id = :change
                        """)
                .param("change", changeId)
                .param("recipient", to.recipient())
                .param("types", Appointment.FACTS)
                .query((row, _) -> row.getBoolean("there") ? Optional.of(entry(row)) : Optional.<MailChannel.Entry>empty())
                .optional()
                .flatMap(Function.identity());
    }

    private static MailChannel.Entry entry(ResultSet row) throws SQLException {
        Timestamp from = row.getTimestamp("window_from");
        return new MailChannel.Entry(
                from == null ? null : new Appointment.Span(from.toInstant(), row.getTimestamp("window_to").toInstant()));
    }

    private void plan(NotificationPlanned it, Meta meta) {
        jdbc.sql(
                        """
                        insert into notification
                            (id, change_id, fact_id, fact_type, receiver, channel, recipient, person, round, told_with, due,
                            urgency, interval_seconds, repeat_seconds, state, answer, at, job)
                        values (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, 'PLANNED', '', ?, ?)
                        """)
                .params(
                        meta.getAggregateId(),
                        meta.getCorrelationId(),
                        it.factId(),
                        it.factType(),
                        it.receiver(),
                        it.channel(),
                        it.recipient(),
                        it.person(),
                        it.round(),
                        it.group(),
                        Timestamp.from(it.at()),
                        it.urgency(),
                        it.intervalSeconds(),
                        it.repeatSeconds(),
                        Timestamp.from(meta.getRecordedAt()),
                        meta.getEventId())
                .update();
    }

    private void suppress(NotificationSuppressed it, Meta meta) {
        Optional<Line> planned = planned(meta.getAggregateId());
        jdbc.sql(
                        """
                        insert into notification
                            (id, change_id, fact_id, fact_type, receiver, channel, recipient, due, state, answer, at)
                        values (:id, :change, :fact, :type, :receiver, :channel, :recipient, :at, 'SUPPRESSED', :reason, :at)
                        on conflict (id) do update set state = excluded.state, answer = excluded.answer, at = excluded.at
                        """)
                .param("id", meta.getAggregateId())
                .param("change", meta.getCorrelationId())
                .param("fact", it.factId())
                .param("type", it.factType())
                .param("receiver", it.receiver())
                .param("channel", it.channel())
                .param("recipient", it.recipient())
                .param("reason", it.reason())
                .param("at", Timestamp.from(meta.getRecordedAt()))
                .update();
        planned.ifPresent(this::wakeTheNext);
        facts.forget(it.factId());
    }

    private void end(String factId, State state, String answer, Meta meta) {
        Optional<Line> planned = planned(meta.getAggregateId());
        jdbc.sql("update notification set state = ?, answer = ?, at = ? where id = ?")
                .params(state.name(), answer, Timestamp.from(meta.getRecordedAt()), meta.getAggregateId())
                .update();
        planned.ifPresent(this::wakeTheNext);
        facts.forget(factId);
    }

    /// Empty: nobody waits behind it. Whoever looks at the group looks before, or after this transaction.
    private Optional<Line> planned(String id) {
        Optional<Line> line = jdbc.sql("select * from notification where id = ? and state = 'PLANNED' and told_with <> ''")
                .param(id)
                .query((row, _) -> Line.of(row))
                .optional();
        line.ifPresent(each -> Batches.lock(jdbc, each));
        return line;
    }

    /// Who waited for the end of this one: the first of its group, and the first that is urgent.
    private void wakeTheNext(Line ended) {
        List<String> next = jdbc.sql(
                        """
                        (select job from notification
                        where receiver = :receiver and recipient = :recipient and told_with = :group and state = 'PLANNED' and message is null
                        and due <= clock_timestamp() order by due, number limit 1)
                        union
                        (select job from notification
                        where receiver = :receiver and recipient = :recipient and told_with = :group and state = 'PLANNED' and message is null
                        and due <= clock_timestamp() and urgency = 'URGENT' order by due, number limit 1)
                        """)
                .param("receiver", ended.receiver())
                .param("recipient", ended.recipient())
                .param("group", ended.group())
                .query(String.class)
                .list();
        if (!next.isEmpty()) {
            jobs.wake(next);
        }
    }
}
