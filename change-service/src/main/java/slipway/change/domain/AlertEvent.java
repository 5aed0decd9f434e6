package slipway.change.domain;

import java.time.Instant;
import org.jspecify.annotations.Nullable;
import slipway.decider.Past;

/// The facts of an alert. Names and components are the contract's.
public sealed interface AlertEvent {

    record AlertReceived(
            String name,
            String service,
            String environment,
            String summary,
            Instant startsAt,
            String source,
            String sourceId,
            @Nullable String configurationItem)
            implements AlertEvent, Past {

        @Override
        public Instant happenedAt() {
            return startsAt;
        }
    }
}
