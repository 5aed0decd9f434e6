package slipway.backup.recipe;

import java.io.IOException;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/// One item of a plan.
///
/// @param name unique in its plan
/// @param recipe how
/// @param parameters what; paths are absolute
/// @param mayChange whether it is written all the time: what changes after the backup is what its RPO allows to be lost
/// @param of configuration items that it belongs to; empty: all that its plan is for
/// @param smokeTest of its restored copies; null: none
public record Item(
        String name,
        String recipe,
        Map<String, String> parameters,
        boolean mayChange,
        List<String> of,
        @Nullable SmokeTest smokeTest) {

    public Item(String name, String recipe, Map<String, String> parameters) {
        this(name, recipe, parameters, false, List.of(), null);
    }


    /// For a copy that goes live: nobody tries anything on it.
    public Item withoutSmokeTest() {
        return new Item(name, recipe, parameters, mayChange, of, null);
    }

    /// Has the application look at a restored copy, if it has a test for that.
    void smoke(Path tree, Map<String, String> copy) throws IOException, InterruptedException {
        if (smokeTest != null) {
            smokeTest.on(tree, copy);
        }
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
