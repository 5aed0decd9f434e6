package slipway.backup;

import java.time.Instant;
import java.time.OffsetDateTime;
import java.time.ZoneOffset;
import java.util.List;
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
    /// @param bytes sealed, in one location; null until it is
    record Line(
            String id,
            String releaseId,
            String environment,
            String status,
            @Nullable Long bytes,
            @Nullable Instant recoveryPoint,
            @Nullable String reason,
            Instant changedAt) {}

    /// The newest first.
    List<Line> list() {
        return jdbc.sql("select * from backup_set order by changed_at desc, id limit ?")
                .param(LONGEST_LIST)
                .query((row, _) -> {
                    OffsetDateTime point = row.getObject("recovery_point", OffsetDateTime.class);
                    return new Line(
                            row.getString("id"),
                            row.getString("release_id"),
                            row.getString("environment"),
                            row.getString("status"),
                            row.getObject("bytes", Long.class),
                            point == null ? null : point.toInstant(),
                            row.getString("reason"),
                            row.getObject("changed_at", OffsetDateTime.class).toInstant());
                })
                .list();
    }

    @Override
    public void project(BackupEvent fact, Meta meta) {
        String id = meta.getAggregateId();
        switch (fact) {
            case BackupEvent.BackupStarted started ->
                enter(id, started.releaseId(), started.environment(), "CAPTURING", meta);
            case BackupEvent.BackupFailed failed -> {
                enter(id, failed.releaseId(), failed.environment(), "FAILED", meta);
                reason(id, failed.reasons());
            }
            case BackupEvent.BackupCompleted set -> {
                enter(id, set.releaseId(), set.environment(), "SEALED", meta);
                jdbc.sql("update backup_set set bytes = ?, recovery_point = ? where id = ?")
                        .params(set.bytes(), set.recoveryPoint().atOffset(ZoneOffset.UTC), id)
                        .update();
            }
            case BackupEvent.BackupVerified set -> enter(id, set.releaseId(), set.environment(), "VERIFIED", meta);
            case BackupEvent.RestoreTested set ->
                enter(id, set.releaseId(), set.environment(), "RESTORE_TESTED", meta);
            case BackupEvent.BackupCorrupted set -> {
                enter(id, set.releaseId(), set.environment(), "CORRUPT", meta);
                reason(id, set.reasons());
            }
            case BackupEvent.BackupItemCaptured _, BackupEvent.BackupItemFailed _ -> {}
        }
    }

    private void enter(String id, String releaseId, String environment, String status, Meta meta) {
        jdbc.sql(
                        """
                        insert into backup_set (id, release_id, environment, status, changed_at) values (?, ?, ?, ?, ?)
                        on conflict (id) do update set status = excluded.status, changed_at = excluded.changed_at
                        """)
                .params(id, releaseId, environment, status, meta.getRecordedAt().atOffset(ZoneOffset.UTC))
                .update();
    }

    private void reason(String id, List<String> reasons) {
        jdbc.sql("update backup_set set reason = ? where id = ?")
                .params(String.join("; ", reasons), id)
                .update();
    }
}
