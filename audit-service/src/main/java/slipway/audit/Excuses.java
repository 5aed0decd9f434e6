package slipway.audit;

import java.util.List;
import java.util.Set;
import java.util.function.Function;
import org.springframework.jdbc.core.simple.JdbcClient;
import slipway.audit.Conformance.Found;

/// Whom a fact that is parked may excuse: what it says is not known, and it may be what allowed the rest.
final class Excuses {

    private final JdbcClient jdbc;

    Excuses(JdbcClient jdbc) {
        this.jdbc = jdbc;
    }

    /// @return eventIds of those whose story has a part in an aggregate with parked facts, or names it
    Set<String> of(List<Found> found) {
        if (found.isEmpty()) {
            return Set.of();
        }
        return Set.copyOf(jdbc.sql(
                        """
                        select event_id from unnest(?::text[], ?::text[], ?::text[]) as found (event_id, story, what)
                        where exists (
                            select from parked where resolution is null and (
                                starts_with(found.what, parked.aggregate_id || ' ') or exists (
                                    select from ledger where correlation_id = found.story and (
                                        ledger.aggregate_id = parked.aggregate_id
                                        or jsonb_path_exists(
                                            said(ledger.payload), '$.** ? (@ == $id)', jsonb_build_object('id', parked.aggregate_id))))))
                        """)
                .param(texts(found, Found::eventId))
                .param(texts(found, Found::story))
                .param(texts(found, Found::what))
                .query(String.class)
                .list());
    }

    private static String[] texts(List<Found> found, Function<Found, String> text) {
        return found.stream().map(text).toArray(String[]::new);
    }
}
