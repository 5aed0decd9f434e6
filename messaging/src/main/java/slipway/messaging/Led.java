package slipway.messaging;

import org.springframework.jdbc.core.simple.JdbcClient;

/// What was decided because of a fact before the database was set back, and was taken back from the log: it is not decided once more when
/// that fact comes again.
final class Led {

    private final JdbcClient jdbc;

    Led(JdbcClient jdbc) {
        this.jdbc = jdbc;
    }

    boolean toFactsThatWereTakenBack(String eventId) {
        return jdbc.sql("select exists (select from taken_back where causation_id = ?)")
                .param(eventId)
                .query(Boolean.class)
                .single();
    }
}
