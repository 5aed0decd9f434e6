package slipway.change.hindsight;

/// What another decision would have meant, as far as what really happened says it.
public enum Effect {
    /// It would have been denied, or nobody could have approved it; it was let in, and failed.
    FAILURE_STOPPED,
    /// Nobody looked at it, and it failed; people would have been asked. What they would have said nobody knows.
    FAILURE_LOOKED_AT,
    /// People looked at it, and it failed all the same; nobody would have.
    FAILURE_UNSEEN,
    /// It would have been denied, or nobody could have approved it; it was let in, and went well.
    SUCCESS_STOPPED,
    /// People or the policy of then refused it, or nobody answered; it would have been approved at once.
    REFUSAL_PASSED
}
