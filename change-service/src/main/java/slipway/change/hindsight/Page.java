package slipway.change.hindsight;

import java.util.List;

/// A part of a list.
///
/// @param list the newest first
/// @param more that are not in it
public record Page<T>(List<T> list, long more) {}
