package slipway.release.domain;

/// Leave to implement one change, as change-service gave it.
public record Leave(String changeId, String authorisationId, long epoch) {}
