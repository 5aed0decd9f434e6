package slipway.launcher.compose;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import java.util.Set;
import java.util.stream.Stream;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import slipway.events.Topics;
import slipway.launcher.local.Ports.For;
import tools.jackson.databind.JsonNode;
import tools.jackson.dataformat.yaml.YAMLMapper;

/// What `docker-compose.yml` says, and what is written elsewhere of the same. That it runs is tried by CI with an engine.
class ContainersTest {

    private static final Path ROOT = Path.of("..");

    private static JsonNode services;

    @BeforeAll
    static void read() throws IOException {
        services = new YAMLMapper().readTree(ROOT.resolve("docker-compose.yml").toFile()).path("services");
    }

    @Test
    void every_name_that_the_demonstration_calls_is_a_container() {
        Containers containers = new Containers();
        assertThat(Arrays.stream(For.values()).map(each -> containers.address(each).split(":")[0]))
                .isSubsetOf(services.propertyNames());
    }

    @Test
    void every_service_is_there() {
        for (String service : Topics.SERVICES) {
            assertThat(services.path(service).path("image").asString()).startsWith("slipway/" + service + ":");
        }
    }

    @Test
    void no_password_is_in_the_file_and_no_port_is_open_to_others() throws IOException {
        String file = Files.readString(ROOT.resolve("docker-compose.yml"));
        assertThat(file.lines().map(String::strip).filter(line -> !line.startsWith("#") && line.matches("(?i).*password\\w*: .*")))
                .isNotEmpty()
                .allMatch(line -> line.matches(".*_FILE: /run/secrets/slipway/.*"));
        // What a broker is told of passwords, it is told to read them.
        assertThat(file.lines().filter(line -> line.contains("password=\"") || line.contains("user_administrator=\"")))
                .isNotEmpty()
                .allMatch(line -> line.contains("=\"$${file:/run/secrets/slipway/"));
        for (JsonNode service : services) {
            service.path("ports").forEach(port -> assertThat(port.asString()).startsWith("127.0.0.1:"));
            assertThat(service.path("network_mode").asString("none")).isEqualTo("none");
        }
    }

    @Test
    void every_file_that_is_mounted_is_there() {
        for (JsonNode service : services) {
            Stream<String> mounts = service.path("volumes").valueStream().map(JsonNode::asString);
            List<String> files = mounts.filter(each -> each.startsWith("./"))
                    .map(each -> each.substring(0, each.indexOf(':')))
                    .toList();
            assertThat(files).allMatch(each -> Files.exists(ROOT.resolve(each)));
        }
        assertThat(Set.of("alerts.yaml", "dashboard.json"))
                .allMatch(each -> Files.exists(ROOT.resolve("deploy/helm/slipway/files").resolve(each)));
    }
}
