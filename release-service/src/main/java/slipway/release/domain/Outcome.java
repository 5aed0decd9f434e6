package slipway.release.domain;

/// How a change ended.
public enum Outcome {
    SUCCESSFUL,
    SUCCESSFUL_WITH_ISSUES,
    BACKED_OUT,
    FAILED_NOT_BACKED_OUT,
    ABORTED,
    UNKNOWN
}
