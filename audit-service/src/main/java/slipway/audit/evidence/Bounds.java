package slipway.audit.evidence;

/// How large a pack may be.
///
/// @param files in it
/// @param bytes of all of them, unpacked
public record Bounds(int files, long bytes) {

    /// `audit verify-pack` opens nothing larger.
    public static final Bounds OF_WHO_VERIFIES = new Bounds(10_000, 256L * 1024 * 1024);

    /// A pack that nobody could open.
    static final class Exceeded extends RuntimeException {

        private static final long serialVersionUID = 1L;

        private Exceeded(String message) {
            super(message);
        }
    }

    /// @throws Exceeded when it is more
    void check(int files, long bytes) {
        if (files > this.files || bytes > this.bytes) {
            throw new Exceeded("a pack has at most " + this.files + " files and " + this.bytes + " bytes, and this one would have more: draw fewer changes");
        }
    }
}
