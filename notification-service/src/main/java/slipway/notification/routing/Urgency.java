package slipway.notification.routing;

/// How soon somebody has to know.
public enum Urgency {
    /// Somebody is needed now: no quiet hours, no digest.
    URGENT,
    /// Somebody is asked, or waits for it: after quiet hours.
    NORMAL,
    /// Good to know: in the digest of those who have one.
    INFO
}
