package slipway.change.domain;

/// What has to hold when the change has been watched: the telemetry of an item answers 2xx.
///
/// @param withinMillis 0: within the time-out of the question
public record SuccessCriterion(String configurationItem, int withinMillis) {}
