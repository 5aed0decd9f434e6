package slipway.change;

import java.sql.ResultSet;
import java.sql.SQLException;
import java.time.Instant;
import java.time.OffsetDateTime;
import java.time.ZoneOffset;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import org.jspecify.annotations.Nullable;
import org.springframework.jdbc.core.simple.JdbcClient;
import org.springframework.stereotype.Component;
import slipway.change.calendar.Window;
import slipway.change.domain.ChangeEvent;
import slipway.change.domain.History;
import slipway.change.domain.Outcome;
import slipway.change.domain.Rfc;
import slipway.change.domain.Status;
import slipway.events.Meta;
import slipway.messaging.Projection;

/// All changes as lists show them, in step with their facts.
@Component
class ChangeRegister implements Projection<ChangeEvent> {

    private static final int LONGEST_LIST = 500;

    private static final String ENTER =
            """
            insert into change (id, event_id, title, status, requester, service, version, items, template, not_before, not_after,
                requested_at, changed_at)
            values (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)
            """;

    private final JdbcClient jdbc;

    ChangeRegister(JdbcClient jdbc) {
        this.jdbc = jdbc;
    }

    /// One line of the list.
    ///
    /// @param waitsFor the change that keeps it out of the calendar
    record Line(
            String id,
            String title,
            String state,
            @Nullable String risk,
            Window window,
            String requester,
            String service,
            String version,
            @Nullable String waitsFor,
            @Nullable String outcome,
            Instant requestedAt) {}

    String nextId() {
        return "CHG-" + jdbc.sql("select nextval('change_number')").query(Long.class).single();
    }

    /// Whether this very fact is the beginning of one of our changes, and not a request from outside.
    boolean isOwn(Meta rfcSubmitted) {
        return jdbc.sql("select exists (select from change where id = ? and event_id = ?)")
                .params(rfcSubmitted.getAggregateId(), rfcSubmitted.getEventId())
                .query(Boolean.class)
                .single();
    }

    /// The newest first.
    ///
    /// @param state only those in this state; null: all
    List<Line> list(@Nullable Status state) {
        String wanted = state == null ? null : state.name();
        return jdbc.sql(
                        """
                        select * from change where cast(? as text) is null or status = ?
                        order by requested_at desc, id limit ?
                        """)
                .params(wanted, wanted, LONGEST_LIST)
                .query((row, _) -> line(row))
                .list();
    }

    /// Approved changes that wait for the calendar, the oldest first.
    List<String> waiting() {
        return jdbc.sql("select id from change where waits_for is not null order by requested_at, id")
                .query(String.class)
                .list();
    }

    History history(Instant now) {
        Set<String> items = new HashSet<>();
        Set<String> templates = new HashSet<>();
        jdbc.sql("select items, template from change where failed_at > ?")
                .param(now.minus(History.SPAN).atOffset(ZoneOffset.UTC))
                .query((row, _) -> {
                    items.addAll(List.of((String[]) row.getArray("items").getArray()));
                    String template = row.getString("template");
                    return template != null && templates.add(template);
                })
                .list();
        return new History(items, templates);
    }

    @Override
    public void project(ChangeEvent fact, Meta meta) {
        Status status = Status.after(fact);
        OffsetDateTime at = meta.getRecordedAt().atOffset(ZoneOffset.UTC);
        if (fact instanceof ChangeEvent.RFCSubmitted(var rfc, _, _, _)) {
            enter(rfc, meta, at);
        } else if (status != null) {
            jdbc.sql("update change set status = ?, changed_at = ?, waits_for = null where id = ?")
                    .params(status.name(), at, meta.getAggregateId())
                    .update();
        }
        switch (fact) {
            case ChangeEvent.RiskAssessed risk -> set("risk", risk.level().name(), meta);
            case ChangeEvent.ConflictDetected conflict -> set("waits_for", conflict.withChange(), meta);
            case ChangeEvent.ReviewOpened review -> {
                set("outcome", review.proposedOutcome().name(), meta);
                if (failed(review.proposedOutcome())) {
                    set("failed_at", at, meta);
                }
            }
            case ChangeEvent.ChangeClosed closed -> set("outcome", closed.outcome().name(), meta);
            default -> {}
        }
    }

    private void enter(Rfc rfc, Meta meta, OffsetDateTime at) {
        jdbc.sql(ENTER)
                .params(
                        meta.getAggregateId(),
                        meta.getEventId(),
                        rfc.title(),
                        Status.ASSESSING.name(),
                        rfc.requester(),
                        rfc.service(),
                        rfc.version(),
                        rfc.configurationItems().toArray(String[]::new),
                        rfc.templateRef(),
                        rfc.window().notBefore().atOffset(ZoneOffset.UTC),
                        rfc.window().notAfter().atOffset(ZoneOffset.UTC),
                        at,
                        at)
                .update();
    }

    private void set(String column, Object value, Meta meta) {
        jdbc.sql("update change set " + column + " = ? where id = ?")
                .params(value, meta.getAggregateId())
                .update();
    }

    private static boolean failed(Outcome outcome) {
        return outcome == Outcome.BACKED_OUT || outcome == Outcome.FAILED_NOT_BACKED_OUT;
    }

    private static Line line(ResultSet row) throws SQLException {
        return new Line(
                row.getString("id"),
                row.getString("title"),
                row.getString("status"),
                row.getString("risk"),
                new Window(instant(row, "not_before"), instant(row, "not_after")),
                row.getString("requester"),
                row.getString("service"),
                row.getString("version"),
                row.getString("waits_for"),
                row.getString("outcome"),
                instant(row, "requested_at"));
    }

    private static Instant instant(ResultSet row, String column) throws SQLException {
        return row.getObject(column, OffsetDateTime.class).toInstant();
    }
}
