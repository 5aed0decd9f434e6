/// Who is told of what, when: pure rules over labels. They know neither facts nor channels nor the clock.
@NullMarked
package slipway.notification.routing;

import org.jspecify.annotations.NullMarked;
