/// backup-service: a way back that was tried.
@NullMarked
package slipway.backup;

import org.jspecify.annotations.NullMarked;
