package slipway.release.domain;

/// How the instances of an environment are moved.
public enum Strategy {
    CANARY,
    ALL_AT_ONCE,
    ROLLING,
    BLUE_GREEN,
    FEATURE_FLAG,
    UNKNOWN
}
