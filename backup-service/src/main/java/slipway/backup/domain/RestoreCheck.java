package slipway.backup.domain;

/// One comparison on a restored copy.
///
/// @param expected value at capture
/// @param actual value in the restored copy
public record RestoreCheck(String item, String name, String expected, String actual, boolean passed) {

    public static RestoreCheck of(String item, String name, String expected, String actual) {
        return new RestoreCheck(item, name, expected, actual, expected.equals(actual));
    }

    /// For a person.
    String fault() {
        return item + ": " + name + " is " + actual + " in the restored copy, was " + expected + " at capture";
    }
}
