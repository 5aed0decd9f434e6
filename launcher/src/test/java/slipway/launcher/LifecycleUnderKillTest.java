package slipway.launcher;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import java.io.PrintStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import slipway.launcher.demo.Demo;
import slipway.launcher.local.Layout;
import slipway.launcher.local.Ports;
import slipway.launcher.local.Services.Instance;
import slipway.launcher.local.Services.Service;

/// Each service in a process of its own, and each killed (SIGKILL, no chance to tidy up) in the middle of the lifecycle: nothing is
/// lost, and no effect happens twice.
class LifecycleUnderKillTest {

    private static final Path EXAMPLES = Path.of("..", "examples");

    /// Who is killed as soon as this fact is in the log.
    private record Blow(String after, String detail, Service victim) {}

    private static final List<Blow> BLOWS = List.of(
            new Blow("ChangeScheduled", "", Service.CHANGE),
            new Blow("BackupStarted", "prod", Service.BACKUP),
            new Blow("ReleaseStarted", "prod", Service.RELEASE),
            new Blow("RolloutStepCompleted", "prod", Service.AUDIT),
            new Blow("ReleaseDeployed", "prod", Service.NOTIFICATION));

    @TempDir
    Path data;

    @Test
    void killed_in_the_middle_everything_still_happens_once() throws Exception {
        Screen screen = new Screen(new PrintStream(System.out, true, StandardCharsets.UTF_8));
        try (Running running = Running.start(
                data.resolve("slipway"), EXAMPLES.resolve("estate"), Ports.free(), Layout.inProcesses(), screen)) {
            CompletableFuture<Boolean> story = CompletableFuture.supplyAsync(() -> {
                try (Demo demo = new Demo(running.stage(), screen, Duration.ofMinutes(6))) {
                    return demo.release(EXAMPLES.resolve("rfc.yaml"));
                }
            });
            for (Blow blow : BLOWS) {
                while (!Aftermath.log(running).entries().stream().anyMatch(entry -> isTime(entry, blow))) {
                    assertThat(story).as("the story goes on").isNotDone();
                    TimeUnit.MILLISECONDS.sleep(50);
                }
                Instance victim = new Instance(blow.victim(), 1);
                Aftermath.kill(victim);
                running.local().restart(victim);
            }
            assertThat(story.get(6, TimeUnit.MINUTES)).isTrue();
            Aftermath.log(running).check();
            // People are told of the end after it, and the fact that they were told comes after the mail.
            await().atMost(Duration.ofSeconds(60)).untilAsserted(() -> Aftermath.everyMailTold(
                            Aftermath.log(running), data.resolve("slipway").resolve("mail"), 2));
            Aftermath.everyFactInTheLedger(running, "CHG-1");
        }
    }

    private static boolean isTime(Log.Entry entry, Blow blow) {
        return entry.type().equals(blow.after()) && entry.fact().toString().contains(blow.detail());
    }
}
