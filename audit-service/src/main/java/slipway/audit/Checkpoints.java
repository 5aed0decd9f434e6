package slipway.audit;

import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Timestamp;
import java.util.List;
import java.util.Optional;
import org.springframework.jdbc.core.simple.JdbcClient;
import slipway.audit.domain.CheckpointEvent;
import slipway.audit.domain.CheckpointEvent.CheckpointSigned;
import slipway.events.Meta;
import slipway.messaging.Projection;

/// All that was signed, in step with the facts of it.
final class Checkpoints implements Projection<CheckpointEvent> {

    private final JdbcClient jdbc;

    Checkpoints(JdbcClient jdbc) {
        this.jdbc = jdbc;
    }

    /// As the table says it.
    ///
    /// @param root in base64
    /// @param note with its signature
    record Signed(long size, String root, String note) {}

    @Override
    public void project(CheckpointEvent fact, Meta meta) {
        switch (fact) {
            case CheckpointSigned(var _, var size, var root, var note) ->
                jdbc.sql("insert into checkpoint (size, root, note, signed_at) values (?, ?, ?, ?)")
                        .params(size, root, note, Timestamp.from(meta.getRecordedAt()))
                        .update();
        }
    }

    /// The one of the most leaves.
    Optional<Signed> last() {
        return jdbc.sql("select * from checkpoint order by size desc limit 1").query((row, _) -> signed(row)).optional();
    }

    List<Signed> all() {
        return jdbc.sql("select * from checkpoint order by size").query((row, _) -> signed(row)).list();
    }

    private static Signed signed(ResultSet row) throws SQLException {
        return new Signed(row.getLong("size"), row.getString("root"), row.getString("note"));
    }
}
