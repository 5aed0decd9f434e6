package slipway.backup.recipe;

import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;
import slipway.program.Programs;
import slipway.program.Running;

/// Who runs the programs of a recipe.
interface Hands {

    /// @param known programs that the recipe may run, each by the names under which it may be installed
    /// @param argv one of them by name, and its arguments
    /// @param folder in which it runs
    /// @param environment all of it, but for where programs are
    /// @param witness told of one that runs to its end, as soon as it runs
    record Call(
            List<List<String>> known, List<String> argv, Path folder, Map<String, String> environment, Duration patience, Programs.Witness witness) {}

    /// Runs it to its end.
    ///
    /// @param in what it reads; null: nothing
    /// @param out gets all that it says on its standard output; null: the beginning is in the answer
    Programs.Ended run(Call call, @Nullable InputStream in, @Nullable OutputStream out)
            throws IOException, InterruptedException;

    /// Starts it.
    Running start(Call call) throws IOException;
}
