package slipway.change.domain;

/// What the approval policy answered.
public enum PolicyResult {
    APPROVAL_REQUIRED,
    AUTO,
    DENIED,
    UNKNOWN
}
