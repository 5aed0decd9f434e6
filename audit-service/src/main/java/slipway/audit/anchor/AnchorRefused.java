package slipway.audit.anchor;

import java.io.IOException;

/// Whoever keeps checkpoints does not take this one: it contradicts what they know.
public final class AnchorRefused extends IOException {

    private static final long serialVersionUID = 1L;

    AnchorRefused(String message) {
        super(message);
    }
}
