package slipway.change.domain;

/// What stands in the way of a window.
public enum ConflictKind {
    /// Another change has the same item at that time.
    SAME_ITEM(true),
    FREEZE(true),
    /// The window is outside an item's maintenance windows.
    MAINTENANCE(true),
    /// Another change works on an item that this one impacts, or the other way round.
    NEIGHBOUR(false),
    /// The implementer is busy with another change.
    IMPLEMENTER(false),
    /// Both changes impact the same item.
    DEPENDENCY(false),
    UNKNOWN(true);

    private final boolean hard;

    ConflictKind(boolean hard) {
        this.hard = hard;
    }

    /// Whether the change cannot start; otherwise people should know.
    public boolean hard() {
        return hard;
    }
}
