/// Who is told what, where, once: routes from facts to e-mail and Slack.
@NullMarked
package slipway.notification;

import org.jspecify.annotations.NullMarked;
