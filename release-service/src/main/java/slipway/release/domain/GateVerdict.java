package slipway.release.domain;

/// Open or not.
public enum GateVerdict {
    OPEN,
    CLOSED,
    UNKNOWN
}
