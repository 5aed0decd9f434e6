package slipway.release;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CountDownLatch;
import java.util.stream.IntStream;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.springframework.jdbc.core.simple.JdbcClient;
import slipway.messaging.RunningService;
import slipway.release.domain.ReleaseEvent;
import slipway.release.domain.ReleaseEvent.ReleaseDeployed;
import slipway.release.domain.ReleaseEvent.RollbackCompleted;
import slipway.release.domain.ReleaseEvent.RolloutStepCompleted;
import slipway.release.domain.StepKind;
import slipway.release.packages.Folders;
import slipway.release.packages.Packages;

/// Steps that only look, more of them than the service has threads that act and connections to its database. A look waits for a latch,
/// so that every one of them is under way while the others act.
@Timeout(180)
class LookingOnTest {

    private static final int LOOKING = 6;
    private static final String ACTS = "acts";

    @TempDir
    static Path folder;

    private static final CountDownLatch SEEN = new CountDownLatch(1);
    private static final Map<String, CountDownLatch> BEGUN = new HashMap<>();
    private static Site site;
    private static RunningService service;

    @BeforeAll
    static void start() throws Exception {
        site = new Site(exchange -> {
            String[] path = exchange.getRequestURI().getPath().split("/");
            if (path.length > 2) {
                BEGUN.get(path[1]).countDown();
                waitFor(SEEN);
            }
            Site.say(exchange, 200, "well");
        });
        service = new RunningService(
                ReleaseService.application(),
                "slipway.delivery=" + delivery(),
                "slipway.packages=" + folder.resolve("store"),
                "slipway.jobs.threads=2",
                "spring.datasource.hikari.maximum-pool-size=5",
                "slipway.drift-every=1d");
    }

    private static void waitFor(CountDownLatch latch) throws IOException {
        try {
            latch.await();
        } catch (InterruptedException e) {
            throw new IOException(e);
        }
    }

    private static Path delivery() throws Exception {
        String old = new Packages(folder.resolve("elsewhere"))
                .build(Folders.write(folder.resolve("2.0.0"), Map.of("index.html", "2.0.0")))
                .digest();
        StringBuilder services = new StringBuilder("services:\n");
        for (String name : names()) {
            BEGUN.put(name, new CountDownLatch(1));
            Folders.write(folder.resolve(name).resolve("2.1.0"), Map.of("index.html", "2.1.0"));
            Path home = folder.resolve("home").resolve(name);
            Folders.write(home.resolve("releases").resolve(Packages.hex(old)), Map.of("index.html", "2.0.0"));
            Files.createSymbolicLink(home.resolve("current"), Path.of("releases", Packages.hex(old)));
            String looks = name.equals(ACTS) ? "" : number(name) % 2 == 0 ? ", {analysis: watched}" : ", {bake: {seconds: 1}}";
            services.append(
                    """
                      %1$s:
                        artifacts: %1$s
                        environments:
                          - name: prod
                            steps: [{setInstances: 1}%2$s]
                            strategy: ALL_AT_ONCE
                            backupPlan: any
                            rpoSeconds: 600
                            minLevel: V2
                            directory: {instances: {it: home/%1$s}}
                            urls: {it: "%3$s%1$s"}
                            probe: {path: %4$s, samples: 1, intervalMillis: 10, timeoutMillis: 600000, failureLimit: 0}
                            analyses:
                              watched:
                                judge: THRESHOLD
                                metrics: {answers: {path: /look, timeoutMillis: 600000, count: 1}}
                    """
                            .formatted(name, looks, site.url(), name.equals(ACTS) ? "/" : "/look"));
        }
        return Files.writeString(folder.resolve("delivery.yaml"), services.toString());
    }

    private static List<String> names() {
        List<String> names = new ArrayList<>(List.of(ACTS));
        IntStream.range(0, LOOKING).forEach(number -> names.add("looks-" + number));
        return names;
    }

    private static int number(String name) {
        return Integer.parseInt(name.substring(name.indexOf('-') + 1));
    }

    @AfterAll
    static void stop() throws IOException {
        SEEN.countDown();
        if (service != null) {
            service.close();
        }
        site.close();
    }

    private static List<String> begun() {
        return service.bean(JdbcClient.class)
                .sql("select task_instance from scheduled_looks where picked")
                .query(String.class)
                .list();
    }

    @Test
    void while_many_look_others_go_back_and_forward() throws Exception {
        List<Neighbours> looking = IntStream.range(0, LOOKING)
                .mapToObj(number -> Neighbours.of(service).releasing("looks-" + number, "prod").schedule("2.1.0"))
                .toList();
        for (int i = 0; i < LOOKING; i++) {
            looking.get(i).untilAt("prod", i % 2 == 0 ? StepKind.ANALYSE : StepKind.BAKE);
        }
        for (int i = 0; i < LOOKING; i++) {
            BEGUN.get("looks-" + i).await();
        }
        assertThat(begun()).hasSize(LOOKING);

        // The way back of one that is analysed and of one that is baked, promotion of another, and a rollout from its beginning to its end.
        for (Neighbours back : looking.subList(0, 2)) {
            assertThat(service.post("olu:operators", "/releases/" + back.release() + "/rollback", "{\"reason\": \"odd\"}")
                            .status())
                    .isEqualTo(200);
            back.until(RollbackCompleted.class, 1);
        }
        Neighbours promoted = looking.get(3);
        assertThat(service.post("olu:operators", "/releases/" + promoted.release() + "/promote", "{\"reason\": \"seen enough\"}")
                        .status())
                .isEqualTo(200);
        promoted.untilAt("prod", StepKind.VALIDATE);
        Neighbours.of(service).releasing(ACTS, "prod").schedule("2.1.0").until(ReleaseDeployed.class, 1);
        assertThat(looking).allSatisfy(each -> assertThat(each.all(ReleaseDeployed.class)).isEmpty());

        List<List<ReleaseEvent>> back = looking.subList(0, 2).stream().map(LookingOnTest::facts).toList();
        SEEN.countDown();
        for (Neighbours each : looking.subList(2, LOOKING)) {
            each.until(ReleaseDeployed.class, 1);
            assertThat(each.all(RolloutStepCompleted.class)).extracting(RolloutStepCompleted::step).containsExactly(1, 2, 3);
        }
        await("for the end of what nobody wants any more").atMost(Duration.ofSeconds(30)).until(() -> begun().isEmpty());
        assertThat(looking.subList(0, 2).stream().map(LookingOnTest::facts))
                .as("what was given up decides nothing")
                .isEqualTo(back);
    }

    private static List<ReleaseEvent> facts(Neighbours thread) {
        return service.facts("releases", thread.release());
    }
}
