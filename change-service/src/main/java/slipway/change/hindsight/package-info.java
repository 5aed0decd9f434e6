/// What another rule would have made of what happened: pure, over the facts as they were recorded.
@NullMarked
package slipway.change.hindsight;

import org.jspecify.annotations.NullMarked;
