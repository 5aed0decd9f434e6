package slipway.change.domain;

/// What gave an approval.
public enum ApprovedBy {
    HUMAN,
    POLICY,
    TEMPLATE,
    /// An emergency: it has to be ratified afterwards.
    BREAK_GLASS,
    UNKNOWN
}
