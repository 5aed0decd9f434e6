package slipway.change.domain;

/// A vote.
public enum VoteDecision {
    APPROVE,
    REJECT,
    UNKNOWN
}
