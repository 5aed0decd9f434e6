package slipway.release.domain;

/// What a person may ask of a release that leaves no trace of its own.
public enum Instruction {
    START,
    RESUME,
    RETRY,
    APPROVE_RESTORE,
    UNKNOWN
}
