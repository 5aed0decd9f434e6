package slipway.backup.domain;

/// Where a restore run is.
public sealed interface RestoreState {

    record Nothing() implements RestoreState {}

    /// @param safe whether the present state is backed up
    record Running(RestoreEvent.RestoreRequested request, boolean safe) implements RestoreState {}

    record Ended() implements RestoreState {}
}
