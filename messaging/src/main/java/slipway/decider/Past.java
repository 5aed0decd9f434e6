package slipway.decider;

import java.time.Instant;
import org.jspecify.annotations.Nullable;

/// A fact of something that may have happened before anybody told of it.
public interface Past {

    /// Null: when it was told.
    @Nullable Instant happenedAt();
}
