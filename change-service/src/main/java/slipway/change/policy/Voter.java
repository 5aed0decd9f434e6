package slipway.change.policy;

import java.util.Set;

/// A person who might vote.
public record Voter(String id, Set<String> groups) {}
