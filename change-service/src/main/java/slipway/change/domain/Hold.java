package slipway.change.domain;

/// A hand on the change: it must not start, or not go on.
///
/// @param ref the freeze, or the person
public record Hold(HoldKind kind, String ref, String reason) {

    boolean sameAs(HoldKind otherKind, String otherRef) {
        return kind == otherKind && ref.equals(otherRef);
    }
}
