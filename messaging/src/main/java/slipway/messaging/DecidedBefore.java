package slipway.messaging;

import org.springframework.jdbc.core.simple.JdbcClient;

/// What was decided because of a fact before the database was set back, and was taken back from the log: it is not decided once more when
/// that fact comes again. What else the fact calls for is.
final class DecidedBefore {

    private final JdbcClient jdbc;

    DecidedBefore(JdbcClient jdbc) {
        this.jdbc = jdbc;
    }

    /// Whether anything at all was: where who decides it names the aggregate, such as a change for a request from outside.
    boolean anythingBecauseOf(String eventId) {
        return jdbc.sql("select exists (select from taken_back where causation_id = ?)")
                .param(eventId)
                .query(Boolean.class)
                .single();
    }

    /// Whether that was decided already. A story that begins with it has another id each time.
    boolean becauseOf(Order<?> order, String eventId) {
        return order.begins()
                ? anythingBecauseOf(eventId)
                : jdbc.sql("select exists (select from taken_back where causation_id = ? and aggregate_id = ?)")
                        .params(eventId, order.aggregateId())
                        .query(Boolean.class)
                        .single();
    }
}
