package slipway.launcher.deploy;

import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.marcnuri.helm.DryRun;
import com.marcnuri.helm.Helm;
import com.marcnuri.helm.InstallCommand;
import com.marcnuri.helm.TemplateCommand;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.URISyntaxException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import java.util.function.Predicate;
import java.util.stream.Stream;
import tools.jackson.databind.JsonNode;
import tools.jackson.dataformat.yaml.YAMLMapper;

/// Our chart, rendered by Helm.
///
/// Helm's `template` leaves hooks out of what it returns, and the library has no other way to see them. So it is shown a copy of the chart in
/// which hooks are objects like others; what it says otherwise is what it says of the chart.
final class Chart {

    static final Path FOLDER = Path.of("..", "deploy", "helm", "slipway");

    /// The least that an install says.
    static final Path LEAST = Path.of("..", "deploy", "kustomize", "values.yaml");

    static final List<String> SERVICES = List.of("change", "release", "backup", "notification", "audit");
    static final YAMLMapper YAML = new YAMLMapper();

    private static final String KUBERNETES = "1.34.0";
    private static final Path SHOWN = shown();

    /// @param kind such as Deployment
    record Rendered(String kind, String name, JsonNode object) {

        JsonNode at(String pointer) {
            return object.at(pointer);
        }

        @Override
        public String toString() {
            return kind + " " + name;
        }
    }

    private Chart() {}

    private static Path shown() {
        try {
            Path copy = Files.createTempDirectory(Files.createDirectories(Path.of("target")), "chart");
            try (Stream<Path> all = Files.walk(FOLDER)) {
                for (Path each : all.toList()) {
                    Path to = copy.resolve(FOLDER.relativize(each).toString());
                    if (Files.isDirectory(each)) {
                        Files.createDirectories(to);
                    } else {
                        Files.copy(each, to);
                    }
                }
            }
            Path setup = copy.resolve("templates/setup.yaml");
            Files.writeString(setup, Files.readString(setup).replace("helm.sh/hook", "shown/hook"));
            return copy;
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    /// Values of the tests that turn on every option.
    static Path everything() {
        try {
            return Path.of(Chart.class.getResource("everything.yaml").toURI());
        } catch (URISyntaxException e) {
            throw new IllegalStateException(e);
        }
    }

    /// With the least that an install says, and more values as `--set` has them.
    static List<Rendered> rendered(String... values) {
        return objects(text(List.of(LEAST), values));
    }

    static List<Rendered> rendered(List<Path> files, String... values) {
        return objects(text(files, values));
    }

    static String text(List<Path> files, String... values) {
        TemplateCommand command = new Helm(SHOWN).template()
                .withName("slipway")
                .withNamespace("slipway")
                .withKubeVersion(KUBERNETES);
        files.forEach(command::withValuesFile);
        pairs(values).forEach(pair -> command.set(pair[0], pair[1]));
        return command.call();
    }

    /// What Helm says instead of rendering.
    static String refusal(List<Path> files, String... values) {
        Throwable[] refused = new Throwable[1];
        assertThatThrownBy(() -> text(files, values)).satisfies(e -> refused[0] = e);
        return refused[0].getMessage();
    }

    static String refusal(String... values) {
        return refusal(List.of(LEAST), values);
    }

    /// What people read after the install.
    static String notes(String... values) {
        InstallCommand command = new Helm(SHOWN).install()
                .withName("slipway")
                .withNamespace("slipway")
                .withKubeVersion(KUBERNETES)
                .withValuesFile(LEAST)
                .withDryRunOption(DryRun.CLIENT)
                .clientOnly();
        pairs(values).forEach(pair -> command.set(pair[0], pair[1]));
        String said = command.call().getOutput();
        return said.substring(said.indexOf("NOTES:"));
    }

    private static Stream<String[]> pairs(String... values) {
        return Arrays.stream(values).map(each -> each.split("=", 2));
    }

    static List<Rendered> objects(String manifests) {
        try (var all = YAML.readerFor(JsonNode.class).<JsonNode>readValues(manifests)) {
            return all.readAll().stream()
                    .filter(JsonNode::isObject)
                    .map(each -> new Rendered(each.path("kind").asString(), each.at("/metadata/name").asString(), each))
                    .toList();
        }
    }

    static Rendered one(List<Rendered> all, String kind, String name) {
        return all.stream()
                .filter(each -> each.kind().equals(kind) && each.name().equals(name))
                .findFirst()
                .orElseThrow(() -> new AssertionError("no " + kind + " " + name + " among " + all));
    }

    static List<Rendered> of(List<Rendered> all, String... kinds) {
        return all.stream().filter(each -> List.of(kinds).contains(each.kind())).toList();
    }

    /// Deployments and the StatefulSet.
    static List<Rendered> services(List<Rendered> all) {
        return of(all, "Deployment", "StatefulSet");
    }

    static Rendered service(List<Rendered> all, String name) {
        Predicate<Rendered> its = each -> each.name().equals("slipway-" + name);
        return services(all).stream().filter(its).findFirst().orElseThrow();
    }

    /// Everything that has pods.
    static List<Rendered> workloads(List<Rendered> all) {
        return of(all, "Deployment", "StatefulSet", "Job");
    }

    static JsonNode pod(Rendered workload) {
        return workload.at("/spec/template/spec");
    }

    static JsonNode container(Rendered workload) {
        return pod(workload).at("/containers/0");
    }
}
