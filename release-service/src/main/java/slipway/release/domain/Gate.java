package slipway.release.domain;

/// What has to be true before an environment is touched.
public enum Gate {
    APPROVAL,
    WINDOW,
    BACKUP,
    LEASE,
    DIGESTS,
    PROMOTION,
    SEPARATION,
    UNKNOWN
}
