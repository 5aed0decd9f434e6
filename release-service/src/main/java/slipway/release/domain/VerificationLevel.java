package slipway.release.domain;

/// How far a backup was proven, weakest first.
public enum VerificationLevel {
    V0,
    V1,
    V2,
    V3,
    V4,
    V5,
    UNKNOWN;

    /// Whether this much proof is enough where `needed` is asked.
    public boolean covers(VerificationLevel needed) {
        return this != UNKNOWN && needed != UNKNOWN && ordinal() >= needed.ordinal();
    }
}
