package slipway.launcher.compose;

import java.io.IOException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Map;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;
import slipway.launcher.Screen;
import slipway.launcher.cluster.ClientSettings;
import slipway.launcher.demo.Demo;
import slipway.launcher.demo.Stage;
import slipway.launcher.estate.Site;
import slipway.launcher.estate.Warehouse;
import slipway.launcher.local.Ports.For;
import slipway.launcher.local.Trouble;

/// The demonstration, from within the containers: what `slipway demo --against compose` runs there.
@Command(
        name = "compose-demo",
        hidden = true,
        description = "The demonstration, from within the containers of docker-compose.yml.",
        mixinStandardHelpOptions = true)
public final class PlayCommand implements Callable<Integer> {

    @Option(names = "--root", required = true, paramLabel = "DIR", description = "With the folder examples.")
    private Path root = Path.of("");

    @Option(names = "--estate", required = true, paramLabel = "DIR", description = "Where the estate lies.")
    private Path estate = Path.of("");

    @Option(names = "--inventory-password", required = true, paramLabel = "FILE", description = "Of the user inventory.")
    private Path password = Path.of("");

    @Option(names = "--kafka-config", required = true, paramLabel = "FILE", description = "Settings of a client that may read facts.")
    private Path kafka = Path.of("");

    @Option(names = "--registry", required = true, paramLabel = "URL", description = "Of the schema registry.")
    private String registry = "";

    @Option(names = "--bad-release", description = "One whose canary fails.")
    private boolean bad;

    @Option(names = "--patience", paramLabel = "SECONDS", defaultValue = "300", description = "Default: ${DEFAULT-VALUE}")
    private long patience;

    @Override
    public Integer call() {
        Path examples = root.resolve("examples");
        try (Screen screen = new Screen(System.out);
                Demo demo = new Demo(stage(examples.resolve("estate")), screen, Duration.ofSeconds(patience))) {
            boolean good = bad ? demo.badRelease(examples.resolve("rfc-bad.yaml")) : demo.release(examples.resolve("rfc.yaml"));
            return good ? 0 : 1;
        }
    }

    private Stage stage(Path templates) {
        Containers containers = new Containers();
        Map<String, Object> settings;
        try {
            settings = ClientSettings.read(kafka);
        } catch (IOException e) {
            throw new Trouble("cannot read " + kafka + ": " + e.getMessage(), e);
        }
        settings.put("bootstrap.servers", containers.address(For.KAFKA));
        return new Stage(
                containers,
                settings,
                registry,
                Site.in(estate, templates, containers),
                new Warehouse(
                        "jdbc:postgresql://" + containers.address(For.INVENTORY) + "/inventory",
                        templates.resolve("database").resolve("baseline.sql"),
                        password));
    }
}
