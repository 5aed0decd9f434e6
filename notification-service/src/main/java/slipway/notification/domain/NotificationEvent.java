package slipway.notification.domain;

/// What became of telling one route of one fact.
public sealed interface NotificationEvent {

    /// @param factId eventId of the fact that people are told of
    /// @param factType its type, e.g. `ChangeApproved`
    /// @param route the route, by its name in the routes file
    /// @param channel `email` or `slack`
    /// @param recipient who, as the route names them, separated by commas
    /// @param receipt what the channel gave in return: the Message-ID, or Slack's channel and timestamp
    record NotificationSent(
            String factId, String factType, String route, String channel, String recipient, String receipt)
            implements NotificationEvent {}

    /// @param reason why trying again cannot mend it, in the channel's words
    record NotificationFailed(
            String factId, String factType, String route, String channel, String recipient, String reason)
            implements NotificationEvent {}
}
