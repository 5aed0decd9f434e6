package slipway.notification;

import java.sql.Array;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Timestamp;
import java.util.List;
import java.util.Optional;
import org.apache.avro.specific.SpecificRecord;
import org.jspecify.annotations.Nullable;
import org.springframework.jdbc.core.simple.JdbcClient;
import slipway.events.Rfc;
import slipway.events.RiskLevel;
import slipway.events.Window;
import slipway.events.change.ChangeAmended;
import slipway.events.change.ChangeCancelled;
import slipway.events.change.ChangeClosed;
import slipway.events.change.ChangeHeld;
import slipway.events.change.ChangeHoldLifted;
import slipway.events.change.ChangeReclassified;
import slipway.events.change.ChangeScheduled;
import slipway.events.change.RFCSubmitted;
import slipway.events.change.RiskAssessed;

/// The story of every change, kept in step with the facts as they come.
final class Stories {

    private final JdbcClient jdbc;

    Stories(JdbcClient jdbc) {
        this.jdbc = jdbc;
    }

    /// @return whether the story begins with it
    boolean follow(String changeId, SpecificRecord fact) {
        boolean begins = false;
        switch (fact) {
            case RFCSubmitted it -> begins = write(changeId, it.getRfc(), it.getPlanDigest());
            case ChangeAmended it -> begins = write(changeId, it.getRfc(), it.getPlanDigest());
            case ChangeReclassified it -> update(changeId, "type", it.getTo().name());
            case RiskAssessed it -> {
                RiskLevel raised = it.getRaisedTo();
                update(changeId, "risk", (raised == null ? it.getLevel() : raised).name());
            }
            case ChangeScheduled it -> scheduled(changeId, it.getWindow());
            case ChangeHeld it -> held(changeId, it);
            case ChangeHoldLifted it -> letGo(changeId, it);
            // What ended waits for nobody who holds it.
            case ChangeCancelled _, ChangeClosed _ -> letGoOfAll(changeId);
            default -> {}
        }
        return begins;
    }

    /// What was told before the newest that is known moves nothing.
    void move(String changeId, SpecificRecord fact) {
        ChangeStatus.after(fact)
                .ifPresent(status -> jdbc.sql(
                                """
                                update story set status = :status, status_at = :at
                                where change_id = :change and status_at <= :at
                                """)
                        .param("status", status)
                        .param("at", Timestamp.from(Message.meta(fact).getRecordedAt()))
                        .param("change", changeId)
                        .update());
    }

    /// Empty while nothing is known of the change, not even that it is one.
    Optional<Story> of(String changeId) {
        return jdbc.sql(
                        """
                        select *, (select string_agg(words, '; ' order by kind, ref) from hold where hold.change_id = story.change_id) as holds
                        from story where change_id = ?
                        """)
                .param(changeId)
                .query((row, _) -> new Story(
                        row.getString("service"),
                        row.getString("risk"),
                        row.getString("type"),
                        list(row, "environments"),
                        row.getString("requester"),
                        row.getString("implementer"),
                        list(row, "watchers"),
                        row.getString("title"),
                        row.getString("version"),
                        span(row),
                        row.getObject("restores_data", Boolean.class),
                        ChangeStatus.with(row.getString("status"), row.getString("holds"))))
                .optional();
    }

    /// The same, asked only after whoever begins it has committed. Until the end of this transaction nobody begins it: what is kept for it by then is found
    /// by whoever does.
    Optional<Story> awaited(String changeId) {
        lock(changeId);
        return of(changeId);
    }

    private void lock(String changeId) {
        jdbc.sql("select pg_advisory_xact_lock(hashtextextended(?, 2))")
                .param(changeId)
                .query((_, _) -> true)
                .single();
    }

    /// Of the plan as it is now; empty: not known.
    String planDigest(String changeId) {
        return jdbc.sql("select plan_digest from story where change_id = ?")
                .param(changeId)
                .query(String.class)
                .optional()
                .orElse("");
    }

    private boolean write(String changeId, Rfc rfc, @Nullable String planDigest) {
        lock(changeId);
        boolean begins = jdbc.sql("insert into story (change_id) values (?) on conflict do nothing")
                        .param(changeId)
                        .update()
                == 1;
        jdbc.sql(
                        """
                        update story set service = ?, type = ?, environments = ?, requester = ?, implementer = ?, watchers = ?,
                            plan_digest = ?, title = ?, version = ?, plan_from = ?, plan_to = ?, restores_data = ?
                        where change_id = ?
                        """)
                .params(
                        rfc.getService(),
                        rfc.getType().name(),
                        rfc.getEnvironments().toArray(String[]::new),
                        rfc.getRequester(),
                        rfc.getImplementer(),
                        rfc.getWatchers().toArray(String[]::new),
                        planDigest == null ? "" : planDigest,
                        rfc.getTitle(),
                        rfc.getVersion(),
                        Timestamp.from(rfc.getWindow().getNotBefore()),
                        Timestamp.from(rfc.getWindow().getNotAfter()),
                        rfc.getRestoreDataOnRollback(),
                        changeId)
                .update();
        return begins;
    }

    private void scheduled(String changeId, Window window) {
        jdbc.sql(
                        """
                        update story set window_from = :from, window_to = :to, plan_from = :from, plan_to = :to
                        where change_id = :change
                        """)
                .param("from", Timestamp.from(window.getNotBefore()))
                .param("to", Timestamp.from(window.getNotAfter()))
                .param("change", changeId)
                .update();
    }

    private void held(String changeId, ChangeHeld it) {
        jdbc.sql(
                        """
                        insert into hold (change_id, kind, ref, words) values (?, ?, ?, ?)
                        on conflict (change_id, kind, ref) do update set words = excluded.words
                        """)
                .params(changeId, it.getKind().name(), it.getRef(), ChangeStatus.held(it))
                .update();
    }

    private void letGo(String changeId, ChangeHoldLifted it) {
        jdbc.sql("delete from hold where change_id = ? and kind = ? and ref = ?")
                .params(changeId, it.getKind().name(), it.getRef())
                .update();
    }

    private void letGoOfAll(String changeId) {
        jdbc.sql("delete from hold where change_id = ?").param(changeId).update();
    }

    /// @param column one of ours
    private void update(String changeId, String column, String value) {
        jdbc.sql("update story set " + column + " = ? where change_id = ?").params(value, changeId).update();
    }

    private static Appointment.@Nullable Span span(ResultSet row) throws SQLException {
        Timestamp from = row.getTimestamp("plan_from");
        return from == null ? null : new Appointment.Span(from.toInstant(), row.getTimestamp("plan_to").toInstant());
    }

    private static List<String> list(ResultSet row, String column) throws SQLException {
        Array array = row.getArray(column);
        return List.of((String[]) array.getArray());
    }
}
