package slipway.backup.recipe;

import java.nio.file.Path;
import java.util.Map;

/// One item of a plan.
///
/// @param name unique in its plan
/// @param recipe how
/// @param parameters what; paths are absolute
public record Item(String name, String recipe, Map<String, String> parameters) {

    String text(String parameter) {
        String value = parameters.get(parameter);
        if (value == null) {
            throw new IllegalArgumentException(name + ": " + parameter + " is missing");
        }
        return value;
    }

    Path path(String parameter) {
        return Path.of(text(parameter));
    }
}
