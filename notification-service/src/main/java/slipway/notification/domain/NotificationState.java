package slipway.notification.domain;

/// How far telling one route of one fact has come. Attempts are the job's concern, not a state.
public sealed interface NotificationState {

    record Pending() implements NotificationState {}

    /// Sent, or failed for good: nothing more will be tried.
    record Ended() implements NotificationState {}
}
