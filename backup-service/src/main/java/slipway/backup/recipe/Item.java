package slipway.backup.recipe;

import java.nio.file.Path;
import java.util.List;
import java.util.Map;

/// One item of a plan.
///
/// @param name unique in its plan
/// @param recipe how
/// @param parameters what; paths are absolute
/// @param mayChange whether it is written all the time: what changes after the backup is what its RPO allows to be lost
/// @param of configuration items that it belongs to; empty: all that its plan is for
public record Item(
        String name, String recipe, Map<String, String> parameters, boolean mayChange, List<String> of) {

    public Item(String name, String recipe, Map<String, String> parameters) {
        this(name, recipe, parameters, false, List.of());
    }


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
