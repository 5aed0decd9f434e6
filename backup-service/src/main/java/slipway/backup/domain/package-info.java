/// The rules of backups and restores: pure, without clock, files or network.
@NullMarked
package slipway.backup.domain;

import org.jspecify.annotations.NullMarked;
