/// backup-service: is there a way back, and is it proven?
@NullMarked
package slipway.backup;

import org.jspecify.annotations.NullMarked;
