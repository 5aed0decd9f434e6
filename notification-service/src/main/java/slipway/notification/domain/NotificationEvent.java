package slipway.notification.domain;

import java.time.Instant;

/// What becomes of telling one recipient of one fact.
public sealed interface NotificationEvent {

    /// @param factId eventId of the fact that people are told of
    /// @param factType its type, e.g. `ChangeApproved`
    /// @param receiver by its name in the routing file
    /// @param channel as receivers name it: `email`, `slack`, `webhook` …
    /// @param recipient a person's id, or an address of the channel
    /// @param person whether it is a person's id
    /// @param round 1; more for what is told again because it still waits for somebody
    /// @param group what is planned for the same receiver, recipient and group is told in one message; empty: it is told alone
    /// @param at not before that
    /// @param urgency `URGENT`, `NORMAL` or `INFO`
    /// @param intervalSeconds at least between two messages of the group
    /// @param repeatSeconds after how long it is told again while it still waits for somebody; 0: never
    record NotificationPlanned(
            String factId,
            String factType,
            String receiver,
            String channel,
            String recipient,
            boolean person,
            int round,
            String group,
            Instant at,
            String urgency,
            long intervalSeconds,
            long repeatSeconds)
            implements NotificationEvent {}

    /// @param reason why nobody is told, for people
    record NotificationSuppressed(
            String factId, String factType, String receiver, String channel, String recipient, String reason)
            implements NotificationEvent {}

    /// @param route the receiver
    /// @param receipt what the channel gave in return: the Message-ID, or Slack's channel and timestamp
    record NotificationSent(
            String factId, String factType, String route, String channel, String recipient, String receipt)
            implements NotificationEvent {}

    /// @param route the receiver
    /// @param reason why trying again cannot mend it, in the channel's words
    record NotificationFailed(
            String factId, String factType, String route, String channel, String recipient, String reason)
            implements NotificationEvent {}
}
