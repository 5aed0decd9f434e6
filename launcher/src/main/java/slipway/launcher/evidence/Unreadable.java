package slipway.launcher.evidence;

/// This is no evidence pack, or none that may be opened: nothing is said of what is in it.
public final class Unreadable extends Exception {

    Unreadable(String why) {
        super(why);
    }
}
