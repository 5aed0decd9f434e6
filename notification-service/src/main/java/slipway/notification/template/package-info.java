/// Texts that users may write, and what they may do in them. It knows the shape of facts, and neither channels nor recipients.
@NullMarked
package slipway.notification.template;

import org.jspecify.annotations.NullMarked;
