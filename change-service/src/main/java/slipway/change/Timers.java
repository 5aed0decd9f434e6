package slipway.change;

import java.time.Instant;
import java.util.List;
import java.util.Objects;
import org.springframework.stereotype.Component;
import slipway.change.domain.ChangeCommand;
import slipway.change.domain.ChangeEvent;
import slipway.change.domain.ChangeState;
import slipway.events.Meta;
import slipway.events.change.ApprovalEscalated;
import slipway.events.change.ApprovalRequested;
import slipway.events.change.ChangeApproved;
import slipway.events.change.ChangeScheduled;
import slipway.events.change.EmergencyBypassInvoked;
import slipway.events.change.ReviewOpened;
import slipway.events.change.UnauthorisedChangeDetected;
import slipway.messaging.Decisions;
import slipway.messaging.Order;
import slipway.messaging.Reactions;

/// The timers of a change: whatever waits for people, waits until a moment.
@Component
class Timers {

    private final Decisions<ChangeCommand, ChangeState, ChangeEvent> changes;

    Timers(Decisions<ChangeCommand, ChangeState, ChangeEvent> changes) {
        this.changes = changes;
    }

    void on(Reactions.Table table) {
        table.performAt(
                        ApprovalRequested.class,
                        "expire a request for approval that nobody answered",
                        ApprovalRequested::getDueAt,
                        asked -> expire(asked.getMeta(), asked.getDueAt()))
                .performAt(
                        ApprovalEscalated.class,
                        "expire a request that nobody answered even then",
                        ApprovalEscalated::getDueAt,
                        asked -> expire(asked.getMeta(), asked.getDueAt()))
                .performAt(
                        ChangeApproved.class,
                        "expire an approval that was not used",
                        ChangeApproved::getValidUntil,
                        approved -> expire(approved.getMeta(), approved.getValidUntil()))
                .performAt(
                        ChangeScheduled.class,
                        "take a change whose window passed out of the calendar",
                        scheduled -> scheduled.getWindow().getNotAfter(),
                        scheduled -> order(
                                scheduled.getMeta(),
                                new ChangeCommand.MissWindow(scheduled.getWindow().getNotAfter())))
                .performAt(
                        EmergencyBypassInvoked.class,
                        "note that an emergency was not ratified in time",
                        EmergencyBypassInvoked::getRatificationDueAt,
                        bypass -> missRatification(bypass.getMeta(), bypass.getRatificationDueAt()))
                .performAt(
                        UnauthorisedChangeDetected.class,
                        "note that an unauthorised change was not ratified in time",
                        UnauthorisedChangeDetected::getRatificationDueAt,
                        late -> missRatification(late.getMeta(), late.getRatificationDueAt()))
                .performAt(
                        ReviewOpened.class,
                        "note that a review was not done in time",
                        ReviewOpened::getDueAt,
                        this::missReview);
    }

    /// The moment is the one that was waited for: two clocks may differ, a timer that came is due.
    private List<Order<?>> expire(Meta meta, Instant due) {
        return order(meta, new ChangeCommand.Expire(due));
    }

    private List<Order<?>> missRatification(Meta meta, Instant due) {
        return order(meta, new ChangeCommand.MissRatification(due));
    }

    private List<Order<?>> missReview(ReviewOpened review) {
        return review.getDueAt() == null
                ? List.of()
                : order(review.getMeta(), new ChangeCommand.MissReview(Objects.requireNonNull(review.getDueAt())));
    }

    private List<Order<?>> order(Meta meta, ChangeCommand command) {
        return List.of(changes.order(meta.getAggregateId(), command));
    }
}
