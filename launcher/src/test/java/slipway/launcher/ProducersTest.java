package slipway.launcher;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import slipway.launcher.local.Layout;
import slipway.launcher.local.Ports;
import slipway.launcher.local.Ports.For;
import slipway.program.Installed;
import slipway.wire.AvroDeserializer;
import slipway.wire.AvroSerializer;

/// The programs of `examples/producers`, as anybody runs them, against a system that `./slipway up` would start.
class ProducersTest {

    private static final Path PRODUCERS = Path.of("../examples/producers");

    @TempDir
    static Path data;

    private static Running running;
    private static Api api;

    @BeforeAll
    static void up() {
        Screen screen = new Screen(new PrintStream(System.out, true, StandardCharsets.UTF_8));
        running = Running.start(
                data.resolve("slipway"), Path.of("../examples/estate"), Ports.free(), Layout.small(), screen);
        api = new Api(running.ports());
    }

    @AfterAll
    static void down() {
        api.close();
        running.close();
    }

    enum Language {
        /// With our serializer: Confluent's knows the same settings, but is not on Maven Central.
        JAVA {
            @Override
            List<String> program() {
                return List.of(
                        Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                        "-cp",
                        System.getProperty("java.class.path"),
                        "-Dserializer=" + AvroSerializer.class.getName(),
                        "-Ddeserializer=" + AvroDeserializer.class.getName(),
                        PRODUCERS.resolve("java/RequestChange.java").toString());
            }
        },
        /// Confluent's client and serializer, from npm.
        JAVASCRIPT {
            @Override
            List<String> program() {
                String node = Installed.program("node");
                Installed.program(PRODUCERS.resolve("javascript/node_modules"));
                return List.of(node, PRODUCERS.resolve("javascript/request-change.js").toString());
            }
        };

        abstract List<String> program();
    }

    private record Ended(int code, List<String> lines) {}

    @ParameterizedTest
    @EnumSource
    void a_request_is_accepted_and_a_faulty_one_refused_with_every_reason(Language language) throws Exception {
        Ended accepted = run(language, "From " + language, "inventory-web");
        assertThat(accepted.code()).as("%s", accepted.lines()).isZero();
        String id = accepted.lines().getLast().replace("accepted ", "");
        assertThat(api.get(For.CHANGE, "dana", "/changes/" + id).json().at("/rfc/title").stringValue())
                .isEqualTo("From " + language);

        Ended refused = run(language, "x".repeat(201), "nowhere");
        assertThat(refused.code()).as("%s", refused.lines()).isEqualTo(1);
        assertThat(refused.lines())
                .anyMatch(line -> line.startsWith("refused CHG-"))
                .anyMatch(line -> line.startsWith("- ") && line.contains("'nowhere'"))
                .anyMatch(line -> line.startsWith("- title"));
    }

    private static Ended run(Language language, String title, String item) throws IOException, InterruptedException {
        List<String> argv = new ArrayList<>(language.program());
        Stream.of(running.local().broker().address(), running.ports().url(For.REGISTRY), title, item)
                .forEach(argv::add);
        Path said = Files.createTempFile(data, language.name(), ".log");
        Process process = new ProcessBuilder(argv)
                .redirectErrorStream(true)
                .redirectOutput(said.toFile())
                .start();
        try {
            int code = process.waitFor();
            return new Ended(code, Files.readAllLines(said));
        } finally {
            process.destroyForcibly();
        }
    }
}
