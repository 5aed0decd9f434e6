package slipway.backup.domain;

import java.util.regex.Matcher;
import java.util.regex.Pattern;

/// One comparison on a restored copy.
///
/// @param expected value at capture; `3..7` of a number that moved meanwhile, [#MOVED] of what else did
/// @param actual value in the restored copy; or why that says nothing, which begins with [#NOT_COMPARED]
public record RestoreCheck(String item, String name, String expected, String actual, boolean passed) {

    /// Of what was no longer, or not yet, what it was when its capture ended: nothing can be said about the copy.
    public static final String MOVED = "moved meanwhile";

    /// Of what is in one of the two only.
    public static final String ABSENT = "not there";

    /// Of what where it was restored on trial does not tell as the source does. It says no more about the copy than [#MOVED].
    public static final String NOT_COMPARED = "not compared: ";

    private static final Pattern BOUNDS = Pattern.compile("([0-9]{1,18})\\.\\.([0-9]{1,18})");

    public static RestoreCheck of(String item, String name, String expected, String actual) {
        return new RestoreCheck(item, name, expected, actual, fits(expected, actual));
    }

    /// Whether a value that was learnt would be taken for a word about one, so that it would pass unproven.
    public static boolean ambiguous(String value) {
        return value.equals(MOVED) || value.equals(ABSENT) || value.startsWith(NOT_COMPARED) || BOUNDS.matcher(value).matches();
    }

    private static boolean fits(String expected, String actual) {
        if (actual.startsWith(NOT_COMPARED)) {
            return true;
        }
        Matcher bounds = BOUNDS.matcher(expected);
        if (!bounds.matches() || !actual.matches("[0-9]{1,18}")) {
            return expected.equals(MOVED) || expected.equals(actual);
        }
        long is = Long.parseLong(actual);
        return Long.parseLong(bounds.group(1)) <= is && is <= Long.parseLong(bounds.group(2));
    }

    /// For a person, where the source itself was looked at again.
    public String change() {
        return item + ": " + name + " is " + actual + ", was " + expected + " at capture";
    }

    /// For a person.
    String fault() {
        return item + ": " + name + " is " + actual + " in the restored copy, was " + expected + " at capture";
    }
}
