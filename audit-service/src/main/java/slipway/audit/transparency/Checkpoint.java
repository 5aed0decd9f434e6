package slipway.audit.transparency;

/// What a log says about itself at one moment. [C2SP tlog-checkpoint](https://c2sp.org/tlog-checkpoint)
///
/// @param origin which log
/// @param size leaves
public record Checkpoint(String origin, long size, Hash root) {

    public Checkpoint {
        if (origin.isBlank() || origin.contains("\n")) {
            throw new IllegalArgumentException("the origin of a log is one line");
        }
        if (size < 0) {
            throw new IllegalArgumentException("a log has no " + size + " leaves");
        }
    }

    /// What is signed.
    public String text() {
        return origin + "\n" + size + "\n" + root + "\n";
    }

    /// What a note says, whether its signature is true or not.
    ///
    /// @throws IllegalArgumentException when it is no note, or of no checkpoint
    public static Checkpoint of(String note) {
        return parse(Note.text(note));
    }

    /// Lines after the third may be there; nobody has to know them.
    ///
    /// @throws IllegalArgumentException when this is no checkpoint
    public static Checkpoint parse(String text) {
        String[] lines = text.split("\n", -1);
        if (lines.length < 4 || !lines[lines.length - 1].isEmpty()) {
            throw new IllegalArgumentException("a checkpoint has three lines: origin, size, root");
        }
        if (!lines[1].matches("0|[1-9][0-9]{0,17}")) {
            throw new IllegalArgumentException("'" + lines[1] + "' is no size of a log");
        }
        return new Checkpoint(lines[0], Long.parseLong(lines[1]), Hash.base64(lines[2]));
    }
}
