package slipway.backup;

import java.sql.ResultSet;
import java.sql.SQLException;
import java.time.Instant;
import java.time.OffsetDateTime;
import java.time.ZoneOffset;
import java.util.List;
import java.util.Optional;
import org.jspecify.annotations.Nullable;
import org.springframework.jdbc.core.simple.JdbcClient;
import org.springframework.stereotype.Component;
import slipway.backup.domain.BackupEvent;
import slipway.events.Meta;
import slipway.messaging.Projection;

/// All backup sets as lists show them, in step with their facts.
@Component
class BackupRegister implements Projection<BackupEvent> {

    private static final int LONGEST_LIST = 500;

    private final JdbcClient jdbc;

    BackupRegister(JdbcClient jdbc) {
        this.jdbc = jdbc;
    }

    /// One line of the list.
    ///
    /// @param bytes of ciphertext, one copy
    /// @param rtoMillis measured by the restore test
    /// @param restore how a restore of live data from it stands; null when none was asked for
    record Line(
            String id,
            String releaseId,
            String environment,
            @Nullable String plan,
            String state,
            @Nullable String level,
            @Nullable Long bytes,
            @Nullable Long rtoMillis,
            @Nullable Instant recoveryPoint,
            @Nullable String restore,
            Instant startedAt) {}

    /// The newest first.
    List<Line> list() {
        return jdbc.sql("select * from backups order by started_at desc, id limit ?")
                .param(LONGEST_LIST)
                .query((row, _) -> line(row))
                .list();
    }

    Optional<Line> line(String id) {
        return jdbc.sql("select * from backups where id = ?")
                .param(id)
                .query((row, _) -> line(row))
                .optional();
    }

    @Override
    public void project(BackupEvent fact, Meta meta) {
        String id = meta.getAggregateId();
        switch (fact) {
            case BackupEvent.BackupStarted(var release, var environment, var plan, _, _, _) ->
                enter(id, release, environment, plan, "CAPTURING", meta);
            case BackupEvent.BackupItemCaptured _,
                    BackupEvent.BackupItemFailed _,
                    BackupEvent.BackupChecked _ -> {}
            case BackupEvent.BackupCompleted done ->
                jdbc.sql("update backups set state = 'COMPLETED', bytes = ?, recovery_point = ? where id = ?")
                        .params(done.bytes(), done.recoveryPoint().atOffset(ZoneOffset.UTC), id)
                        .update();
            case BackupEvent.BackupFailed(var release, var environment, _) ->
                enter(id, release, environment, null, "FAILED", meta);
            case BackupEvent.BackupVerified(_, _, var level, _) ->
                jdbc.sql("update backups set state = 'VERIFIED', level = ? where id = ?")
                        .params(level.name(), id)
                        .update();
            case BackupEvent.RestoreTested tested ->
                jdbc.sql("update backups set state = 'RESTORE_TESTED', level = ?, rto_millis = ? where id = ?")
                        .params(tested.level().name(), tested.measuredRtoMillis(), id)
                        .update();
            case BackupEvent.BackupCorrupted _ ->
                jdbc.sql("update backups set state = 'CORRUPTED', level = null where id = ?")
                        .param(id)
                        .update();
        }
    }

    private void enter(
            String id, String release, String environment, @Nullable String plan, String state, Meta meta) {
        jdbc.sql(
                        """
                        insert into backups (id, release_id, environment, plan, state, started_at) values (?, ?, ?, ?, ?, ?)
                        on conflict (id) do update set state = excluded.state
                        """)
                .params(id, release, environment, plan, state, meta.getRecordedAt().atOffset(ZoneOffset.UTC))
                .update();
    }

    private static Line line(ResultSet row) throws SQLException {
        Instant recoveryPoint = instant(row, "recovery_point");
        return new Line(
                row.getString("id"),
                row.getString("release_id"),
                row.getString("environment"),
                row.getString("plan"),
                row.getString("state"),
                row.getString("level"),
                row.getObject("bytes", Long.class),
                row.getObject("rto_millis", Long.class),
                recoveryPoint,
                row.getString("restore"),
                row.getObject("started_at", OffsetDateTime.class).toInstant());
    }

    private static @Nullable Instant instant(ResultSet row, String column) throws SQLException {
        OffsetDateTime at = row.getObject(column, OffsetDateTime.class);
        return at == null ? null : at.toInstant();
    }
}
