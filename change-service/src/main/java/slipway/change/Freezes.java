package slipway.change;

import java.sql.ResultSet;
import java.sql.SQLException;
import java.time.Instant;
import java.time.OffsetDateTime;
import java.time.ZoneOffset;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import org.jspecify.annotations.Nullable;
import org.springframework.jdbc.core.simple.JdbcClient;
import org.springframework.stereotype.Component;
import slipway.change.calendar.Freeze;
import slipway.change.calendar.FreezeScope;
import slipway.change.calendar.Recurrence;
import slipway.change.calendar.Target;
import slipway.change.domain.FreezeEvent;
import slipway.change.domain.FreezeEvent.FreezeDeclared;
import slipway.change.domain.FreezeEvent.FreezeLifted;
import slipway.change.domain.FreezeEvent.FreezeOverridden;
import slipway.events.Meta;
import slipway.messaging.Journal;
import slipway.messaging.Numbers;
import slipway.messaging.Projection;
import tools.jackson.databind.json.JsonMapper;

/// All freezes, in step with their facts.
@Component
class Freezes implements Projection<FreezeEvent> {

    private final JdbcClient jdbc;
    private final Numbers numbers;
    private final JsonMapper json;

    Freezes(JdbcClient jdbc, JsonMapper json, Journal journal) {
        this.jdbc = jdbc;
        this.numbers = journal.numbers("FRZ-", "freeze_number");
        this.json = json;
    }

    /// One line of the list.
    record Line(Freeze freeze, String declaredBy, Instant declaredAt, @Nullable String liftedBy) {}

    String nextId() {
        return numbers.next();
    }

    /// Those that hold now, in the order in which they were declared.
    List<Freeze> holding() {
        return jdbc.sql("select * from change_freeze where lifted_at is null order by declared_at, id")
                .query((row, _) -> freeze(row))
                .list();
    }

    /// The one that holds and was read from this event of a calendar.
    Optional<Freeze> ofEvent(String uid) {
        return jdbc.sql("select * from change_freeze where lifted_at is null and uid = ? order by declared_at limit 1")
                .param(uid)
                .query((row, _) -> freeze(row))
                .optional();
    }

    /// The same, for whoever is about to declare another; who does so at the same moment waits here.
    Optional<Freeze> next(String uid) {
        jdbc.sql("select pg_advisory_xact_lock(hashtextextended(?, 7))").param(uid).query((_, _) -> true).single();
        return ofEvent(uid);
    }

    /// All of them, the newest first.
    List<Line> all() {
        return jdbc.sql("select * from change_freeze order by declared_at desc, id desc limit 500")
                .query((row, _) -> new Line(
                        freeze(row),
                        row.getString("declared_by"),
                        row.getObject("declared_at", OffsetDateTime.class).toInstant(),
                        row.getString("lifted_by")))
                .list();
    }

    private Freeze freeze(ResultSet row) throws SQLException {
        return new Freeze(
                row.getString("id"),
                row.getString("name"),
                row.getString("reason"),
                json.readValue(row.getString("scope"), FreezeScope.class),
                json.readValue(row.getString("recurrence"), Recurrence.class),
                row.getString("approver_group"),
                Set.of((String[]) row.getArray("let_through").getArray()));
    }

    @Override
    public void project(FreezeEvent fact, Meta meta) {
        OffsetDateTime at = meta.getRecordedAt().atOffset(ZoneOffset.UTC);
        switch (fact) {
            case FreezeDeclared declared ->
                jdbc.sql(
                                """
                                insert into change_freeze (id, name, reason, scope, recurrence, approver_group, declared_by, declared_at, uid, let_through)
                                values (?, ?, ?, ?::jsonb, ?::jsonb, ?, ?, ?, ?, ?)
                                """)
                        .params(
                                meta.getAggregateId(),
                                declared.name(),
                                declared.reason(),
                                json.writeValueAsString(declared.scope()),
                                json.writeValueAsString(declared.when()),
                                declared.approverGroup(),
                                declared.by(),
                                at,
                                declared.uid(),
                                declared.letThrough().toArray(String[]::new))
                        .update();
            case FreezeLifted lifted ->
                jdbc.sql("update change_freeze set lifted_by = ?, lifted_at = ? where id = ?")
                        .params(lifted.by(), at, meta.getAggregateId())
                        .update();
            case FreezeOverridden overridden ->
                jdbc.sql("update change_freeze set let_through = array_append(let_through, ?) where id = ?")
                        .params(
                                Target.pass(overridden.changeId(), String.valueOf(overridden.planDigest())),
                                meta.getAggregateId())
                        .update();
        }
    }
}
