package slipway.launcher.estate;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.time.Duration;
import java.util.List;
import org.eclipse.jgit.api.Git;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import slipway.launcher.local.Home;
import slipway.launcher.local.Layout;
import slipway.launcher.local.Local;
import slipway.launcher.local.Ports;
import slipway.launcher.local.Ports.For;
import slipway.launcher.local.Supervisor;
import slipway.launcher.local.Told;
import slipway.launcher.local.Trees;

/// The estate by itself: real web servers, a real database, nobody who releases.
class EstateTest {

    private static final Path EXAMPLES = Path.of("..", "examples", "estate");

    @TempDir
    Path directory;

    private final Ports ports = Ports.free();
    private Home home;
    private Local local;
    private Supervisor supervisor;
    private Estate estate;
    private final Told told = new Told();

    @BeforeEach
    void start() {
        home = Home.take(directory);
        local = new Local(home, ports, Layout.small());
        supervisor = new Supervisor(told);
        estate = new Estate(home, local, ports, EXAMPLES, supervisor);
        estate.start();
    }

    @AfterEach
    void stop() {
        supervisor.close();
        estate.close();
        local.close();
        home.close();
    }

    @Test
    void begins_with_the_baseline_everywhere_and_files_that_name_the_real_ports() throws Exception {
        assertThat(estate.site().versions()).hasSize(7).allSatisfy((name, version) -> assertThat(version)
                .isEqualTo(Site.BASELINE));
        for (Path file : List.of(
                estate.papers().inventory(), estate.papers().delivery(), estate.papers().backups(), estate.papers().notifications())) {
            assertThat(Files.readString(file)).doesNotContain("${");
        }
        assertThat(estate.papers().delivery()).content().contains("http://localhost:" + ports.of(For.WEB_PROD_4) + "/");
        try (Git git = Git.open(directory.resolve("estate").resolve("repository").toFile())) {
            assertThat(git.log().call()).hasSize(1);
        }
    }

    @Test
    void a_server_follows_its_link_and_the_estate_comes_back_to_its_baseline_with_its_data() throws Exception {
        Warehouse.Look before = estate.warehouse().look();
        Path instance = directory.resolve("estate").resolve("instances").resolve("prod-2");
        Path next = Path.of("releases", "f".repeat(64));
        Trees.copy(EXAMPLES.resolve("product").resolve("inventory-web").resolve("2.1.0"), instance.resolve(next));
        Files.createSymbolicLink(instance.resolve("new"), next);
        Files.move(instance.resolve("new"), instance.resolve("current"), StandardCopyOption.ATOMIC_MOVE);
        await().atMost(Duration.ofSeconds(20))
                .untilAsserted(() -> assertThat(estate.site().versions()).containsEntry("prod-2", "2.1.0"));
        assertThat(estate.site().versions()).containsEntry("prod-1", Site.BASELINE);

        assertThat(estate.site().backToBaseline()).containsExactly("prod-2 from 2.1.0");
        assertThat(estate.site().versions().values()).containsOnly(Site.BASELINE);
        assertThat(estate.site().backToBaseline()).isEmpty();
        assertThat(estate.warehouse().look()).isEqualTo(before);
    }

    @Test
    void bookings_are_there_after_the_whole_estate_was_stopped_and_started() throws Exception {
        estate.warehouse().book("evening");
        stop();
        start();
        assertThat(estate.warehouse().booked("evening")).isEqualTo(1);
        assertThat(estate.warehouse().booked("morning")).isZero();
    }

    @Test
    void a_web_server_that_dies_is_told_of_and_started_again() {
        ProcessHandle.current()
                .children()
                .filter(each -> each.info().commandLine().orElse("").contains(" " + ports.of(For.WEB_QA) + " "))
                .forEach(ProcessHandle::destroyForcibly);
        await().atMost(Duration.ofSeconds(20))
                .untilAsserted(() -> assertThat(told.lines()).last().isEqualTo("web-qa-1 is up again"));
        assertThat(told.lines().getFirst()).startsWith("web-qa-1 ended with exit code 137 (SIGKILL), see ").contains("web-qa-1.log");
        assertThat(estate.site().versions()).containsEntry("qa-1", Site.BASELINE);
    }
}
