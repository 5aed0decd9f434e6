package slipway.backup.domain;

import java.time.Instant;
import org.jspecify.annotations.Nullable;

/// One copy of a backup set.
///
/// @param location URI
/// @param version digest of its manifest: directories give no versions
/// @param retainUntil until when the location itself refuses deletion; null when it does not
public record BackupCopy(String location, String version, @Nullable Instant retainUntil) {}
