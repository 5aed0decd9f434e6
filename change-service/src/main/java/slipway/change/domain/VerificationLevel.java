package slipway.change.domain;

/// How far a backup was proven, from exit codes (V0) to the application's own smoke test (V5).
public enum VerificationLevel {
    V0,
    V1,
    V2,
    V3,
    V4,
    V5,
    UNKNOWN
}
