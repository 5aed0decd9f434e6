/// A day's work, played on the real thing.
@NullMarked
package slipway.launcher.demo;

import org.jspecify.annotations.NullMarked;
