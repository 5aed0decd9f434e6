package slipway.backup.vault;

import java.net.URI;
import java.time.Duration;
import org.jspecify.annotations.Nullable;

/// What every location in S3 has in common. Credentials come from the default chain of AWS's SDK.
///
/// @param endpoint of a server that is not AWS's; null: AWS
/// @param region null: `us-east-1` with an endpoint, a fault without one
/// @param pathStyle the bucket is a part of the path, not of the host's name
/// @param retain for how long from its making a copy may not be deleted (Object Lock); null: nothing is asked for
/// @param mode of the retention
public record S3Settings(
        @Nullable URI endpoint,
        @Nullable String region,
        boolean pathStyle,
        @Nullable Duration retain,
        Mode mode) {

    /// Who may shorten a retention.
    public enum Mode {
        /// Whoever has a permission of its own for that, and says so.
        GOVERNANCE,
        /// Nobody.
        COMPLIANCE
    }

    /// AWS, and no retention.
    public static final S3Settings NONE = new S3Settings(null, null, false, null, Mode.GOVERNANCE);
}
