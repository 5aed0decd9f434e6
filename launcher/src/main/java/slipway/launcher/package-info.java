/// The command line.
@NullMarked
package slipway.launcher;

import org.jspecify.annotations.NullMarked;
