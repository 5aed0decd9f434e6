package slipway.audit;

import java.sql.Timestamp;
import java.time.Instant;
import java.util.List;
import org.jspecify.annotations.Nullable;
import org.springframework.jdbc.core.simple.JdbcClient;
import slipway.audit.domain.BreachEvent;
import slipway.audit.domain.BreachEvent.InvariantBroken;
import slipway.audit.domain.Invariant;
import slipway.events.Meta;
import slipway.messaging.Projection;

/// What was found broken, in step with the facts of it.
final class Breaches implements Projection<BreachEvent> {

    private static final int MOST = 1_000;

    private final JdbcClient jdbc;

    Breaches(JdbcClient jdbc) {
        this.jdbc = jdbc;
    }

    /// @param story the change to which it belongs
    record Breach(Invariant invariant, String subject, String story, @Nullable String factId, String what, Instant foundAt) {}

    @Override
    public void project(BreachEvent fact, Meta meta) {
        switch (fact) {
            case InvariantBroken(var invariant, var subject, var factId, var what) ->
                jdbc.sql("insert into breach (id, invariant, subject, story, fact_id, what, found_at) values (?, ?, ?, ?, ?, ?, ?)")
                        .params(
                                meta.getAggregateId(),
                                invariant.name(),
                                subject,
                                meta.getCorrelationId(),
                                factId,
                                what,
                                Timestamp.from(meta.getRecordedAt()))
                        .update();
        }
    }

    /// The newest first, at most 1,000.
    List<Breach> latest() {
        return jdbc.sql("select * from breach order by found_at desc, id limit ?")
                .param(MOST)
                .query((row, _) -> new Breach(
                        Invariant.valueOf(row.getString("invariant")),
                        row.getString("subject"),
                        row.getString("story"),
                        row.getString("fact_id"),
                        row.getString("what"),
                        row.getTimestamp("found_at").toInstant()))
                .list();
    }
}
