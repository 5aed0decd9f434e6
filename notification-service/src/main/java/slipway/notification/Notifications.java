package slipway.notification;

import java.sql.Timestamp;
import java.time.Instant;
import java.util.List;
import org.jspecify.annotations.Nullable;
import org.springframework.jdbc.core.simple.JdbcClient;
import slipway.events.Meta;
import slipway.messaging.Projection;
import slipway.notification.domain.NotificationEvent;
import slipway.notification.domain.NotificationEvent.NotificationFailed;
import slipway.notification.domain.NotificationEvent.NotificationSent;

/// Every notification that ended, for reading.
final class Notifications implements Projection<NotificationEvent> {

    private static final int MOST = 500;

    private final JdbcClient jdbc;

    Notifications(JdbcClient jdbc) {
        this.jdbc = jdbc;
    }

    /// @param id the notification's id
    /// @param changeId the change whose story it belongs to
    /// @param sent false: failed for good
    /// @param answer the receipt, or the reason of the failure
    /// @param at when that was recorded
    record Line(
            String id,
            String changeId,
            String factId,
            String factType,
            String route,
            String channel,
            String recipient,
            boolean sent,
            String answer,
            Instant at) {}

    @Override
    public void project(NotificationEvent fact, Meta meta) {
        switch (fact) {
            case NotificationSent(var factId, var type, var route, var channel, var recipient, var receipt) ->
                insert(meta, factId, type, route, channel, recipient, true, receipt);
            case NotificationFailed(var factId, var type, var route, var channel, var recipient, var reason) ->
                insert(meta, factId, type, route, channel, recipient, false, reason);
        }
    }

    /// Newest first, at most 500.
    ///
    /// @param changeId only those of this change; null: of all
    List<Line> list(@Nullable String changeId) {
        return jdbc.sql(
                        """
                        select id, change_id, fact_id, fact_type, route, channel, recipient, sent, answer, at
                        from notification
                        where :change::text is null or change_id = :change
                        order by at desc, id
                        limit :most
                        """)
                .param("change", changeId)
                .param("most", MOST)
                .query((row, _) -> new Line(
                        row.getString("id"),
                        row.getString("change_id"),
                        row.getString("fact_id"),
                        row.getString("fact_type"),
                        row.getString("route"),
                        row.getString("channel"),
                        row.getString("recipient"),
                        row.getBoolean("sent"),
                        row.getString("answer"),
                        row.getTimestamp("at").toInstant()))
                .list();
    }

    private void insert(
            Meta meta,
            String factId,
            String type,
            String route,
            String channel,
            String recipient,
            boolean sent,
            String answer) {
        jdbc.sql(
                        """
                        insert into notification
                            (id, change_id, fact_id, fact_type, route, channel, recipient, sent, answer, at)
                        values (?, ?, ?, ?, ?, ?, ?, ?, ?, ?)
                        """)
                .params(
                        meta.getAggregateId(),
                        meta.getCorrelationId(),
                        factId,
                        type,
                        route,
                        channel,
                        recipient,
                        sent,
                        answer,
                        Timestamp.from(meta.getRecordedAt()))
                .update();
    }
}
