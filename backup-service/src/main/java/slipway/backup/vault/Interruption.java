package slipway.backup.vault;

import java.nio.channels.ClosedByInterruptException;
import software.amazon.awssdk.core.exception.AbortedException;

/// Whoever is asked to stop has not failed.
final class Interruption {

    private Interruption() {}

    /// @throws InterruptedException when that is why something failed
    static void passOn(Exception e) throws InterruptedException {
        if (e instanceof ClosedByInterruptException
                || e.getCause() instanceof AbortedException
                || Thread.currentThread().isInterrupted()) {
            throw new InterruptedException("interrupted: " + e.getMessage());
        }
    }
}
