package slipway.notification.domain;

public enum VoteDecision {
    APPROVE,
    REJECT,
    UNKNOWN
}
