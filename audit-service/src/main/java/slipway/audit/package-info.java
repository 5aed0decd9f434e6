/// What happened, in what order, and is it all there: the ledger of every fact, the timeline of a change, the replay.
@NullMarked
package slipway.audit;

import org.jspecify.annotations.NullMarked;
