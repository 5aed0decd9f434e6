package slipway.change.intake;

import java.time.Instant;
import java.time.OffsetDateTime;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;
import org.springframework.jdbc.core.simple.JdbcClient;
import org.springframework.stereotype.Component;
import slipway.change.intake.Delivery.State;

/// What came, page by page, without bodies.
@Component
class DeliveryList {

    private final JdbcClient jdbc;

    DeliveryList(JdbcClient jdbc) {
        this.jdbc = jdbc;
    }

    /// One line of the list.
    record Line(
            String id,
            String source,
            @Nullable String key,
            Instant receivedAt,
            State state,
            @Nullable String rule,
            List<String> reasons,
            List<String> results) {}

    /// The newest first.
    ///
    /// @param after the id that the page before ended with; null: from the beginning
    List<Line> list(@Nullable String source, @Nullable State state, @Nullable Long after, int limit) {
        List<Object> values = new ArrayList<>();
        String where = "";
        if (source != null) {
            where += " and source = ?";
            values.add(source);
        }
        if (state != null) {
            where += " and state = ?";
            values.add(state.name());
        }
        if (after != null) {
            where += " and number < ?";
            values.add(after);
        }
        values.add(limit);
        return jdbc.sql("select id, source, delivery_key, received_at, state, rule, reasons, results from delivery where true" + where + " order by number desc limit ?")
                .params(values)
                .query((row, _) -> new Line(
                        row.getString("id"),
                        row.getString("source"),
                        row.getString("delivery_key"),
                        row.getObject("received_at", OffsetDateTime.class).toInstant(),
                        State.valueOf(row.getString("state")),
                        row.getString("rule"),
                        Deliveries.texts(row, "reasons"),
                        Deliveries.texts(row, "results")))
                .list();
    }
}
