package slipway.change.domain;

/// What a requester can show for a change.
public enum EvidenceKind {
    /// It ran where production is alike.
    TESTED,
    /// The way back was really walked.
    REHEARSED_ROLLBACK,
    /// The same was done before and worked.
    DONE_BEFORE,
    /// It closes a hole that somebody already uses.
    EXPLOITED_CVE,
    UNKNOWN
}
