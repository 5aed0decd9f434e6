package slipway.release.domain;

import org.jspecify.annotations.Nullable;

/// @param version its version; the package's digest is known when it is built
/// @param previousDigest what runs in the last environment before; null when nothing does
/// @param digest as the plan pins it; null: known when it is built
/// @param reference where it can be had from; null: from where the catalogue says
public record Component(
        String name,
        String version,
        @Nullable String previousDigest,
        @Nullable String digest,
        @Nullable String reference) {}
