/// Where checkpoints are kept, out of reach of whoever reaches the ledger.
@NullMarked
package slipway.audit.anchor;

import org.jspecify.annotations.NullMarked;
