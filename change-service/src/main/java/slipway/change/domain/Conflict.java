package slipway.change.domain;

/// Something that stands in the way of a window.
///
/// @param ci the item concerned; empty when it is none in particular
/// @param with the other change, or the freeze; empty for a maintenance window
public record Conflict(ConflictKind kind, String ci, String with, String reason) {

    /// The same trouble, whatever the words.
    boolean sameAs(Conflict other) {
        return kind == other.kind && ci.equals(other.ci) && with.equals(other.with);
    }
}
