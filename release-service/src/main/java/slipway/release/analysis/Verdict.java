package slipway.release.analysis;

/// What an analysis says. Only PASS is a pass.
public enum Verdict {
    PASS,
    FAIL,
    INCONCLUSIVE,
    ERROR,
    UNKNOWN
}
