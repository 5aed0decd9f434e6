package slipway.launcher;

import java.nio.file.Path;
import java.time.Duration;
import java.util.concurrent.Callable;
import java.util.concurrent.CountDownLatch;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;
import slipway.launcher.compose.Compose;
import slipway.launcher.demo.Demo;

@Command(
        name = "demo",
        description = "Take a change from request to running release, on a small real estate.",
        mixinStandardHelpOptions = true)
final class DemoCommand implements Callable<Integer> {

    @Option(names = "--bad-release", description = "One whose canary fails: it is rolled back, its data are restored.")
    private boolean bad;

    @Option(names = "--keep", description = "Leave everything running at the end, until Ctrl-C.")
    private boolean keep;

    @Mixin
    private final Machine machine = new Machine();

    @Option(
            names = "--patience",
            paramLabel = "SECONDS",
            defaultValue = "300",
            description = "How long to wait for the end of the story. Default: ${DEFAULT-VALUE}")
    private long patience;

    @Option(names = "--against", description = "compose: the containers of docker-compose.yml, which must be up. Default: this machine")
    private @Nullable Against against;

    /// Where else it can be played.
    enum Against {
        COMPOSE
    }

    @Override
    public Integer call() throws InterruptedException {
        return against == null ? here() : new Compose(Slipway.root()).demo(bad, patience);
    }

    private int here() throws InterruptedException {
        Path examples = Slipway.root().resolve("examples");
        try (Screen screen = new Screen(System.out);
                Running running = machine.start(screen)) {
            if (keep) {
                running.supervise();
            }
            boolean good;
            try (Demo demo = new Demo(running.stage(), screen, Duration.ofSeconds(patience))) {
                good = bad ? demo.badRelease(examples.resolve("rfc-bad.yaml")) : demo.release(examples.resolve("rfc.yaml"));
            }
            if (keep) {
                screen.line("Everything is left running; stop it with Ctrl-C.");
                new CountDownLatch(1).await();
            }
            return good ? 0 : 1;
        }
    }
}
