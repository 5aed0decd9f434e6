package slipway.release;

import java.io.IOException;
import java.time.Clock;
import org.springframework.stereotype.Component;
import slipway.release.Catalogue.Environment;
import slipway.release.domain.Gates;
import slipway.release.domain.Journey;
import slipway.release.domain.Shape;
import slipway.release.packages.Packages;

/// Looks at what the gates are about, outside.
@Component
class Inspection {

    private final Packages packages;
    private final Clock clock;

    Inspection(Packages packages, Clock clock) {
        this.packages = packages;
        this.clock = clock;
    }

    /// @param token of the environment's lease; 0: this release has none
    /// @param now what the environment runs
    /// @param back what it would have to be brought back to
    Gates.Findings findings(Journey journey, Environment environment, long token, Shape now, Shape back)
            throws IOException, InterruptedException {
        String observed = journey.digest() == null || journey.isImage()
                ? journey.digest()
                : packages.observed(journey.digest());
        return new Gates.Findings(
                clock.instant(), token, observed, now, environment.target().missing(back));
    }
}
