package slipway.audit.anchor;

import java.io.IOException;

/// Whoever keeps checkpoints does not take this one: it contradicts what they know.
public sealed class AnchorRefused extends IOException permits AnchorAhead {

    private static final long serialVersionUID = 1L;

    AnchorRefused(String message) {
        super(message);
    }
}
