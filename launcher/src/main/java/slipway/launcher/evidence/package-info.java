/// What an evidence pack proves, found out from the pack and a key alone: no service is asked, none is trusted.
@NullMarked
package slipway.launcher.evidence;

import org.jspecify.annotations.NullMarked;
