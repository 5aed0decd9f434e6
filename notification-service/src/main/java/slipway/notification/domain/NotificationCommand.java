package slipway.notification.domain;

/// What a channel answered, to be written down.
public sealed interface NotificationCommand {

    /// The channel took the message; parameters as in [NotificationEvent.NotificationSent].
    record RecordSent(
            String factId, String factType, String route, String channel, String recipient, String receipt)
            implements NotificationCommand {}

    /// The channel will never take the message; parameters as in [NotificationEvent.NotificationFailed].
    record RecordFailed(
            String factId, String factType, String route, String channel, String recipient, String reason)
            implements NotificationCommand {}
}
