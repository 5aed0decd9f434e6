package slipway.launcher;

import java.nio.file.Path;
import java.util.concurrent.Callable;
import java.util.concurrent.CountDownLatch;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;
import slipway.launcher.Screen.Tone;
import slipway.launcher.local.Ports;
import slipway.launcher.local.Ports.For;

@Command(
        name = "up",
        description = "Start everything on this machine, until Ctrl-C.",
        mixinStandardHelpOptions = true)
final class Up implements Callable<Integer> {

    @Option(names = "--processes", description = "Each service in a process of its own.")
    private boolean processes;

    @Option(names = "--kafka", paramLabel = "SERVERS", description = "Use this cluster instead of a broker of our own.")
    private @Nullable String kafka;

    @Option(names = "--data", paramLabel = "DIR", description = "Where to keep the data. Default: .slipway")
    private @Nullable Path data;

    @Override
    public Integer call() throws InterruptedException {
        Path kept = data == null ? Slipway.root().resolve(".slipway") : data;
        Path examples = Slipway.root().resolve("examples").resolve("estate");
        try (Screen screen = new Screen(System.out);
                Running running = Running.start(kept, examples, Ports.standard(), kafka, processes, screen)) {
            screen.timed(Tone.GOOD, "Slipway is up");
            screen.line("  changes    " + running.ports().url(For.CHANGE) + "/changes");
            screen.line("  decide     " + running.ports().url(For.CHANGE) + "/approve/CHG-…, in a browser, as whoever you choose to be");
            screen.line("  estate     http://localhost:" + running.ports().of(For.WEB_PROD_1) + "/ (prod-1) and six more");
            screen.line("  try        ./slipway change submit -f examples/rfc.yaml");
            screen.line("  tokens     " + running.ports().url(For.ISSUER)
                    + "/token, for anybody and without a password: this machine only");
            screen.line("  stop       Ctrl-C");
            new CountDownLatch(1).await();
            return 0;
        }
    }
}
