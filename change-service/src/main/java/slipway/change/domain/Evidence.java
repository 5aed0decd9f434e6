package slipway.change.domain;

/// Something that speaks for a change.
///
/// @param reference where it can be looked up: a report, a log, an earlier change
public record Evidence(EvidenceKind kind, String reference) {}
