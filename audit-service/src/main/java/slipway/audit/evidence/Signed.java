package slipway.audit.evidence;

import java.sql.ResultSet;
import java.sql.SQLException;
import java.util.List;
import org.springframework.jdbc.core.simple.JdbcClient;
import slipway.audit.domain.Entry;
import tools.jackson.databind.json.JsonMapper;

/// The facts of the ledger that are leaves of a tree of some size: what came later is not there.
///
/// @param size leaves
record Signed(JdbcClient jdbc, JsonMapper json, long size) {

    /// @param where of `ledger`, with `?`
    /// @return by leaf
    List<Proven> facts(String where, Object... params) {
        JdbcClient.StatementSpec statement = jdbc.sql("select leaf.number, ledger.* from ledger join leaf using (topic, partition, log_offset)"
                        + " where leaf.number < ? and (" + where + ") order by leaf.number")
                .param(size);
        for (Object each : params) {
            statement = statement.param(each);
        }
        return statement.query((row, _) -> proven(row)).list();
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
