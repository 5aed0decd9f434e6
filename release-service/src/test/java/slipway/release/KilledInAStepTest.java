package slipway.release;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import java.io.IOException;
import java.io.InputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Set;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.MethodOrderer;
import org.junit.jupiter.api.Order;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestMethodOrder;
import org.junit.jupiter.api.io.TempDir;
import slipway.release.domain.ReleaseEvent.ReleaseDeployed;
import slipway.release.domain.ReleaseEvent.RollbackCompleted;
import slipway.release.domain.ReleaseEvent.RolloutIndeterminate;
import slipway.release.domain.ReleaseEvent.RolloutStepCompleted;
import slipway.release.domain.ReleaseEvent.RolloutStepStarted;
import slipway.release.domain.StepKind;
import slipway.release.packages.Folders;

/// The service as a process of its own, killed (SIGKILL) at each point of a step: before its effect, in the middle of it, after it and
/// before the answer, in the look afterwards. What was done is told by the target's own ledger.
@TestMethodOrder(MethodOrderer.OrderAnnotation.class)
class KilledInAStepTest {

    private static final String OLD = "sha256:" + "0".repeat(64);
    private static final List<String> PARTS = List.of("p1", "p2", "p3", "p4");

    /// A process has to start and to find that the one before it is dead.
    private static final Duration PATIENCE = Duration.ofSeconds(120);

    @TempDir
    static Path folder;

    private static Path tool;
    private static Site site;
    private static ReleaseProcess service;

    @BeforeAll
    static void start() throws Exception {
        tool = Files.createDirectories(folder.resolve("tool"));
        try (InputStream script = Objects.requireNonNull(KilledInAStepTest.class.getResourceAsStream("killer.sh"))) {
            Files.copy(script, tool.resolve("killer.sh"));
        }
        site = Site.of(tool);
        for (String version : List.of("2.1.0", "2.2.0", "2.3.0")) {
            Folders.write(folder.resolve("web").resolve(version), Map.of("index.html", version));
        }
        service = new ReleaseProcess(
                folder.resolve("service.log"),
                "slipway.delivery=" + delivery(),
                "slipway.packages=" + folder.resolve("store"),
                "slipway.patience=3s",
                // Looks are counted here, and only those of steps are meant.
                "slipway.drift-every=1d");
        service.start();
    }

    private static Path delivery() throws IOException {
        String environment =
                """
                      - name: %s
                        strategy: ROLLING
                        backupPlan: web
                        rpoSeconds: 600
                        minLevel: V2
                        command:
                          environment: %s
                          parts: [%s]
                          folder: tool
                          probe: [/bin/sh, killer.sh, look, %s]
                          apply: [/bin/sh, killer.sh, change, "{part}", "{digest}"]
                          timeoutSeconds: 60
                        urls: {%s}
                        probe: {path: /digest, contains: sha256, samples: 1, intervalMillis: 10, timeoutMillis: 1000, failureLimit: 0, identity: /digest}
                """;
        StringBuilder urls = new StringBuilder();
        PARTS.forEach(part -> urls.append(part).append(": \"").append(site.url()).append(part).append("\", "));
        return Files.writeString(
                folder.resolve("delivery.yaml"),
                "services:\n  web:\n    artifacts: web\n    environments:\n"
                        + environment.formatted("dev", "dev", "d1", "d1", "d1: \"" + site.url() + "d1\"")
                        + environment.formatted("prod", "prod", String.join(", ", PARTS), String.join(", ", PARTS), urls));
    }

    @AfterAll
    static void stop() throws IOException {
        service.close();
        site.close();
    }

    @BeforeEach
    void everywhere_the_old_one_runs() throws IOException {
        for (String part : List.of("d1", "p1", "p2", "p3", "p4")) {
            Files.writeString(Files.createDirectories(tool.resolve(part)).resolve("digest"), OLD + "\n");
        }
        Files.createDirectories(tool.resolve("kill"));
        Files.createDirectories(tool.resolve("killed"));
        for (String left : List.of("ledger", "looks", "go", "dead")) {
            Files.deleteIfExists(tool.resolve(left));
        }
        if (!service.isAlive()) {
            service.start();
        }
    }

    private static List<String> ledger() throws IOException {
        return Files.exists(tool.resolve("ledger")) ? Files.readAllLines(tool.resolve("ledger")) : List.of();
    }

    private static void untilKilled(Neighbours thread, String point) {
        thread.until("the end at " + point, PATIENCE, () -> Files.exists(tool.resolve("killed").resolve(point)) && !service.isAlive());
    }

    @Test
    @Order(1)
    void killed_at_every_point_each_effect_is_there_once() throws Exception {
        for (String point : List.of("look-p1-1", "look-p1-3", "middle-p3", "after-p4")) {
            Files.createFile(tool.resolve("kill").resolve(point));
        }
        Neighbours thread = Neighbours.of(service).schedule("2.1.0");

        untilKilled(thread, "look-p1-1");
        assertThat(ledger()).as("in the look after it").hasSize(2);
        assertThat(thread.all(RolloutStepStarted.class).getLast().name()).isEqualTo("p1");
        assertThat(thread.all(RolloutStepCompleted.class).getLast().name()).isEqualTo("dev");
        service.start();

        untilKilled(thread, "look-p1-3");
        assertThat(ledger()).as("in the look before it").hasSize(2);
        assertThat(thread.all(RolloutStepStarted.class).getLast().name()).isEqualTo("p2");
        assertThat(thread.all(RolloutStepCompleted.class).getLast().name()).isEqualTo("p1");
        service.start();

        untilKilled(thread, "middle-p3");
        assertThat(ledger()).as("in the middle of it").hasSize(3);
        assertThat(thread.all(RolloutStepStarted.class).getLast().name()).isEqualTo("p3");
        String job = service.query("select task_instance from scheduled_tasks where picked", String.class);
        String beat = "select coalesce(max(last_heartbeat)::text, '') from scheduled_tasks where picked and task_instance = '" + job + "'";
        String lastBeat = service.query(beat, String.class);
        service.start();
        // The step is taken up again while the tool that outlived its service is still at work.
        await().atMost(PATIENCE).until(() -> !Set.of("", lastBeat).contains(service.query(beat, String.class)));
        Files.createFile(tool.resolve("go"));

        untilKilled(thread, "after-p4");
        assertThat(ledger()).as("after it").hasSize(5);
        assertThat(thread.all(RolloutStepStarted.class).getLast().name()).isEqualTo("p4");
        service.start();

        thread.until("the end", PATIENCE, () -> thread.all(ReleaseDeployed.class).size() == 2);
        String digest = thread.all(ReleaseDeployed.class).getFirst().digest();
        String key = thread.release();
        assertThat(ledger())
                .containsExactly(
                        key + "/dev/1 d1 " + digest,
                        key + "/prod/1/p1 p1 " + digest,
                        key + "/prod/2/p2 p2 " + digest,
                        key + "/prod/3/p3 p3 " + digest,
                        key + "/prod/4/p4 p4 " + digest);
        assertThat(thread.all(RolloutStepCompleted.class))
                .filteredOn(step -> step.environment().equals("prod"))
                .extracting(step -> step.name() + (step.adopted() ? " was there" : " was done"))
                .containsExactly("p1 was there", "p2 was done", "p3 was there", "p4 was there", "prod was done");
    }

    /// The last one: whoever is called keeps the lease of prod until a person has come.
    @Test
    @Order(3)
    void what_somebody_else_did_meanwhile_is_for_a_person_and_nothing_is_touched() throws Exception {
        String hotfix = "sha256:" + "7".repeat(64);
        Files.createFile(tool.resolve("kill/look-p1-3"));
        Neighbours thread = Neighbours.of(service).schedule("2.2.0");
        untilKilled(thread, "look-p1-3");
        Files.writeString(tool.resolve("p2/digest"), hotfix + "\n");
        List<String> before = ledger();
        service.start();

        thread.until("a call for a person", PATIENCE, () -> !thread.all(RolloutIndeterminate.class).isEmpty());
        RolloutIndeterminate found = thread.all(RolloutIndeterminate.class).getFirst();
        assertThat(found.step()).isEqualTo(2);
        assertThat(found.observed()).filteredOn(part -> part.name().equals("p2")).singleElement().satisfies(part ->
                assertThat(part.digest()).isEqualTo(hotfix));
        assertThat(ledger()).isEqualTo(before).hasSize(2);
        assertThat(tool.resolve("p2/digest")).hasContent(hotfix);
        assertThat(thread.kinds()).endsWith("RolloutIndeterminate");
    }

    @Test
    @Order(2)
    void a_release_that_never_gets_ready_leads_back_though_nobody_can_tell_what_runs() throws Exception {
        Files.writeString(tool.resolve("dead"), OLD + "\n");
        Neighbours thread = Neighbours.of(service).schedule("2.3.0");
        thread.until("the way back", PATIENCE, () -> !thread.all(RollbackCompleted.class).isEmpty());
        assertThat(tool.resolve("d1/digest")).hasContent(OLD);
        assertThat(thread.all(RolloutStepCompleted.class)).singleElement().satisfies(step -> {
            assertThat(step.kind()).isEqualTo(StepKind.REVERT);
            assertThat(step.adopted()).isFalse();
        });
    }
}
