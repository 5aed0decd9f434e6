/// release-service: how do we deploy it safely?
@NullMarked
package slipway.release;

import org.jspecify.annotations.NullMarked;
