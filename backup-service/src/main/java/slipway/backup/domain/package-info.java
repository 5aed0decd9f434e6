/// Which backup is a way back, and what became of a restore. Pure: no clock, no disk.
@NullMarked
package slipway.backup.domain;

import org.jspecify.annotations.NullMarked;
