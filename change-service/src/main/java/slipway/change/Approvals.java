package slipway.change;

import java.time.Instant;
import java.util.List;
import org.springframework.stereotype.Component;
import slipway.change.domain.ChangeCommand;
import slipway.change.domain.ChangeEvent;
import slipway.change.domain.ChangeState;
import slipway.events.Meta;
import slipway.events.change.ApprovalRequested;
import slipway.events.change.ChangeApproved;
import slipway.events.change.ChangeCancelled;
import slipway.events.change.ChangeClosed;
import slipway.events.change.ChangeExpired;
import slipway.events.change.ConflictDetected;
import slipway.events.change.ReviewOpened;
import slipway.messaging.Decisions;
import slipway.messaging.Order;
import slipway.messaging.Reactions;

/// What follows from our own facts around approval and calendar: timers that expire, and the way into the calendar.
@Component
class Approvals {

    private final Decisions<ChangeCommand, ChangeState, ChangeEvent> changes;
    private final Scheduling scheduling;

    Approvals(Decisions<ChangeCommand, ChangeState, ChangeEvent> changes, Scheduling scheduling) {
        this.changes = changes;
        this.scheduling = scheduling;
    }

    void on(Reactions.Table table) {
        table.performAt(
                        ApprovalRequested.class,
                        "expire a request for approval that nobody answered",
                        ApprovalRequested::getDueAt,
                        asked -> expire(asked.getMeta(), asked.getDueAt()))
                .performAt(
                        ChangeApproved.class,
                        "expire an approval that was not used",
                        ChangeApproved::getValidUntil,
                        approved -> expire(approved.getMeta(), approved.getValidUntil()))
                .perform(
                        ChangeApproved.class,
                        "reserve the calendar",
                        approved -> scheduling.reserve(approved.getMeta().getAggregateId()))
                // Between the look that found the conflict and the fact that says so, the calendar may have become free.
                .perform(
                        ConflictDetected.class,
                        "look again whether the calendar is free",
                        conflict -> scheduling.reserve(conflict.getMeta().getAggregateId()))
                .perform(
                        ReviewOpened.class,
                        "offer the calendar after an implementation to those who wait",
                        _ -> scheduling.offer())
                .perform(
                        ChangeClosed.class,
                        "offer the calendar of a closed change to those who wait",
                        _ -> scheduling.offer())
                .perform(
                        ChangeCancelled.class,
                        "offer the calendar of a cancelled change to those who wait",
                        _ -> scheduling.offer())
                .perform(
                        ChangeExpired.class,
                        "offer the calendar of an expired change to those who wait",
                        _ -> scheduling.offer());
    }

    /// The moment is the one that was waited for: two clocks may differ, a timer that came is due.
    private List<Order<?>> expire(Meta meta, Instant due) {
        return List.of(changes.order(meta.getAggregateId(), new ChangeCommand.Expire(due)));
    }
}
