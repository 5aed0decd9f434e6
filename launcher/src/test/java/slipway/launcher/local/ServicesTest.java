package slipway.launcher.local;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.awaitility.Awaitility.await;

import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import slipway.launcher.local.Services.Instance;
import slipway.launcher.local.Services.Service;

class ServicesTest {

    private static final Instance ONE = new Instance(Service.CHANGE, 1);

    /// A JVM ends at once when it is told what it does not know.
    private static final Map<String, String> SICK = Map.of("java.tool.options", "-XX:+NoSuchOption");

    @TempDir
    Path directory;

    @Test
    void one_whose_successor_cannot_be_started_has_ended_until_all_is_closed() throws Exception {
        try (Home home = Home.take(directory);
                Children children = new Children(home);
                Services services = new Services(children, Ports.free())) {
            noMoreProcesses(children, services);
            services.stop(ONE);
            assertThatThrownBy(() -> services.start(ONE, true, SICK)).hasMessageStartingWith("cannot start change-service: ");
            assertThat(services.end(ONE)).contains("ended with exit code 1");
            services.close();
            assertThat(services.end(ONE)).isEmpty();
        }
    }

    @Test
    void it_is_tried_again_as_often_as_any_other() throws Exception {
        Told told = new Told();
        try (Home home = Home.take(directory);
                Children children = new Children(home);
                Services services = new Services(children, Ports.free());
                Supervisor supervisor = new Supervisor(told, SupervisorTest.QUICK)) {
            noMoreProcesses(children, services);
            supervisor.keep(new Kept("change-service", 1, ONE.name(), services.log(ONE), () -> services.end(ONE), () -> {
                services.stop(ONE);
                services.start(ONE, true, SICK);
            }));
            await().atMost(Duration.ofSeconds(30)).untilAsserted(() -> assertThat(told.lines()).hasSize(Supervisor.STARTS + 1));
            assertThat(told.lines().getFirst()).startsWith("change-service ended with exit code 1, see ").contains("it is started again in ");
            assertThat(told.lines().subList(1, Supervisor.STARTS)).allSatisfy(
                    line -> assertThat(line).startsWith("cannot start change-service: ").contains("; it is started again in "));
            assertThat(told.lines().getLast()).startsWith("cannot start change-service: ").contains("; it is given up after 5 starts");
        }
    }

    @Test
    void one_that_stops_has_the_time_that_it_has_in_a_cluster_and_in_a_container() throws Exception {
        String seconds = String.valueOf(Services.TO_STOP.toSeconds());
        assertThat(Path.of("..", "deploy", "helm", "slipway", "values.yaml")).content().contains("\nterminationGracePeriodSeconds: " + seconds + "\n");
        assertThat(Path.of("..", "docker-compose.yml")).content().contains(" stop_grace_period: " + seconds + "s\n");
    }

    /// After one that ended: what the next one says has nowhere to go.
    private static void noMoreProcesses(Children children, Services services) throws Exception {
        assertThatThrownBy(() -> services.start(ONE, true, SICK)).hasMessageStartingWith("change-service does not start, see ");
        Path log = children.log(ONE.name());
        Files.delete(log);
        Files.createDirectory(log);
    }
}
