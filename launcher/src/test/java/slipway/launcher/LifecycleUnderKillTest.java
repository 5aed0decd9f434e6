package slipway.launcher;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import java.io.IOException;
import java.io.PrintStream;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import slipway.events.notification.NotificationSent;
import slipway.launcher.demo.Demo;
import slipway.launcher.local.Layout;
import slipway.launcher.local.Ports;
import slipway.launcher.local.Ports.For;
import slipway.launcher.local.Services.Instance;
import slipway.launcher.local.Services.Service;
import tools.jackson.databind.JsonNode;

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
                while (!log(running).entries().stream().anyMatch(entry -> isTime(entry, blow))) {
                    assertThat(story).as("the story goes on").isNotDone();
                    TimeUnit.MILLISECONDS.sleep(50);
                }
                kill(blow.victim());
                running.local().restart(new Instance(blow.victim(), 1));
            }
            assertThat(story.get(6, TimeUnit.MINUTES)).isTrue();
            log(running).check();
            // People are told of the end after it, and the fact that they were told comes after the mail.
            await().atMost(Duration.ofSeconds(60)).untilAsserted(() -> everyMailOnce(log(running)));
            everyFactInTheLedger(running);
        }
    }

    /// A mail that the server took just before its sender was killed is sent again under the same Message-ID, by which whoever reads
    /// it knows it; no other fact makes another one.
    private void everyMailOnce(Log log) throws IOException {
        Set<String> told = log.entries().stream()
                .map(Log.Entry::fact)
                .filter(fact -> fact instanceof NotificationSent)
                .map(fact -> ((NotificationSent) fact).getReceipt())
                .collect(Collectors.toSet());
        try (Stream<Path> mails = Files.list(data.resolve("slipway").resolve("mail"))) {
            Map<String, Long> times = mails.collect(
                    Collectors.groupingBy(LifecycleUnderKillTest::messageId, Collectors.counting()));
            assertThat(times.keySet()).isEqualTo(told);
            assertThat(times.values()).allMatch(count -> count <= 2);
        }
    }

    private static void everyFactInTheLedger(Running running) {
        try (Api api = new Api(running.ports())) {
            // People are told of the end after it; both sides still grow.
            await().atMost(Duration.ofSeconds(30)).until(() -> {
                // A relay that was killed between sending and marking sends the very same record again.
                long facts = log(running).of("CHG-1").stream()
                        .map(entry -> entry.meta().getEventId())
                        .distinct()
                        .count();
                return api.get(For.AUDIT, "olu", "/timelines/CHG-1").json().size() == facts;
            });
            JsonNode report = new LongRead(api, "olu", "/replays").run(Map.of());
            assertThat(report.path("identical").asBoolean()).as(report.toString()).isTrue();
            assertThat(report.path("faults").isEmpty()).as(report.toString()).isTrue();
        }
    }

    private static String messageId(Path mail) {
        try (Stream<String> lines = Files.lines(mail)) {
            return lines.filter(line -> line.startsWith("Message-ID: "))
                    .map(line -> line.substring("Message-ID: ".length()))
                    .findFirst()
                    .orElse("");
        } catch (IOException e) {
            throw new UncheckedIOException(e);
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
