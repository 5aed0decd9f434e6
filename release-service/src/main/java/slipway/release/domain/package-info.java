/// The rules of a release: pure, without clock, files or network.
@NullMarked
package slipway.release.domain;

import org.jspecify.annotations.NullMarked;
