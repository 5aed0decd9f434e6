package slipway.release.domain;

import java.util.List;
import java.util.Objects;
import org.jspecify.annotations.Nullable;
import slipway.decider.Decider;
import slipway.decider.Decision;
import slipway.release.domain.DriftEvent.EnvironmentDriftDetected;
import slipway.release.domain.DriftEvent.EnvironmentDriftEnded;

/// Whether an environment still runs what was released there. The same drift is told once, and its end too.
public final class DriftDecider implements Decider<DriftDecider.Look, DriftDecider.Known, DriftEvent> {

    /// Somebody looked.
    ///
    /// @param authorisedDigest what the last release left there; null: nothing
    public record Look(
            String service,
            String environment,
            String releaseId,
            List<String> changeIds,
            @Nullable String authorisedDigest,
            Shape observed) {

        boolean isDrift() {
            return observed.parts().stream()
                    .filter(part -> part.weight() > 0)
                    .anyMatch(part -> !Objects.equals(part.digest(), authorisedDigest));
        }
    }

    /// @param drift that was told and did not end; null: there is none
    public record Known(@Nullable Shape drift) {}

    @Override
    public Known initial() {
        return new Known(null);
    }

    @Override
    public Decision<DriftEvent> decide(Look look, Known known) {
        if (look.isDrift()) {
            return look.observed().equals(known.drift())
                    ? Decision.nothing()
                    : Decision.accept(new EnvironmentDriftDetected(
                            look.service(),
                            look.environment(),
                            look.releaseId(),
                            look.changeIds(),
                            look.authorisedDigest(),
                            look.observed().parts()));
        }
        return known.drift() == null
                ? Decision.nothing()
                : Decision.accept(
                        new EnvironmentDriftEnded(look.service(), look.environment(), look.authorisedDigest()));
    }

    @Override
    public Known evolve(Known known, DriftEvent fact) {
        return switch (fact) {
            case EnvironmentDriftDetected drift -> new Known(new Shape(drift.observed()));
            case EnvironmentDriftEnded _ -> new Known(null);
        };
    }
}
