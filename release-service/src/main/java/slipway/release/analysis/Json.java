package slipway.release.analysis;

import java.util.List;
import org.jspecify.annotations.Nullable;

/// Writes JSON in the order in which it is told, without a space that could differ. Numbers are the shortest that read back as the
/// same double ([Double#toString(double)], specified so since Java 19).
final class Json {

    private final StringBuilder text = new StringBuilder("{");

    Json text(String name, String value) {
        return raw(name, quoted(value));
    }

    Json number(String name, long value) {
        return raw(name, Long.toString(value));
    }

    /// Null and NaN are written as null.
    Json number(String name, @Nullable Double value) {
        return raw(name, value == null || value.isNaN() ? "null" : Double.toString(value));
    }

    Json flag(String name, boolean value) {
        return raw(name, Boolean.toString(value));
    }

    Json part(String name, Json part) {
        return raw(name, part.object());
    }

    Json parts(String name, List<Json> parts) {
        return raw(name, "[" + String.join(",", parts.stream().map(Json::object).toList()) + "]");
    }

    String object() {
        return text + "}";
    }

    private Json raw(String name, String value) {
        text.append(text.length() == 1 ? "" : ",").append(quoted(name)).append(':').append(value);
        return this;
    }

    private static String quoted(String value) {
        StringBuilder quoted = new StringBuilder("\"");
        for (int i = 0; i < value.length(); i++) {
            char each = value.charAt(i);
            if (each == '"' || each == '\\') {
                quoted.append('\\').append(each);
            } else if (each < ' ' || Character.isSurrogate(each)) {
                // A lone surrogate has no UTF-8, and would come back as another character.
                quoted.append("\\u").append(hex(each));
            } else {
                quoted.append(each);
            }
        }
        return quoted.append('"').toString();
    }

    private static String hex(char each) {
        String hex = Integer.toHexString(each);
        return "0".repeat(4 - hex.length()) + hex;
    }
}
