package slipway.backup.recipe;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.HashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import slipway.program.Mark;
import slipway.program.Programs;

/// The application's own test of a restored copy, while that can be asked: what proves a set to V5. It is told of the copy by its environment:
/// `RESTORED_TREE`, and a recipe's parameters as they are for the copy, such as `RESTORED_PORT`; of a secret the file, `RESTORED_PASSWORD_FILE`.
///
/// @param argv a program by its path, and its arguments
/// @param patience after which it is ended, and has failed
public record SmokeTest(List<String> argv, Duration patience) {

    /// @param copy what is known of it, by name
    /// @throws Hindered when the program is not there
    /// @throws IOException when it says no
    void on(Path tree, Map<String, String> copy) throws IOException, InterruptedException {
        Path program = Path.of(argv.getFirst());
        if (!Files.isExecutable(program)) {
            throw new Hindered("the smoke test " + program + " cannot be run");
        }
        Map<String, String> environment = new HashMap<>(Map.of("RESTORED_TREE", tree.toString()));
        copy.forEach((name, value) -> environment.put("RESTORED_" + word(name), value));
        Mark mark = Mark.fresh("SLIPWAY_SMOKE_TEST");
        environment.putAll(mark.variable());
        Programs.Ended ended;
        try {
            ended = Programs.run(argv, Path.of("/"), environment, patience);
        } finally {
            // What it leaves running would go on with a copy that is deleted.
            mark.end();
        }
        if (ended.exit() != 0) {
            // It was given secrets: what it says is told to nobody.
            throw new IOException("its smoke test says no: exit " + ended.exit());
        }
    }

    /// `passwordFile` and `password.file` are `PASSWORD_FILE`.
    private static String word(String name) {
        return name.replaceAll("([a-z0-9])([A-Z])", "$1_$2")
                .replaceAll("[^A-Za-z0-9]", "_")
                .toUpperCase(Locale.ROOT);
    }
}
