package slipway.launcher;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.PrintStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.time.Duration;
import java.util.stream.Stream;
import org.junit.jupiter.api.DynamicTest;
import org.junit.jupiter.api.TestFactory;
import org.junit.jupiter.api.io.TempDir;
import org.testcontainers.DockerClientFactory;
import org.testcontainers.kafka.KafkaContainer;
import slipway.launcher.demo.Demo;
import slipway.launcher.local.Layout;
import slipway.launcher.local.Ports;
import slipway.launcher.local.Ports.For;

/// The same thread against Kafka as it is shipped, in a container, where a container engine answers. Where none does there is
/// nothing to run, and nothing that claims to have run.
class LifecycleOnContainersTest {

    private static final Path EXAMPLES = Path.of("..", "examples");

    @TempDir
    Path data;

    @TestFactory
    Stream<DynamicTest> the_lifecycle_on_kafka_in_a_container() {
        return DockerClientFactory.instance().isDockerAvailable()
                ? Stream.of(DynamicTest.dynamicTest("good and bad release", this::both))
                : Stream.empty();
    }

    private void both() {
        Screen screen = new Screen(new PrintStream(System.out, true, StandardCharsets.UTF_8));
        try (KafkaContainer kafka =
                new KafkaContainer("apache/kafka:4.2.1").withEnv("KAFKA_AUTO_CREATE_TOPICS_ENABLE", "false")) {
            kafka.start();
            try (Running running = Running.start(
                    data.resolve("slipway"),
                    EXAMPLES.resolve("estate"),
                    Ports.free(),
                    Layout.on(kafka.getBootstrapServers()), screen)) {
                try (Demo demo = new Demo(running.stage(), screen, Duration.ofMinutes(4))) {
                    assertThat(demo.release(EXAMPLES.resolve("rfc.yaml"))).isTrue();
                }
                try (Demo demo = new Demo(running.stage(), screen, Duration.ofMinutes(4))) {
                    assertThat(demo.badRelease(EXAMPLES.resolve("rfc-bad.yaml"))).isTrue();
                }
                Log.read(running.local().broker().address(), running.ports().url(For.REGISTRY))
                        .check();
            }
        }
    }
}
