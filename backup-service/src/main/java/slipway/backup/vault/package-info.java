/// Where backup sets lie: sealed, signed, in more than one place, and read back.
@NullMarked
package slipway.backup.vault;

import org.jspecify.annotations.NullMarked;
