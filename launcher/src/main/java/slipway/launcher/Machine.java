package slipway.launcher;

import java.nio.file.Path;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Option;
import slipway.launcher.local.Layout;
import slipway.launcher.local.Ports;

/// What runs on this machine, and where its data are kept: the options that `up` and `demo` share.
final class Machine {

    @Option(names = "--processes", description = "Each service in a process of its own.")
    private boolean processes;

    @Option(
            names = "--brokers",
            paramLabel = "N",
            defaultValue = "1",
            description = "Kafka brokers; 3 keep each record three times, and one of them may be killed. Default: ${DEFAULT-VALUE}")
    private int brokers;

    @Option(
            names = "--instances",
            paramLabel = "N",
            defaultValue = "1",
            description = "Of each service, in processes of their own; the second listens ten ports above the first."
                    + " Default: ${DEFAULT-VALUE}")
    private int instances;

    @Option(names = "--kafka", paramLabel = "SERVERS", description = "Use this cluster instead of brokers of our own.")
    private @Nullable String kafka;

    @Option(names = "--data", paramLabel = "DIR", description = "Where to keep the data. Default: .slipway")
    private @Nullable Path data;

    Running start(Screen screen) {
        Path kept = data == null ? Slipway.root().resolve(".slipway") : data;
        Path estate = Slipway.root().resolve("examples").resolve("estate");
        Layout layout = new Layout(kafka, brokers, instances, processes);
        return Running.start(kept, estate, Ports.standard(), layout, screen);
    }
}
