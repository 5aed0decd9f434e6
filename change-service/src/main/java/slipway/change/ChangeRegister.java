package slipway.change;

import java.sql.ResultSet;
import java.sql.SQLException;
import java.time.Instant;
import java.time.OffsetDateTime;
import java.time.ZoneOffset;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import org.jspecify.annotations.Nullable;
import org.springframework.jdbc.core.simple.JdbcClient;
import org.springframework.stereotype.Component;
import slipway.change.calendar.Window;
import slipway.change.domain.ChangeEvent;
import slipway.change.domain.ChangeType;
import slipway.change.domain.Evidence;
import slipway.change.domain.History;
import slipway.change.domain.Outcome;
import slipway.change.domain.Rfc;
import slipway.change.domain.Status;
import slipway.events.Meta;
import slipway.http.Refusal;
import slipway.messaging.Journal;
import slipway.messaging.Numbers;
import slipway.messaging.Projection;

/// All changes as lists show them, in step with their facts.
@Component
class ChangeRegister implements Projection<ChangeEvent> {

    /// What it waits for was told while it was not approved yet, and is not told again.
    private static final String LEAVE =
            """
            update change set status = ?, changed_at = ?,
                waits_for = case when ? in ('AWAITING_APPROVAL', 'APPROVED') then waits_for end,
                -- What was carried out, or is over for good, is held by nothing; what may be revised goes on being held.
                holds = case
                    when ? in ('MONITORING', 'ROLLING_BACK', 'REVIEW', 'CLOSED', 'CANCELLED') then 0
                    else holds end
            where id = ?
            """;

    private static final String ENTER =
            """
            insert into change (id, event_id, title, status, requester, implementer, service, version, items, environments, tags,
                template, not_before, not_after, requested_at, changed_at)
            values (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)
            on conflict (id) do update set event_id = excluded.event_id, title = excluded.title, status = excluded.status,
                implementer = excluded.implementer, service = excluded.service, version = excluded.version,
                items = excluded.items, environments = excluded.environments, tags = excluded.tags,
                template = excluded.template, not_before = excluded.not_before, not_after = excluded.not_after,
                waits_for = null, changed_at = excluded.changed_at
            """;

    private final JdbcClient jdbc;
    private final Numbers numbers;

    ChangeRegister(JdbcClient jdbc, Journal journal) {
        this.jdbc = jdbc;
        this.numbers = journal.numbers("CHG-", "change_number");
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
            boolean held,
            @Nullable String outcome,
            Instant requestedAt) {}

    String nextId() {
        return numbers.next();
    }

    /// Whether this very fact is the beginning of one of our changes, and not a request from outside.
    boolean isOwn(Meta rfcSubmitted) {
        return jdbc.sql("select exists (select from change where id = ? and event_id = ?)")
                .params(rfcSubmitted.getAggregateId(), rfcSubmitted.getEventId())
                .query(Boolean.class)
                .single();
    }

    /// @param next the cursor with which the list goes on; null: this was the end
    record Page(List<Line> changes, @Nullable String next) {}

    /// The newest first.
    ///
    /// @param after the cursor of the page before; null: from the beginning
    Page list(ChangeFilter filter, @Nullable String after) {
        Map<String, Object> conditions = filter.conditions();
        List<Object> values = new ArrayList<>(conditions.values());
        String where = String.join("", conditions.keySet().stream().map(condition -> " and " + condition).toList());
        if (after != null) {
            // Ids never change: a page neither repeats nor leaves out what was there when the list began.
            where += " and number < ?";
            values.add(cursor(after));
        }
        values.add(filter.limit() + 1);
        List<Line> lines = jdbc.sql("select * from change where true" + where + " order by number desc limit ?")
                .params(values)
                .query((row, _) -> line(row))
                .list();
        if (lines.size() <= filter.limit()) {
            return new Page(lines, null);
        }
        List<Line> page = lines.subList(0, filter.limit());
        return new Page(page, page.getLast().id());
    }

    private static long cursor(String after) {
        try {
            return Long.parseLong(after.substring(after.indexOf('-') + 1));
        } catch (NumberFormatException _) {
            throw Refusal.malformed(List.of("after: '" + after + "' is no cursor; take `next` of the page before"));
        }
    }

    /// Approved changes that wait for the calendar, the oldest first.
    List<String> waiting() {
        return jdbc.sql("select id from change where status = 'APPROVED' order by requested_at, id")
                .query(String.class)
                .list();
    }

    /// Open changes at about the same time as this one, which may be over: whatever it did to them, they are looked at again.
    List<String> around(String id) {
        return jdbc.sql(
                        """
                        select other.id from change it, change other
                        where it.id = ? and other.id <> it.id
                            and other.status in ('AWAITING_APPROVAL', 'APPROVED', 'SCHEDULED', 'IMPLEMENTING')
                            and other.not_before - interval '1 day' < it.not_after
                            and it.not_before < other.not_after + interval '1 day'
                        order by other.requested_at, other.id
                        """)
                .param(id)
                .query(String.class)
                .list();
    }

    /// Whatever a freeze or the calendar may concern.
    List<String> open() {
        return jdbc.sql(
                        """
                        select id from change where status in ('AWAITING_APPROVAL', 'APPROVED', 'SCHEDULED', 'IMPLEMENTING')
                        order by requested_at, id
                        """)
                .query(String.class)
                .list();
    }

    /// Everything that has its place in the calendar, in order of time.
    List<Line> scheduled() {
        return jdbc.sql(
                        """
                        select * from change where status in ('SCHEDULED', 'IMPLEMENTING') order by not_before, number
                        limit 1000
                        """)
                .query((row, _) -> line(row))
                .list();
    }

    /// Approved by this template, and not started.
    List<String> openByTemplate(String ref) {
        return jdbc.sql(
                        """
                        select id from change where template = ? and status in ('APPROVED', 'SCHEDULED')
                        order by requested_at, id
                        """)
                .param(ref)
                .query(String.class)
                .list();
    }

    Optional<String> template(String id) {
        return jdbc.sql("select template from change where id = ? and template is not null")
                .param(id)
                .query(String.class)
                .optional();
    }

    /// @param rfc which names what was done before
    History history(Instant now, Rfc rfc) {
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
        return new History(items, templates, successes(rfc));
    }

    private Set<String> successes(Rfc rfc) {
        String[] named = rfc.evidence().stream().map(Evidence::reference).toArray(String[]::new);
        return named.length == 0
                ? Set.of()
                : Set.copyOf(jdbc.sql(
                                """
                                select id from change
                                where id = any(?) and service = ? and status = 'CLOSED' and outcome = 'SUCCESSFUL'
                                """)
                        .params(named, rfc.service())
                        .query(String.class)
                        .list());
    }

    @Override
    public void project(ChangeEvent fact, Meta meta) {
        Status status = Status.after(fact);
        OffsetDateTime at = meta.getRecordedAt().atOffset(ZoneOffset.UTC);
        switch (fact) {
            case ChangeEvent.RFCSubmitted(var rfc, _, _, _, _) -> enter(rfc, Status.ASSESSING, meta, at);
            case ChangeEvent.RFCDrafted(var rfc, _, _, _) -> enter(rfc, Status.DRAFT, meta, at);
            // The same fact as before, but of a request that reads otherwise: its state stays.
            case ChangeEvent.ChangeAmended amended -> {
                String stays = jdbc.sql("select status from change where id = ?")
                        .param(meta.getAggregateId())
                        .query(String.class)
                        .single();
                String eventId = jdbc.sql("select event_id from change where id = ?")
                        .param(meta.getAggregateId())
                        .query(String.class)
                        .single();
                enter(amended.rfc(), Status.valueOf(stays), meta, at);
                set("event_id", eventId, meta);
            }
            default -> {
                if (status != null) {
                    jdbc.sql(LEAVE).params(status.name(), at, status.name(), status.name(), meta.getAggregateId()).update();
                }
            }
        }
        details(fact, meta, at);
    }

    private void details(ChangeEvent fact, Meta meta, OffsetDateTime at) {
        switch (fact) {
            case ChangeEvent.RiskAssessed risk -> set("risk", risk.level().name(), meta);
            case ChangeEvent.ConflictDetected conflict when conflict.kind().hard() ->
                set("waits_for", conflict.withChange().isEmpty() ? conflict.ci() : conflict.withChange(), meta);
            case ChangeEvent.ConflictResolved(var conflict) when conflict.kind().hard() ->
                jdbc.sql("update change set waits_for = null where id = ? and waits_for = ?")
                        .params(
                                meta.getAggregateId(),
                                conflict.with().isEmpty() ? conflict.ci() : conflict.with())
                        .update();
            case ChangeEvent.ChangeHeld _ -> count(1, meta);
            case ChangeEvent.ChangeHoldLifted _ -> count(-1, meta);
            case ChangeEvent.ReviewOpened review -> {
                set("outcome", review.proposedOutcome().name(), meta);
                failed(review.proposedOutcome(), meta, at);
            }
            case ChangeEvent.ChangeClosed closed -> {
                set("outcome", closed.outcome().name(), meta);
                failed(closed.outcome(), meta, at);
            }
            case ChangeEvent.ChangeOutcomeReclassified again -> {
                set("outcome", again.to().name(), meta);
                failed(again.to(), meta, at);
            }
            default -> {}
        }
    }

    private void enter(Rfc rfc, Status status, Meta meta, OffsetDateTime at) {
        jdbc.sql(ENTER)
                .params(
                        meta.getAggregateId(),
                        meta.getEventId(),
                        rfc.title(),
                        status.name(),
                        rfc.requester(),
                        rfc.implementer(),
                        rfc.service(),
                        rfc.version(),
                        rfc.configurationItems().toArray(String[]::new),
                        rfc.environments().toArray(String[]::new),
                        rfc.tags().toArray(String[]::new),
                        rfc.type() == ChangeType.STANDARD ? rfc.templateRef() : null,
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

    private void count(int holds, Meta meta) {
        jdbc.sql("update change set holds = holds + ? where id = ?")
                .params(holds, meta.getAggregateId())
                .update();
    }

    /// From the first time that it was said; no longer when people found otherwise.
    private void failed(Outcome outcome, Meta meta, OffsetDateTime at) {
        boolean failed = outcome == Outcome.BACKED_OUT || outcome == Outcome.FAILED_NOT_BACKED_OUT;
        jdbc.sql("update change set failed_at = case when ? then coalesce(failed_at, ?) end where id = ?")
                .params(failed, at, meta.getAggregateId())
                .update();
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
                row.getInt("holds") > 0,
                row.getString("outcome"),
                instant(row, "requested_at"));
    }

    private static Instant instant(ResultSet row, String column) throws SQLException {
        return row.getObject(column, OffsetDateTime.class).toInstant();
    }
}
