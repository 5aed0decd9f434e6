package slipway.launcher.compose;

import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import slipway.launcher.local.Trouble;

/// `docker compose`, as whoever types on this machine would call it.
///
/// @param root where `docker-compose.yml` is
public record Compose(Path root) {

    /// Plays the demonstration in a container of its own, which is gone afterwards.
    ///
    /// @return its exit code
    public int demo(boolean bad, long patience) throws InterruptedException {
        if (run(List.of("docker", "compose", "version"), ProcessBuilder.Redirect.DISCARD) != 0) {
            throw new Trouble("--against compose needs Docker with its plugin compose: `docker compose version` fails");
        }
        List<String> argv = new ArrayList<>(List.of(
                "docker",
                "compose",
                "--file",
                root.resolve("docker-compose.yml").toString(),
                "run",
                "--rm",
                "--no-deps",
                "demo",
                "--patience",
                String.valueOf(patience)));
        if (bad) {
            argv.add("--bad-release");
        }
        return run(argv, ProcessBuilder.Redirect.INHERIT);
    }

    private static int run(List<String> argv, ProcessBuilder.Redirect output) throws InterruptedException {
        try {
            return new ProcessBuilder(argv).inheritIO().redirectOutput(output).redirectError(output).start().waitFor();
        } catch (IOException e) {
            throw new Trouble("docker cannot be run: " + e.getMessage() + ". --against compose needs Docker with its plugin compose", e);
        }
    }
}
