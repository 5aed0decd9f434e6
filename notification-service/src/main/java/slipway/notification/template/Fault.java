package slipway.notification.template;

/// What is wrong with a template, for its author.
public final class Fault extends Exception {

    private static final long serialVersionUID = 1L;

    private final int line;

    /// @param line 0: not known
    Fault(String file, int line, String reason) {
        super(file + (line == 0 ? "" : ":" + line) + ": " + reason);
        this.line = line;
    }

    /// 0: not known.
    public int line() {
        return line;
    }
}
