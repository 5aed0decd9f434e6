package slipway.release.domain;

import java.util.List;
import org.jspecify.annotations.Nullable;

/// What is learnt about an environment between releases; each record is the schema of the same name.
public sealed interface DriftEvent {

    /// @param releaseId that was there last
    /// @param authorisedDigest what it left there; null: nothing
    record EnvironmentDriftDetected(
            String service,
            String environment,
            String releaseId,
            List<String> changeIds,
            @Nullable String authorisedDigest,
            List<Shape.Part> observed)
            implements DriftEvent {}

    record EnvironmentDriftEnded(String service, String environment, @Nullable String digest)
            implements DriftEvent {}
}
