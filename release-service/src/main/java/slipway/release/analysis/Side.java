package slipway.release.analysis;

/// Whose measurement it is.
public enum Side {
    /// What has the new release.
    CANARY,
    /// What still has the old one, at the same time.
    BASELINE,
    UNKNOWN
}
