package slipway.release.deployer;

import slipway.release.domain.Shape;

/// From one shape to another.
///
/// @param key the same for the same step of the same release, however often it is tried: `REL-CHG-7/prod/3`. Targets that remember
///     keys are given it
/// @param digest what is being released, `sha256:…`
/// @param reference where it can be had from: `registry.example/shop@sha256:…` for an image
/// @param from what the target runs before; of a way back from what nobody can tell, the same as `to`
/// @param to what it has to run afterwards
public record Move(String key, String digest, String reference, Shape from, Shape to) {}
