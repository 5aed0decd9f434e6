package slipway.backup.domain;

/// How far a backup was proven: V0 exit codes, V1 hashes of every copy, V2 full decode, V3 restored into scratch, V4 contents
/// compared, V5 the application's smoke test.
public enum VerificationLevel {
    V0,
    V1,
    V2,
    V3,
    V4,
    V5,
    UNKNOWN
}
