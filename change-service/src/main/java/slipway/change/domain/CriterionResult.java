package slipway.change.domain;

/// One success criterion, as measured at the end of the soak.
///
/// @param met whether it held; missing telemetry is not met
/// @param observed what was seen
public record CriterionResult(String name, boolean met, String observed) {}
