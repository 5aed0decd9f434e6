package slipway.messaging;

import java.time.Instant;
import org.jspecify.annotations.Nullable;

/// What an effect needs is somebody else's for now. To wait for it is no failure: the job is tried again every second, or when it is known
/// to be worth it, and health says nothing of it.
public class NotYet extends Exception {

    private final @Nullable Instant until;

    public NotYet(String reason) {
        this(reason, null);
    }

    /// @param until before that it would be in vain; null: nobody knows
    public NotYet(String reason, @Nullable Instant until) {
        super(reason);
        this.until = until;
    }

    /// Null: nobody knows.
    public @Nullable Instant until() {
        return until;
    }
}
