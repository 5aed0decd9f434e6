package slipway.release.domain;

public record Commit(String id, String author, String subject) {}
