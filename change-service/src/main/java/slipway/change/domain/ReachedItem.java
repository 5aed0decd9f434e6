package slipway.change.domain;

import java.util.List;

/// A configuration item that a change reaches.
///
/// @param ci its id
/// @param path how it is reached, from a changed item to this one, both included
public record ReachedItem(String ci, List<String> path) {}
