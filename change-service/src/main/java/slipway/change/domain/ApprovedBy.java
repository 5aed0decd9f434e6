package slipway.change.domain;

/// What gave an approval.
public enum ApprovedBy {
    HUMAN,
    POLICY,
    TEMPLATE,
    UNKNOWN
}
