package slipway.launcher.local;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.awaitility.Awaitility.await;

import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import slipway.launcher.local.Supervisor.Pace;

class SupervisorTest {

    static final Pace QUICK =
            new Pace(Duration.ofMillis(50), Duration.ofMillis(100), Duration.ofMillis(400), Duration.ofMinutes(1));

    @TempDir
    Path directory;

    private final Told told = new Told();
    private Home home;
    private Children children;
    private Supervisor supervisor;

    /// A program that runs for a minute, or as told otherwise.
    private final class Program {

        private final String kind;
        private final int number;
        private volatile List<String> argv = List.of("sleep", "60");
        private volatile Process process;

        Program(String kind, int number) {
            this.kind = kind;
            this.number = number;
            start();
            supervisor.keep(new Kept(kind, number, name(), children.log(name()), () -> Children.end(process), this::restart));
        }

        String name() {
            return kind + "-" + number;
        }

        private void start() {
            process = children.start(name(), argv, Map.of());
        }

        /// Whoever is still there a moment after the start is well.
        private void restart() {
            Children.stop(process);
            start();
            try {
                if (process.waitFor(300, TimeUnit.MILLISECONDS)) {
                    throw new Trouble(name() + " does not start, see " + children.log(name()));
                }
            } catch (InterruptedException e) {
                Thread.currentThread().interrupt();
                throw new Trouble("interrupted", e);
            }
        }
    }

    @BeforeEach
    void start() {
        home = Home.take(directory);
        children = new Children(home);
        supervisor = new Supervisor(
                told,
                QUICK);
    }

    @AfterEach
    void stop() {
        supervisor.close();
        children.close();
        home.close();
    }

    @Test
    void a_child_that_is_killed_is_told_of_with_its_signal_and_its_log_and_started_again() {
        Program program = new Program("web", 1);
        Process killed = program.process;
        killed.destroyForcibly();
        await().atMost(Duration.ofSeconds(30)).untilAsserted(() -> assertThat(told.lines())
                .containsExactly(
                        "web-1 ended with exit code 137 (SIGKILL), see " + children.log("web-1") + "; it is started again in 0.1 s",
                        "web-1 is up again"));
        assertThat(program.process.isAlive()).isTrue();
        assertThat(program.process).isNotSameAs(killed);
    }

    @Test
    void what_does_not_get_well_is_tried_after_longer_and_longer_pauses_and_given_up_and_the_rest_goes_on() {
        Program sick = new Program("sick", 1);
        Program well = new Program("well", 1);
        sick.argv = List.of("false");
        sick.process.destroyForcibly();
        String failure = "sick-1 does not start, see " + children.log("sick-1");
        await().atMost(Duration.ofSeconds(30)).untilAsserted(() -> assertThat(told.lines())
                .containsExactly(
                        "sick-1 ended with exit code 137 (SIGKILL), see " + children.log("sick-1") + "; it is started again in 0.1 s",
                        failure + "; it is started again in 0.2 s",
                        failure + "; it is started again in 0.4 s",
                        failure + "; it is started again in 0.4 s",
                        failure + "; it is started again in 0.4 s",
                        failure + "; it is given up after 5 starts, all else goes on. When that is mended: ./slipway restart sick-1"));
        told.lines().clear();
        well.process.destroyForcibly();
        await().atMost(Duration.ofSeconds(30)).untilAsserted(() -> assertThat(told.lines()).last().isEqualTo("well-1 is up again"));
        assertThat(told.lines()).noneMatch(line -> line.startsWith("sick"));

        sick.argv = List.of("sleep", "60");
        assertThat(supervisor.restart("sick", _ -> {})).isTrue();
        sick.process.destroyForcibly();
        await().atMost(Duration.ofSeconds(30)).untilAsserted(() -> assertThat(told.lines()).last().isEqualTo("sick-1 is up again"));
    }

    @Test
    void whoever_asks_for_a_kind_gets_all_of_it_one_after_the_other_and_nobody_else() {
        Program first = new Program("release-service", 1);
        Program second = new Program("release-service", 2);
        Program other = new Program("change-service", 1);
        List<Process> before = List.of(first.process, second.process, other.process);
        List<String> heard = new ArrayList<>();
        assertThat(supervisor.restart("release-service", line -> {
                    heard.add(line);
                    if (line.contains("-2 is restarted")) {
                        assertThat(first.process).isNotSameAs(before.getFirst());
                        assertThat(second.process).isSameAs(before.get(1));
                    }
                }))
                .isTrue();
        assertThat(heard)
                .satisfiesExactly(
                        line -> assertThat(line).isEqualTo("release-service-1 is restarted …"),
                        line -> assertThat(line).startsWith("release-service-1 is up again after "),
                        line -> assertThat(line).isEqualTo("release-service-2 is restarted …"),
                        line -> assertThat(line).startsWith("release-service-2 is up again after "));
        assertThat(second.process).isNotSameAs(before.get(1));
        assertThat(other.process).isSameAs(before.get(2));
        // Nobody takes it for an end.
        assertThat(told.lines()).noneMatch(line -> line.contains(" ended "));
    }

    @Test
    void a_rolling_restart_stops_at_the_first_that_does_not_get_well() {
        Program first = new Program("release-service", 1);
        Program second = new Program("release-service", 2);
        Process before = second.process;
        first.argv = List.of("false");
        assertThatThrownBy(() -> supervisor.restart("release-service", _ -> {}))
                .isInstanceOf(Trouble.class)
                .hasMessageContaining("release-service-1 does not start");
        assertThat(second.process).isSameAs(before);
        assertThat(before.isAlive()).isTrue();
    }

    @Test
    void a_name_or_a_kind_is_known_and_nothing_else() {
        Program program = new Program("kafka", 2);
        Process before = program.process;
        for (String stranger : List.of("kafka-1", "kafka-", "kafk", "", "kafka-22")) {
            assertThat(supervisor.restart(stranger, _ -> {})).as(stranger).isFalse();
        }
        assertThat(program.process).isSameAs(before);
        assertThat(supervisor.restart("kafka-2", _ -> {})).isTrue();
    }

    @Test
    void what_ends_together_with_us_is_neither_told_of_nor_started() throws Exception {
        CompletableFuture<Thread> looking = new CompletableFuture<>();
        List<String> starts = new CopyOnWriteArrayList<>();
        supervisor.keep(new Kept(
                "web",
                1,
                "web-1",
                children.log("web-1"),
                () -> {
                    // Its end is seen at the very moment in which we stop, too.
                    supervisor.close();
                    looking.complete(Thread.currentThread());
                    return Optional.of("ended with exit code 143 (SIGTERM)");
                },
                () -> starts.add("web-1")));
        assertThat(looking.get(30, TimeUnit.SECONDS).join(Duration.ofSeconds(30))).as("nobody looks any more").isTrue();
        assertThatThrownBy(() -> supervisor.restart("web", _ -> {})).isInstanceOf(Trouble.class).hasMessageContaining("is stopping");
        assertThat(told.lines()).isEmpty();
        assertThat(starts).isEmpty();
    }
}
