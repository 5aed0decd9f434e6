package slipway.launcher;

import java.nio.file.Path;
import java.time.Duration;
import java.util.concurrent.Callable;
import java.util.concurrent.CountDownLatch;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;
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

    @Override
    public Integer call() throws InterruptedException {
        Path examples = Slipway.root().resolve("examples");
        try (Screen screen = new Screen(System.out);
                Running running = machine.start(screen)) {
            boolean good;
            try (Demo demo = new Demo(running, screen, Duration.ofSeconds(patience))) {
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
