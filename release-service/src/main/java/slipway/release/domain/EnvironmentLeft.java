package slipway.release.domain;

import org.jspecify.annotations.Nullable;

/// What runs in an environment when a person has mended it.
///
/// @param digest null: nothing
public record EnvironmentLeft(String environment, @Nullable String digest) {}
