/// Programs of others, run without a shell.
@NullMarked
package slipway.program;

import org.jspecify.annotations.NullMarked;
