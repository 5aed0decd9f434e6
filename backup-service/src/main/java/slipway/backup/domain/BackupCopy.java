package slipway.backup.domain;

import java.time.Instant;
import org.jspecify.annotations.Nullable;

/// One copy of a backup set.
///
/// @param location URI
/// @param version that the location gave its manifest; where it gives none, as directories do, the digest of the manifest
/// @param retainUntil until when the location itself refuses deletion; null when it does not
public record BackupCopy(String location, String version, @Nullable Instant retainUntil) {}
