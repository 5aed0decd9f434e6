package slipway.backup.domain;

/// How far a backup was proven. V2: every copy read back, decrypted and decoded. V3: restored into scratch, but nothing compares all of its
/// content. V4: restored into scratch, contents compared. V5: the application tried the restored copy.
public enum VerificationLevel {
    V0,
    V1,
    V2,
    V3,
    V4,
    V5,
    UNKNOWN
}
