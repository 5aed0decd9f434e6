package slipway.launcher;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import slipway.events.notification.NotificationSent;
import slipway.launcher.local.Ports.For;
import slipway.launcher.local.Services.Instance;
import tools.jackson.databind.JsonNode;

/// What must hold after services and brokers of a [Running] were stopped and killed, and how they are.
final class Aftermath {

    private Aftermath() {}

    static Log log(Running running) {
        return Log.read(
                running.local().broker().address(), running.ports().url(For.REGISTRY));
    }

    /// SIGKILL: no chance to tidy up.
    static void kill(Instance victim) {
        kill(victim.name() + ".service.log");
    }

    /// @param log a word of its command line: the class path is longer than what the system tells of arguments, and the name of its log comes before
    static void kill(String log) {
        List<ProcessHandle> found = ProcessHandle.current()
                .descendants()
                .filter(each -> each.info().commandLine().orElse("").contains("/" + log))
                .toList();
        assertThat(found).as(log).hasSize(1);
        assertThat(found.getFirst().destroyForcibly()).isTrue();
    }

    /// Each mail that is told of was sent, and nothing else was.
    ///
    /// @param atMost how often the same mail may be there: one that the server took just before its sender was killed is sent again under the same Message-ID,
    ///     by which whoever reads it knows it
    static void everyMailTold(Log log, Path mails, long atMost) throws IOException {
        Set<String> told = log.entries().stream()
                .map(Log.Entry::fact)
                .filter(fact -> fact instanceof NotificationSent)
                .map(fact -> ((NotificationSent) fact).getReceipt())
                .collect(Collectors.toSet());
        try (Stream<Path> files = Files.list(mails)) {
            Map<String, Long> times =
                    files.collect(Collectors.groupingBy(Aftermath::messageId, Collectors.counting()));
            assertThat(times.keySet()).isEqualTo(told);
            assertThat(times.values()).allMatch(count -> count <= atMost);
        }
    }

    /// The ledger has every fact of a change, and builds the same tables from the topics again.
    static void everyFactInTheLedger(Running running, String change) {
        try (Api api = new Api(running.ports())) {
            // People are told of the end after it; both sides still grow.
            await().atMost(Duration.ofSeconds(60)).until(() -> {
                // A relay that was killed between sending and marking sends the very same record again.
                long facts = log(running).of(change).stream()
                        .map(entry -> entry.meta().getEventId())
                        .distinct()
                        .count();
                return api.get(For.AUDIT, "olu", "/timelines/" + change).json().size() == facts;
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
}
