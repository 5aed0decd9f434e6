package slipway.audit.anchor;

/// Whoever keeps checkpoints has seen more leaves than this one has: the log was set back, or another instance of it is ahead.
public final class AnchorAhead extends AnchorRefused {

    private static final long serialVersionUID = 1L;

    private final long seen;

    public AnchorAhead(long seen, long size) {
        super("it has seen " + seen + " leaves, and the log has " + size + ": it was set back");
        this.seen = seen;
    }

    public long seen() {
        return seen;
    }
}
