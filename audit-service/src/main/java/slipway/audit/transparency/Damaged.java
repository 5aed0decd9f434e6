package slipway.audit.transparency;

import org.jspecify.annotations.Nullable;

/// A file of the log is not there, or is not what it has to be.
public final class Damaged extends RuntimeException {

    Damaged(String message, @Nullable Throwable cause) {
        super(message, cause);
    }
}
