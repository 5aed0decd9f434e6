package slipway.release.domain;

/// Why a release is taken back.
public enum RollbackCause {
    CANARY_FAILED,
    STEP_FAILED,
    VALIDATION_FAILED,
    ABORTED,
    REVOKED,
    PERSON,
    SLO_ALERT,
    UNKNOWN
}
