package slipway.audit.history;

/// What must never happen, and happens once where a history is asked for it: for what has to find it.
public enum Breach {
    /// A release starts although its change was never approved.
    STARTED_WITHOUT_APPROVAL,
    /// A release starts with leave that was revoked.
    STALE_EPOCH,
    /// A release starts although nobody verified its backup, nor restored it on trial.
    BACKUP_NOT_VERIFIED,
    /// A release starts in an environment where another one is not done.
    TWO_ROLLOUTS,
    /// The effect of a step happens twice.
    STEP_TWICE,
    /// The requester of a change votes for it, and it counts.
    OWN_APPROVAL,
    /// Nobody answers a request for approval in time, and nothing follows from that.
    OVERDUE
}
