/// The rule of telling: every notification ends once, as sent, suppressed, or failed for good.
@NullMarked
package slipway.notification.domain;

import org.jspecify.annotations.NullMarked;
