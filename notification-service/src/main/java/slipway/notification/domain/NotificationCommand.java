package slipway.notification.domain;

import slipway.notification.domain.NotificationEvent.NotificationPlanned;
import slipway.notification.domain.NotificationEvent.NotificationSuppressed;

/// What is decided of telling one recipient of one fact, and what a channel answered.
public sealed interface NotificationCommand {

    record Plan(NotificationPlanned planned) implements NotificationCommand {}

    /// The recipient is not told, or not any more.
    record Suppress(NotificationSuppressed suppressed) implements NotificationCommand {}

    /// The channel took the message.
    ///
    /// @param receipt as in [NotificationEvent.NotificationSent]
    record RecordSent(String receipt) implements NotificationCommand {}

    /// The channel will never take the message.
    ///
    /// @param reason as in [NotificationEvent.NotificationFailed]
    record RecordFailed(String reason) implements NotificationCommand {}
}
