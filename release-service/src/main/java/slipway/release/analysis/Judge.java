package slipway.release.analysis;

/// Who judges.
public enum Judge {
    /// Each measurement meets a condition or does not.
    THRESHOLD,
    /// The canary's samples are compared with those of a baseline.
    STATISTICAL,
    UNKNOWN;

    /// Goes up whenever the same measurements could get another text.
    public static final String VERSION = "1";
}
