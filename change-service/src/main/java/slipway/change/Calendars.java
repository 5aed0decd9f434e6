package slipway.change;

import java.util.List;
import org.apache.avro.specific.SpecificRecord;
import org.springframework.stereotype.Component;
import slipway.events.Meta;
import slipway.events.change.ApprovalSuperseded;
import slipway.events.change.ChangeAmended;
import slipway.events.change.ChangeApproved;
import slipway.events.change.ChangeCancelled;
import slipway.events.change.ChangeClosed;
import slipway.events.change.ChangeExpired;
import slipway.events.change.ChangeHoldLifted;
import slipway.events.change.ChangeScheduled;
import slipway.events.change.ConflictDetected;
import slipway.events.change.FreezeDeclared;
import slipway.events.change.FreezeLifted;
import slipway.events.change.FreezeOverridden;
import slipway.events.change.InventoryChanged;
import slipway.events.change.ReviewOpened;
import slipway.events.change.ScheduledWindowMissed;
import slipway.messaging.Cause;
import slipway.messaging.Order;
import slipway.messaging.Reactions;

/// When the calendar is looked at: for a change that got approved or moved, for those who wait when somebody leaves, and for
/// everybody when a freeze or the inventory changes.
@Component
class Calendars {

    private static final String SERVICE = "change-service";

    private final Scheduling scheduling;

    Calendars(Scheduling scheduling) {
        this.scheduling = scheduling;
    }

    void on(Reactions.Table table) {
        table.perform(ChangeApproved.class, "reserve the calendar", fact -> look(fact.getMeta()))
                // Between the look that found the conflict and the fact that says so, the calendar may have become free.
                .perform(ConflictDetected.class, "look again whether the calendar is free", fact -> look(fact.getMeta()))
                .perform(ChangeAmended.class, "look at the calendar for the amended request", fact -> look(fact.getMeta()))
                .perform(ChangeHoldLifted.class, "go on with what is no longer held", fact -> look(fact.getMeta()));
        offer(table, ChangeScheduled.class, "tell those about that time that the calendar is taken, or free again");
        offer(table, ReviewOpened.class, "offer the calendar after an implementation to those who wait");
        offer(table, ChangeClosed.class, "offer the calendar of a closed change to those who wait");
        offer(table, ChangeCancelled.class, "offer the calendar of a cancelled change to those who wait");
        offer(table, ChangeExpired.class, "offer the calendar of an expired change to those who wait");
        offer(table, ApprovalSuperseded.class, "offer the calendar of an amended change to those who wait");
        offer(table, ScheduledWindowMissed.class, "offer the calendar of a missed window to those who wait");
        all(table, FreezeDeclared.class, "hold what a new freeze concerns");
        all(table, FreezeLifted.class, "go on with what a lifted freeze held");
        all(table, FreezeOverridden.class, "go on with what was let through a freeze");
        all(table, InventoryChanged.class, "look at all calendars after the inventory changed");
        table.perform(InventoryChanged.class, "assess anew what reaches more after the inventory changed", changed -> {
            scheduling.assessAnew(Cause.fact(SERVICE, changed.getMeta()));
            return List.of();
        });
        table.perform(InventoryChanged.class, "look whether those who were asked are still there", changed -> {
            scheduling.lookAtVoters(Cause.fact(SERVICE, changed.getMeta()));
            return List.of();
        });
    }

    private List<Order<?>> look(Meta meta) {
        return scheduling.look(meta.getAggregateId());
    }

    private <F extends SpecificRecord> void offer(Reactions.Table table, Class<F> fact, String name) {
        table.perform(fact, name, told -> {
            Meta meta = meta(told);
            scheduling.lookAround(meta.getAggregateId(), Cause.fact(SERVICE, meta));
            return List.of();
        });
    }

    private static Meta meta(SpecificRecord fact) {
        return (Meta) fact.get(fact.getSchema().getField("meta").pos());
    }

    private <F extends SpecificRecord> void all(Reactions.Table table, Class<F> fact, String name) {
        table.perform(fact, name, told -> {
            scheduling.lookAtAll(Cause.fact(SERVICE, meta(told)));
            return List.of();
        });
    }
}
