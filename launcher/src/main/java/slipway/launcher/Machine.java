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
            description = "Kafka brokers, 1 or 3 to 9: three keep each record, and one of them may be killed; the second listens ten ports above the first."
                    + " The data stay with their number. Default: ${DEFAULT-VALUE}")
    private int brokers;

    @Option(
            names = "--instances",
            paramLabel = "N",
            defaultValue = "1",
            description = "Of each service, 1 to 9, in processes of their own; the second listens ten ports above the first."
                    + " Default: ${DEFAULT-VALUE}")
    private int instances;

    @Option(names = "--kafka", paramLabel = "SERVERS", description = "Use this cluster instead of brokers of our own.")
    private @Nullable String kafka;

    @Option(names = "--data", paramLabel = "DIR", description = "Where to keep the data. Default: .slipway")
    private @Nullable Path data;

    Running start(Screen screen) {
        Path estate = Slipway.root().resolve("examples").resolve("estate");
        return Running.start(data(data), estate, Ports.standard(), layout(), screen);
    }

    /// @param given by an option
    static Path data(@Nullable Path given) {
        return given == null ? Slipway.root().resolve(".slipway") : given;
    }

    private Layout layout() {
        try {
            return new Layout(kafka, brokers, instances, processes);
        } catch (IllegalArgumentException e) {
            throw new Refused(Refused.REFUSED, String.valueOf(e.getMessage()).lines().toList());
        }
    }
}
