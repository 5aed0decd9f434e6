/// Kinds of targets that can run a release. A kind is one class, chosen by its name in the catalogue of deliveries; adding one
/// touches nothing else.
@NullMarked
package slipway.release.deployer;

import org.jspecify.annotations.NullMarked;
