package slipway.launcher;

import static org.assertj.core.api.Assertions.assertThat;

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
import slipway.launcher.local.Ports;
import slipway.launcher.local.Ports.For;
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
            new Blow("ReleaseDeployed", "prod", Service.NOTIFICATION));

    @TempDir
    Path data;

    @Test
    void killed_in_the_middle_everything_still_happens_once() throws Exception {
        Screen screen = new Screen(new PrintStream(System.out, true, StandardCharsets.UTF_8));
        try (Running running = Running.start(
                data.resolve("slipway"), EXAMPLES.resolve("estate"), Ports.free(), null, true, screen)) {
            CompletableFuture<Boolean> story = CompletableFuture.supplyAsync(() -> {
                try (Demo demo = new Demo(running, screen, Duration.ofMinutes(6))) {
                    return demo.release(EXAMPLES.resolve("rfc.yaml"));
                }
            });
            for (Blow blow : BLOWS) {
                while (!log(running).entries().stream().anyMatch(entry -> isTime(entry, blow))) {
                    assertThat(story).as("the story goes on").isNotDone();
                    TimeUnit.MILLISECONDS.sleep(50);
                }
                kill(blow.victim());
                running.local().services().stop(blow.victim());
                running.local().restart(blow.victim());
            }
            assertThat(story.get(6, TimeUnit.MINUTES)).isTrue();
            log(running).check();
        }
    }

    private static boolean isTime(Log.Entry entry, Blow blow) {
        return entry.type().equals(blow.after()) && entry.fact().toString().contains(blow.detail());
    }

    private static void kill(Service victim) {
        // The class path is longer than what the system tells of arguments; the name of its log comes before.
        String log = victim.word() + "-service.service";
        List<ProcessHandle> found = ProcessHandle.current()
                .descendants()
                .filter(each -> each.info().commandLine().orElse("").contains(log))
                .toList();
        assertThat(found).as(log).hasSize(1);
        assertThat(found.getFirst().destroyForcibly()).isTrue();
    }

    private static Log log(Running running) {
        return Log.read(
                running.local().broker().address(), running.ports().url(For.REGISTRY));
    }
}
