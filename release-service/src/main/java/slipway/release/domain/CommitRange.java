package slipway.release.domain;

public record CommitRange(String from, String to) {}
