package slipway.release.domain;

/// What a step of a rollout does.
public enum StepKind {
    /// The database's schema.
    MIGRATE,
    /// Instances run the new release.
    SWITCH,
    /// Measured and judged.
    ANALYSE,
    /// All of it is looked at.
    VALIDATE,
    /// Back to what ran before.
    REVERT,
    /// A slot that has no traffic runs the new release.
    PREVIEW,
    /// The new release gets a share of the traffic.
    WEIGHT,
    /// The new release gets all of the traffic at once.
    CUTOVER,
    /// What ran before is no longer kept beside it.
    RETIRE,
    /// A time, or a person, is waited for.
    PAUSE,
    /// The new release is looked at for a while, with all of the traffic.
    BAKE,
    /// Back to what ran before, as a trial that is timed.
    REHEARSE,
    /// Forward again after the trial.
    RETURN,
    UNKNOWN;

    /// What a rollout is called while such a step is under way.
    public String status() {
        return switch (this) {
            case ANALYSE -> "ANALYSING";
            case VALIDATE, BAKE -> "VALIDATING";
            case PAUSE -> "PAUSED";
            case REVERT -> "ROLLING_BACK";
            case MIGRATE, SWITCH, PREVIEW, WEIGHT, CUTOVER, RETIRE, REHEARSE, RETURN, UNKNOWN -> "RUNNING";
        };
    }

    /// Whether it changes something outside; the others only look or wait.
    boolean touches() {
        return switch (this) {
            case MIGRATE, SWITCH, REVERT, PREVIEW, WEIGHT, CUTOVER, RETIRE, REHEARSE, RETURN, UNKNOWN -> true;
            case ANALYSE, VALIDATE, PAUSE, BAKE -> false;
        };
    }
}
