package slipway.notification.template;

/// What is wrong with a template, for its author.
public final class Fault extends Exception {

    private static final long serialVersionUID = 1L;

    /// @param line 0: not known
    Fault(String file, int line, String reason) {
        super(file + (line == 0 ? "" : ":" + line) + ": " + reason);
    }
}
