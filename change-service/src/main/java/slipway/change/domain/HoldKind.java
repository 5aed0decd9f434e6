package slipway.change.domain;

/// Who holds a change.
public enum HoldKind {
    MANUAL,
    FREEZE,
    UNKNOWN
}
