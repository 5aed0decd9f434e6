package slipway.messaging;

/// The story has a fact that a newer version of this service wrote, and this one does not know: what it means for the next decision, only the
/// newer one can say.
public final class Newer extends RuntimeException {

    Newer(String type) {
        super("a newer version of this service wrote a " + type + " here; this one does not know it, and decides nothing on top of it");
    }
}
