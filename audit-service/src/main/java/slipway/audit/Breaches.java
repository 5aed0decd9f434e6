package slipway.audit;

import java.time.Instant;
import java.util.List;
import org.jspecify.annotations.Nullable;
import org.springframework.jdbc.core.simple.JdbcClient;
import slipway.audit.domain.Invariant;

/// What was found broken.
final class Breaches {

    private static final int MOST = 1_000;

    private final JdbcClient jdbc;

    Breaches(JdbcClient jdbc) {
        this.jdbc = jdbc;
    }

    /// @param story the change to which it belongs
    record Breach(Invariant invariant, String subject, String story, @Nullable String factId, String what, Instant foundAt) {}

    long count() {
        return jdbc.sql("select count(*) from breach").query(Long.class).single();
    }

    /// The newest first, at most 1,000.
    List<Breach> latest() {
        return jdbc.sql("select * from breach order by found_at desc, aggregate_id limit ?")
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
