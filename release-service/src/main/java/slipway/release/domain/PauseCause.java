package slipway.release.domain;

/// Why a rollout stands still.
public enum PauseCause {
    PERSON,
    HOLD,
    FREEZE,
    /// The window is over, and the next step would touch something.
    WINDOW,
    /// An analysis came to no verdict.
    INCONCLUSIVE,
    /// The backup that it began with was found corrupt.
    BACKUP,
    UNKNOWN
}
