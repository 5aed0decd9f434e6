package slipway.notification.domain;

import slipway.notification.domain.NotificationEvent.NotificationPlanned;

/// How far telling one recipient of one fact has come. Attempts are the job's concern, not a state.
public sealed interface NotificationState {

    /// Nobody thought of it yet.
    record Unknown() implements NotificationState {}

    /// @param planned what waits to be told
    record Planned(NotificationPlanned planned) implements NotificationState {}

    /// Sent, suppressed, or failed for good: nothing more will be tried.
    record Ended() implements NotificationState {}
}
