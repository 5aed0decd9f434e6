/// The rule of telling: every notification ends once, as sent or as failed for good.
@NullMarked
package slipway.notification.domain;

import org.jspecify.annotations.NullMarked;
