/// change-service: requests, approvals, calendar, leave to implement, closure.
@NullMarked
package slipway.change;

import org.jspecify.annotations.NullMarked;
