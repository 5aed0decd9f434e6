package slipway.launcher;

import java.util.concurrent.Callable;
import java.util.concurrent.CountDownLatch;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import slipway.launcher.Screen.Tone;
import slipway.launcher.local.Ports.For;

@Command(
        name = "up",
        description = "Start everything on this machine, until Ctrl-C.",
        mixinStandardHelpOptions = true)
final class Up implements Callable<Integer> {

    @Mixin
    private final Machine machine = new Machine();

    @Override
    public Integer call() throws InterruptedException {
        try (Screen screen = new Screen(System.out);
                Running running = machine.start(screen)) {
            running.supervise();
            screen.timed(Tone.GOOD, "Slipway is up");
            screen.line("  changes    " + running.ports().url(For.CHANGE) + "/changes");
            screen.line("  decide     " + running.ports().url(For.CHANGE) + "/approve/CHG-…, in a browser, as whoever you choose to be");
            screen.line("  estate     http://localhost:" + running.ports().of(For.WEB_PROD_1) + "/ (prod-1) and six more");
            screen.line("  try        ./slipway change submit -f examples/rfc.yaml");
            screen.line("  tokens     " + running.ports().url(For.ISSUER)
                    + "/token, for anybody and without a password: this machine only");
            screen.line("  restart    ./slipway restart release-service, or what else runs here");
            screen.line("  stop       Ctrl-C");
            new CountDownLatch(1).await();
            return 0;
        }
    }
}
