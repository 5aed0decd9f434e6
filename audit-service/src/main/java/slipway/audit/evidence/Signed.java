package slipway.audit.evidence;

import java.sql.ResultSet;
import java.sql.SQLException;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.function.Function;
import org.springframework.jdbc.core.simple.JdbcClient;
import slipway.audit.domain.Entry;
import slipway.audit.domain.Invariant;
import tools.jackson.databind.json.JsonMapper;

/// The facts of the ledger that are leaves of a tree of some size: what came later is not there.
///
/// @param invariants the query that finds what breaks each, over the facts in `facts`
/// @param size leaves
record Signed(JdbcClient jdbc, JsonMapper json, Function<Invariant, String> invariants, long size) {

    private static final String LEAVES = " from ledger join leaf using (topic, partition, log_offset) where leaf.number < ? and (";

    /// @param where of `ledger`, with `?`
    /// @return by leaf
    List<Proven> facts(String where, Object... params) {
        return first(Integer.MAX_VALUE, where, params);
    }

    /// @param most how many of them
    List<Proven> first(int most, String where, Object... params) {
        return with("select leaf.number, ledger.*" + LEAVES + where + ") order by leaf.number limit ?", params)
                .param(most)
                .query((row, _) -> proven(row))
                .list();
    }

    /// Judged by the very rule that all facts are held to as they come, and now: no verdict depends on whether somebody looked yet.
    ///
    /// @param most how many of them
    /// @return what is wrong, by eventId of the fact by which it does not hold
    Map<String, String> broken(Invariant invariant, int most, String where, Object... params) {
        Map<String, String> broken = new LinkedHashMap<>();
        with("with facts as (select ledger.*" + LEAVES + where + ")) select event_id, string_agg(what, '; ' order by what) as what from ("
                        + invariants.apply(invariant) + ") as found group by event_id order by event_id limit ?", params)
                .param(most)
                .query((row, _) -> Map.entry(row.getString("event_id"), row.getString("what")))
                .list()
                .forEach(each -> broken.put(each.getKey(), each.getValue()));
        return broken;
    }

    private JdbcClient.StatementSpec with(String query, Object... params) {
        JdbcClient.StatementSpec statement = jdbc.sql(query).param(size);
        for (Object each : params) {
            statement = statement.param(each);
        }
        return statement;
    }

    private Proven proven(ResultSet row) throws SQLException {
        Entry entry = new Entry(
                new Entry.Place(row.getString("topic"), row.getInt("partition"), row.getLong("log_offset")),
                row.getString("type"),
                row.getString("aggregate_id"),
                row.getLong("sequence"),
                row.getString("event_id"),
                row.getString("correlation_id"),
                row.getString("causation_id"),
                row.getString("actor"),
                row.getString("actor_kind"),
                row.getString("on_behalf_of"),
                row.getTimestamp("occurred_at").toInstant(),
                row.getTimestamp("recorded_at").toInstant(),
                row.getString("hash"),
                row.getString("prev_hash"),
                row.getString("payload"));
        return new Proven(row.getLong("number"), entry, row.getBytes("wire"), json.readTree(entry.payload()));
    }
}
