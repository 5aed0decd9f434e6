package slipway.release.domain;

/// What a step of a rollout does.
public enum StepKind {
    MIGRATE,
    SWITCH,
    ANALYSE,
    VALIDATE,
    REVERT,
    UNKNOWN
}
