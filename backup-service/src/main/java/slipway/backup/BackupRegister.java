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
import slipway.backup.domain.Retention;
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
    /// @param releaseId empty: of no release
    /// @param verifiedAt when every copy was last read to its end
    /// @param testedAt when it was last restored into scratch and compared
    /// @param heldBy releases, restores and persons; while there is one it is not pruned
    /// @param keptFor the set from which live data were to be restored, when this one keeps what was there before; empty: it is no safety backup
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
            @Nullable Instant verifiedAt,
            @Nullable Instant testedAt,
            List<String> heldBy,
            String keptFor,
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

    /// Whether a set of the plan is being captured.
    boolean capturing(String plan) {
        return jdbc.sql("select exists (select from backups where plan = ? and state = 'CAPTURING')")
                .param(plan)
                .query(Boolean.class)
                .single();
    }

    /// The newest of the plan's sets that is a way back for all of it; empty, too, while it is being restored on trial.
    Optional<String> newest(String plan) {
        return jdbc.sql(
                        """
                        select id from (
                            select id, proving from backups where plan = ? and state = 'RESTORE_TESTED' and kept_for = ''
                            order by started_at desc, id limit 1) newest
                        where proving is distinct from 'V4'
                        """)
                .param(plan)
                .query(String.class)
                .optional();
    }

    /// The plan's sets that are there and at rest, without its safety backups: each is kept as long as somebody holds it.
    List<Retention.Taken> taken(String plan) {
        return jdbc.sql(
                        """
                        select id, started_at, state = 'RESTORE_TESTED' as proven from backups
                        where plan = ? and kept_for = '' and state in ('RESTORE_TESTED', 'CORRUPTED', 'FAILED')
                        """)
                .param(plan)
                .query((row, _) -> new Retention.Taken(
                        row.getString("id"),
                        row.getObject("started_at", OffsetDateTime.class).toInstant(),
                        row.getBoolean("proven")))
                .list();
    }

    /// The plan's safety backups that are at rest and that nobody holds any more.
    List<String> letGo(String plan) {
        return jdbc.sql(
                        """
                        select id from backups
                        where plan = ? and kept_for <> '' and held_by = '{}' and proving is null
                            and state in ('RESTORE_TESTED', 'UNPROVEN', 'CORRUPTED')
                        order by id
                        """)
                .param(plan)
                .query(String.class)
                .list();
    }

    /// The plan's sets from which somebody wants to restore, or does.
    List<String> wanted(String plan) {
        return jdbc.sql("select id from backups where plan = ? and restore in ('AWAITING_APPROVAL', 'REQUESTED', 'SECURED')")
                .param(plan)
                .query(String.class)
                .list();
    }

    /// The plan's sets from which live data are being restored.
    List<String> restoring(String plan) {
        return jdbc.sql("select id from backups where plan = ? and restore in ('REQUESTED', 'SECURED') order by id")
                .param(plan)
                .query(String.class)
                .list();
    }

    /// Whether sets were taken for a release of that name.
    boolean isRelease(String name) {
        return jdbc.sql("select exists (select from backups where release_id = ? and release_id <> '')")
                .param(name)
                .query(Boolean.class)
                .single();
    }

    /// Sets that a release holds.
    List<String> heldBy(String release) {
        return jdbc.sql("select id from backups where held_by @> array[?::text]")
                .param(release)
                .query(String.class)
                .list();
    }

    @Override
    public void project(BackupEvent fact, Meta meta) {
        String id = meta.getAggregateId();
        switch (fact) {
            case BackupEvent.BackupStarted(var release, var environment, var plan, _, _, _, var keptFor) -> {
                enter(id, release, environment, plan, "CAPTURING", meta);
                jdbc.sql("update backups set kept_for = ? where id = ?").params(keptFor, id).update();
            }
            case BackupEvent.BackupItemCaptured _, BackupEvent.BackupItemFailed _, BackupEvent.BackupChecked _ -> {}
            case BackupEvent.VerificationRequested asked ->
                jdbc.sql("update backups set proving = ? where id = ?")
                        .params(asked.level().name(), id)
                        .update();
            case BackupEvent.BackupPartial partial -> sealed(id, "PARTIAL", partial.bytes(), partial.recoveryPoint());
            case BackupEvent.BackupCompleted done -> sealed(id, "COMPLETED", done.bytes(), done.recoveryPoint());
            case BackupEvent.BackupFailed(var release, var environment, _) ->
                enter(id, release, environment, null, "FAILED", meta);
            case BackupEvent.BackupVerified(_, _, var level, _, _, _) ->
                jdbc.sql(
                                """
                                update backups set verified_at = ?,
                                    proving = nullif(proving, 'V2'),
                                    state = case when state in ('COMPLETED', 'UNPROVEN') then 'VERIFIED' else state end,
                                    level = case when state in ('COMPLETED', 'UNPROVEN') then ? else level end
                                where id = ?
                                """)
                        .params(at(meta), level.name(), id)
                        .update();
            case BackupEvent.RestoreTested tested ->
                jdbc.sql("update backups set state = 'RESTORE_TESTED', level = ?, rto_millis = ?, tested_at = ?, proving = null where id = ?")
                        .params(tested.level().name(), tested.measuredRtoMillis(), at(meta), id)
                        .update();
            case BackupEvent.BackupCorrupted corrupted ->
                stands(id, corrupted.soundCopies() > 0 ? "REPAIRING" : "CORRUPTED");
            case BackupEvent.BackupUnproven _ -> stands(id, "UNPROVEN");
            case BackupEvent.BackupRepaired _ -> stands(id, "COMPLETED");
            case BackupEvent.BackupPinned(var holder, _) -> hold("array_append(array_remove(held_by, :holder), :holder)", holder, id);
            case BackupEvent.BackupUnpinned(var holder, _) -> hold("array_remove(held_by, :holder)", holder, id);
            case BackupEvent.BackupPruned _ -> stands(id, "PRUNED");
        }
    }

    private void sealed(String id, String state, long bytes, Instant recoveryPoint) {
        jdbc.sql("update backups set state = ?, bytes = ?, recovery_point = ? where id = ?")
                .params(state, bytes, recoveryPoint.atOffset(ZoneOffset.UTC), id)
                .update();
    }

    /// It is proven to no level, or no longer.
    private void stands(String id, String state) {
        jdbc.sql("update backups set state = ?, level = null, proving = null where id = ?")
                .params(state, id)
                .update();
    }

    private void hold(String heldBy, String holder, String id) {
        jdbc.sql("update backups set held_by = " + heldBy + " where id = :id")
                .param("holder", holder)
                .param("id", id)
                .update();
    }

    private static OffsetDateTime at(Meta meta) {
        return meta.getRecordedAt().atOffset(ZoneOffset.UTC);
    }

    private void enter(
            String id, String release, String environment, @Nullable String plan, String state, Meta meta) {
        jdbc.sql(
                        """
                        insert into backups (id, release_id, environment, plan, state, started_at) values (?, ?, ?, ?, ?, ?)
                        on conflict (id) do update set state = excluded.state
                        """)
                .params(id, release, environment, plan, state, at(meta))
                .update();
    }

    private static Line line(ResultSet row) throws SQLException {
        return new Line(
                row.getString("id"),
                row.getString("release_id"),
                row.getString("environment"),
                row.getString("plan"),
                row.getString("state"),
                row.getString("level"),
                row.getObject("bytes", Long.class),
                row.getObject("rto_millis", Long.class),
                instant(row, "recovery_point"),
                instant(row, "verified_at"),
                instant(row, "tested_at"),
                List.of((String[]) row.getArray("held_by").getArray()),
                row.getString("kept_for"),
                row.getString("restore"),
                row.getObject("started_at", OffsetDateTime.class).toInstant());
    }

    private static @Nullable Instant instant(ResultSet row, String column) throws SQLException {
        OffsetDateTime at = row.getObject(column, OffsetDateTime.class);
        return at == null ? null : at.toInstant();
    }
}
