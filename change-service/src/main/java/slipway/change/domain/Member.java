package slipway.change.domain;

import java.util.List;

/// A person as approval policies see them.
public record Member(String id, List<String> groups) {}
