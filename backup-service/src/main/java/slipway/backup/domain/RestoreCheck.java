package slipway.backup.domain;

/// One comparison of what was restored with what was captured.
///
/// @param item of the plan
/// @param name what is compared, e.g. a table
public record RestoreCheck(String item, String name, String expected, String actual, boolean passed) {

    public static RestoreCheck compare(String item, String name, String expected, String actual) {
        return new RestoreCheck(item, name, expected, actual, expected.equals(actual));
    }
}
