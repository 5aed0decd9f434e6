package slipway.change;

import java.time.Instant;
import java.time.OffsetDateTime;
import java.time.ZoneOffset;
import java.util.List;
import org.jspecify.annotations.Nullable;
import org.springframework.jdbc.core.simple.JdbcClient;
import org.springframework.stereotype.Component;
import slipway.change.calendar.Window;
import slipway.change.domain.DelegationEvent;
import slipway.change.domain.DelegationEvent.ApprovalDelegated;
import slipway.change.domain.DelegationEvent.DelegationEnded;
import slipway.events.Meta;
import slipway.messaging.Journal;
import slipway.messaging.Numbers;
import slipway.messaging.Projection;

/// Who votes in whose place, in step with the facts.
@Component
class Delegations implements Projection<DelegationEvent> {

    private final JdbcClient jdbc;
    private final Numbers numbers;

    Delegations(JdbcClient jdbc, Journal journal) {
        this.jdbc = jdbc;
        this.numbers = journal.numbers("DLG-", "delegation_number");
    }

    /// One line of the list.
    record Line(
            String id, String principal, String delegate, Window during, String reason, @Nullable Instant endedAt) {}

    String nextId() {
        return numbers.next();
    }

    boolean delegated(String principal, String delegate, Instant at) {
        return jdbc.sql(
                        """
                        select exists (select from delegation
                            where principal = ? and delegate = ? and during @> cast(? as timestamptz) and ended_at is null)
                        """)
                .params(principal, delegate, at.atOffset(ZoneOffset.UTC))
                .query(Boolean.class)
                .single();
    }

    /// Everybody who lets this person vote in their place, by name.
    List<String> principals(String delegate, Instant at) {
        return jdbc.sql(
                        """
                        select distinct principal from delegation
                        where delegate = ? and during @> cast(? as timestamptz) and ended_at is null
                        order by principal
                        """)
                .params(delegate, at.atOffset(ZoneOffset.UTC))
                .query(String.class)
                .list();
    }

    /// All of them, the newest first.
    List<Line> all() {
        return jdbc.sql(
                        """
                        select id, principal, delegate, lower(during) as starts, upper(during) as ends, reason, ended_at
                        from delegation order by lower(during) desc, id limit 500
                        """)
                .query((row, _) -> {
                    OffsetDateTime ended = row.getObject("ended_at", OffsetDateTime.class);
                    return new Line(
                            row.getString("id"),
                            row.getString("principal"),
                            row.getString("delegate"),
                            new Window(
                                    row.getObject("starts", OffsetDateTime.class).toInstant(),
                                    row.getObject("ends", OffsetDateTime.class).toInstant()),
                            row.getString("reason"),
                            ended == null ? null : ended.toInstant());
                })
                .list();
    }

    @Override
    public void project(DelegationEvent fact, Meta meta) {
        switch (fact) {
            case ApprovalDelegated given ->
                jdbc.sql(
                                """
                                insert into delegation (id, principal, delegate, during, reason)
                                values (?, ?, ?, tstzrange(?, ?), ?)
                                """)
                        .params(
                                meta.getAggregateId(),
                                given.principal(),
                                given.delegate(),
                                given.during().notBefore().atOffset(ZoneOffset.UTC),
                                given.during().notAfter().atOffset(ZoneOffset.UTC),
                                given.reason())
                        .update();
            case DelegationEnded _ ->
                jdbc.sql("update delegation set ended_at = ? where id = ?")
                        .params(meta.getRecordedAt().atOffset(ZoneOffset.UTC), meta.getAggregateId())
                        .update();
        }
    }
}
