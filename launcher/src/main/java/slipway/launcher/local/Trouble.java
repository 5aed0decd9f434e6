package slipway.launcher.local;

/// Something that the person at the keyboard can mend: told in one line, without a stack trace.
public final class Trouble extends RuntimeException {

    public Trouble(String message) {
        super(message);
    }

    public Trouble(String message, Throwable cause) {
        super(message, cause);
    }
}
