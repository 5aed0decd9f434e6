package slipway.audit.history;

import slipway.audit.history.Chronicle.Aggregate;
import slipway.audit.history.Chronicle.Why;
import slipway.events.Meta;
import slipway.events.Topics;
import slipway.events.notification.NotificationFailed;
import slipway.events.notification.NotificationPlanned;
import slipway.events.notification.NotificationSent;
import slipway.events.notification.NotificationSuppressed;

/// People are told.
final class Notices {

    private static final String SERVICE = "notification-service";

    private final World world;

    Notices(World world) {
        this.world = world;
    }

    /// @param of whose fact it is
    /// @param recipient a team's channel, or a person
    /// @param person whether it is a person
    void tell(Chronicle.Story story, Dice dice, Aggregate of, Meta about, String type, String recipient, boolean person) {
        String receiver = person ? "approvers-by-mail" : "teams";
        String channel = person ? "email" : "slack";
        Aggregate notice = world.chronicle.aggregate(
                Topics.NOTIFICATION, "NTF-" + about.getEventId() + "-" + receiver + "-" + recipient, of);
        if (dice.in(Shares.SUPPRESSED)) {
            world.chronicle.tell(
                    notice,
                    Why.reaction(SERVICE, about),
                    meta -> new NotificationSuppressed(
                            meta, about.getEventId(), type, receiver, channel, recipient, "silenced: planned work"));
            return;
        }
        Meta planned = world.chronicle.tell(
                notice,
                Why.reaction(SERVICE, about),
                meta -> new NotificationPlanned(
                        meta,
                        about.getEventId(),
                        type,
                        receiver,
                        channel,
                        recipient,
                        person,
                        1,
                        of.correlation(),
                        meta.getRecordedAt(),
                        person ? "URGENT" : "NORMAL",
                        0L,
                        0L));
        boolean fails = dice.in(Shares.NOT_DELIVERED);
        story.after(dice.between(1, 5), () -> world.chronicle.tell(
                notice,
                Why.reaction(SERVICE, planned),
                meta -> fails
                        ? new NotificationFailed(
                                meta, about.getEventId(), type, receiver, channel, recipient, "550 no such mailbox")
                        : new NotificationSent(
                                meta, about.getEventId(), type, receiver, channel, recipient, "<" + dice.hex(16) + "@example.org>")));
    }
}
