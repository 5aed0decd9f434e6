package slipway.change;

import java.time.Clock;
import java.time.OffsetDateTime;
import java.time.ZoneOffset;
import java.util.List;
import org.springframework.jdbc.core.simple.JdbcClient;
import org.springframework.stereotype.Component;
import slipway.change.calendar.Window;
import slipway.change.domain.ChangeEvent;
import slipway.change.domain.Outcome;
import slipway.events.Meta;
import slipway.messaging.Projection;

/// Who has which configuration item when. `holder` is a look at it; what decides is the exclusion constraint, when
/// `ChangeScheduled` is stored: of two in the same millisecond one fails, is tried again, and then sees the other.
@Component
class Reservations implements Projection<ChangeEvent> {

    /// The constraint that lets one of two win.
    static final String ONE_CHANGE = "one_change_per_item_and_time";

    private final JdbcClient jdbc;
    private final Clock clock;

    Reservations(JdbcClient jdbc, Clock clock) {
        this.jdbc = jdbc;
        this.clock = clock;
    }

    /// Another change in the calendar.
    ///
    /// @param items those of its items that are reserved
    record Booking(String changeId, String implementer, List<String> items, Window during) {}

    /// All other changes with a place at that time, in order of their ids. Who should be done by now and is not, or could not be
    /// taken back, is in the way of whoever comes later, for nobody knows how long.
    List<Booking> others(String changeId, Window window) {
        return jdbc.sql(
                        """
                        select r.change_id, coalesce(c.implementer, '') as implementer, array_agg(r.ci order by r.ci) as items,
                            lower(r.during) as starts, case when upper(r.during) <= :now then :to else upper(r.during) end as ends
                        from reservation r left join change c on c.id = r.change_id
                        where r.change_id <> :change and (r.during && tstzrange(:from, :to)
                            or upper(r.during) <= :now and :now < :to
                                and c.status in ('IMPLEMENTING', 'ROLLING_BACK', 'REVIEW'))
                        group by 1, 2, 4, 5 order by 1
                        """)
                .param("from", window.notBefore().atOffset(ZoneOffset.UTC))
                .param("to", window.notAfter().atOffset(ZoneOffset.UTC))
                .param("now", clock.instant().atOffset(ZoneOffset.UTC))
                .param("change", changeId)
                .query((row, _) -> new Booking(
                        row.getString("change_id"),
                        row.getString("implementer"),
                        List.of((String[]) row.getArray("items").getArray()),
                        new Window(
                                row.getObject("starts", OffsetDateTime.class).toInstant(),
                                row.getObject("ends", OffsetDateTime.class).toInstant())))
                .list();
    }

    @Override
    public void project(ChangeEvent fact, Meta meta) {
        switch (fact) {
            case ChangeEvent.ChangeScheduled scheduled -> reserve(meta.getAggregateId(), scheduled);
            case ChangeEvent.ChangeCancelled _,
                    ChangeEvent.ChangeExpired _,
                    ChangeEvent.ChangeRejected _,
                    ChangeEvent.ChangeClosed _,
                    ChangeEvent.ApprovalSuperseded _,
                    ChangeEvent.ScheduledWindowMissed _ ->
                release(meta.getAggregateId());
            case ChangeEvent.ReviewOpened review -> {
                // What could not be taken back is in the way until a person has closed it.
                if (review.proposedOutcome() != Outcome.FAILED_NOT_BACKED_OUT) {
                    release(meta.getAggregateId());
                }
            }
            default -> {}
        }
    }

    private void reserve(String changeId, ChangeEvent.ChangeScheduled scheduled) {
        release(changeId);
        OffsetDateTime end =
                scheduled.window().notAfter().plusSeconds(scheduled.rollbackSeconds()).atOffset(ZoneOffset.UTC);
        for (String ci : scheduled.configurationItems().stream().sorted().toList()) {
            // Two that insert at once would wait for each other until PostgreSQL calls it a deadlock.
            jdbc.sql("select pg_advisory_xact_lock(hashtextextended(?, 4))")
                    .param(ci)
                    .query((row, _) -> true)
                    .single();
            jdbc.sql("insert into reservation (change_id, ci, during) values (?, ?, tstzrange(?, ?))")
                    .params(changeId, ci, scheduled.window().notBefore().atOffset(ZoneOffset.UTC), end)
                    .update();
        }
    }

    private void release(String changeId) {
        jdbc.sql("delete from reservation where change_id = ?").param(changeId).update();
    }
}
