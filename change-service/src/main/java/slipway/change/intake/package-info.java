/// What other systems send over HTTP: stored as it came, proven, read by the rules of its source, which are data. What a rule leads to
/// is done by who knows changes.
@NullMarked
package slipway.change.intake;

import org.jspecify.annotations.NullMarked;
