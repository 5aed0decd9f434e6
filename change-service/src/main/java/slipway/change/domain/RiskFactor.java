package slipway.change.domain;

/// One factor of the likelihood.
///
/// @param name the question
/// @param answer 1 to 5
/// @param weight how much it counts
public record RiskFactor(String name, int answer, int weight) {}
