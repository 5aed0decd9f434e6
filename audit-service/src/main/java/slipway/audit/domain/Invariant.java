package slipway.audit.domain;

/// What holds of every history of facts.
public enum Invariant {
    /// No release starts without an approval that covers each of its changes, and leave to implement of the current epoch.
    START_IS_AUTHORISED,
    /// No release starts without a backup that was verified to the level that its plan asks for.
    START_HAS_A_WAY_BACK,
    /// At most one rollout is active in an environment of a service.
    ONE_ROLLOUT_PER_ENVIRONMENT,
    /// The effect of each step happens once.
    STEP_HAPPENS_ONCE,
    /// Whatever is not over waits for a named person or a timer.
    NOTHING_IS_FORGOTTEN,
    /// The log, read again from offset 0, gives what is stored.
    REPLAY_IS_IDENTICAL,
    /// The facts of an aggregate have sequences without gap or repetition, each with the hash of the one before it.
    SEQUENCE_IS_WHOLE,
    /// Nobody's own change carries their own approval.
    NOBODY_APPROVES_THEIR_OWN,
    UNKNOWN
}
