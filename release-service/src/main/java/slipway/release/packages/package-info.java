/// Packages, and the folders that they are made of and unpacked into.
@NullMarked
package slipway.release.packages;

import org.jspecify.annotations.NullMarked;
