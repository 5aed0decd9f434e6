package slipway.release.domain;

/// Why leave to implement is withdrawn.
public enum RevocationCause {
    HOLD,
    FREEZE,
    /// Whoever had to say afterwards whether it was right said no, or nothing in time.
    RATIFICATION,
    UNKNOWN
}
