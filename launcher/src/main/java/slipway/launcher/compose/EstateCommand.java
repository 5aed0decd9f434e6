package slipway.launcher.compose;

import java.nio.file.Path;
import java.util.List;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;
import slipway.launcher.estate.Papers;
import slipway.launcher.estate.Site;

/// Makes the files of the estate, and those that the services read about it, before they start.
@Command(
        name = "compose-estate",
        hidden = true,
        description = "What docker-compose.yml runs before its services: the files of the estate.",
        mixinStandardHelpOptions = true)
public final class EstateCommand implements Callable<Integer> {

    @Option(names = "--root", required = true, paramLabel = "DIR", description = "With the folder examples.")
    private Path root = Path.of("");

    @Option(names = "--to", required = true, paramLabel = "DIR", description = "Where the estate lies.")
    private Path to = Path.of("");

    @Option(names = "--inventory-password", required = true, paramLabel = "FILE", description = "As release-service sees it.")
    private String password = "";

    @Override
    public Integer call() {
        Containers containers = new Containers();
        Path examples = root.resolve("examples");
        Papers.write(to, List.of(examples.resolve("compose"), examples.resolve("estate")), containers, password);
        Site.in(to, examples.resolve("estate"), containers).prepare();
        return 0;
    }
}
