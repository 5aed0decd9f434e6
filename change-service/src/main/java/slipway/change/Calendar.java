package slipway.change;

import java.time.ZoneOffset;
import java.util.List;
import java.util.Optional;
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
class Calendar implements Projection<ChangeEvent> {

    private final JdbcClient jdbc;

    Calendar(JdbcClient jdbc) {
        this.jdbc = jdbc;
    }

    /// @param changeId who holds it
    record Holder(String changeId, String ci, String during) {}

    /// Another change that holds one of these items at that time.
    Optional<Holder> holder(String changeId, List<String> items, Window window) {
        return jdbc.sql(
                        """
                        select change_id, ci, during from reservation
                        where ci = any (?) and during && tstzrange(?, ?) and change_id <> ?
                        order by ci limit 1
                        """)
                .params(
                        items.toArray(String[]::new),
                        window.notBefore().atOffset(ZoneOffset.UTC),
                        window.notAfter().atOffset(ZoneOffset.UTC),
                        changeId)
                .query((row, _) -> new Holder(row.getString("change_id"), row.getString("ci"), row.getString("during")))
                .optional();
    }

    @Override
    public void project(ChangeEvent fact, Meta meta) {
        switch (fact) {
            case ChangeEvent.ChangeScheduled scheduled -> reserve(meta.getAggregateId(), scheduled);
            case ChangeEvent.ChangeCancelled _, ChangeEvent.ChangeExpired _, ChangeEvent.ChangeClosed _ ->
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
        for (String ci : scheduled.configurationItems().stream().sorted().toList()) {
            jdbc.sql("insert into reservation (change_id, ci, during) values (?, ?, tstzrange(?, ?))")
                    .params(
                            changeId,
                            ci,
                            scheduled.window().notBefore().atOffset(ZoneOffset.UTC),
                            scheduled.window().notAfter().atOffset(ZoneOffset.UTC))
                    .update();
        }
    }

    private void release(String changeId) {
        jdbc.sql("delete from reservation where change_id = ?").param(changeId).update();
    }
}
