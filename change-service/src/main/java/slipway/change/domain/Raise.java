package slipway.change.domain;

/// A person knows that the risk is higher than the formula says. It stays when the request is amended.
///
/// @param level at least this one
/// @param because who said so, and why
public record Raise(RiskLevel level, String because) {}
