package slipway.backup.vault;

import java.util.regex.Pattern;

/// How a backup set is laid out, wherever it lies: sealed items, `manifest.json` and its signature `manifest.sig`.
final class Sets {

    static final String MANIFEST = "manifest.json";
    static final String SIGNATURE = "manifest.sig";

    private static final Pattern NAME = Pattern.compile("[A-Za-z0-9][A-Za-z0-9._-]{0,200}");

    private Sets() {}

    static boolean canBeNamed(String name) {
        return NAME.matcher(name).matches();
    }

    /// Becomes a part of a file's name.
    static String name(String given) {
        if (!canBeNamed(given)) {
            throw new IllegalArgumentException("'" + given + "' cannot be the name of a backup set or item");
        }
        return given;
    }
}
