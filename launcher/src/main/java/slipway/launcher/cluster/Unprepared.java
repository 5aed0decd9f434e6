package slipway.launcher.cluster;

import org.jspecify.annotations.Nullable;

/// A cluster or registry that is not as Slipway needs it, or cannot be asked; in words for a person.
public final class Unprepared extends RuntimeException {

    Unprepared(String message) {
        this(message, null);
    }

    Unprepared(String message, @Nullable Throwable cause) {
        super(message, cause);
    }
}
