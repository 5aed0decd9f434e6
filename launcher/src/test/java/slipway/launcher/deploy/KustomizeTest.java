package slipway.launcher.deploy;

import static org.assertj.core.api.Assertions.assertThat;
import static slipway.launcher.deploy.Chart.container;
import static slipway.launcher.deploy.Chart.one;
import static slipway.launcher.deploy.Chart.service;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.regex.Pattern;
import org.junit.jupiter.api.Test;
import slipway.launcher.deploy.Chart.Rendered;
import slipway.program.Installed;

/// Installing without Helm: the base is what the chart renders, and the example of an overlay is built by kubectl itself.
///
/// `-Dkustomize=accept` writes the base anew.
class KustomizeTest {

    private static final Path FOLDER = Path.of("..", "deploy", "kustomize");
    private static final Path BASE = FOLDER.resolve("base").resolve("slipway.yaml");

    /// What only Helm understands, and where a template came from.
    private static final Pattern OF_HELM = Pattern.compile(
            "(?m)^ *(helm\\.sh/chart: .*|app\\.kubernetes\\.io/managed-by: Helm|shown/hook.*|helm\\.sh/resource-policy: keep|# Source: .*|# What was packed .*)\\R");
    private static final Pattern NO_ANNOTATIONS = Pattern.compile("(?m)^  annotations:\\R(?=\\S)");

    @Test
    void the_base_is_what_the_chart_renders() throws IOException {
        String rendered = NO_ANNOTATIONS
                .matcher(OF_HELM.matcher(Chart.text(List.of(Chart.LEAST))).replaceAll(""))
                .replaceAll("");
        String base = "# Made of the chart and ../values.yaml. Change those, and let KustomizeTest write it anew: -Dkustomize=accept\n" + rendered.strip() + "\n";
        if ("accept".equals(System.getProperty("kustomize"))) {
            Files.writeString(BASE, base);
        }
        assertThat(Files.readString(BASE)).as("made of the chart; -Dkustomize=accept writes it anew").isEqualTo(base);
        assertThat(base).doesNotContain("helm.sh", "Helm\n");
    }

    @Test
    void kubectl_builds_the_base_and_a_cluster_takes_it() throws Exception {
        List<Rendered> base = built("base");
        assertThat(base).hasSameSizeAs(Chart.rendered()).allSatisfy(each -> assertThat(KubernetesModels.faults(each.object())).isEmpty());
    }

    @Test
    void the_overlay_changes_what_it_says_and_nothing_else() throws Exception {
        List<Rendered> overlay = built("overlays/example");
        assertThat(overlay).allSatisfy(each -> {
            assertThat(KubernetesModels.faults(each.object())).as(each.toString()).isEmpty();
            if (!each.kind().equals("Namespace")) {
                assertThat(each.at("/metadata/namespace").asString()).as(each.toString()).isEqualTo("slipway");
            }
        });
        assertThat(container(service(overlay, "change")).path("image").asString()).isEqualTo("registry.example.com/slipway/change-service:0.1.0");
        assertThat(container(one(overlay, "Job", "slipway-setup")).path("image").asString()).isEqualTo("registry.example.com/slipway/slipway:0.1.0");
        assertThat(container(service(overlay, "change")).path("env").toString())
                .contains("{\"name\":\"SLIPWAY_INVENTORY\",\"value\":\"/etc/slipway/inventory.yaml\"}", "SLIPWAY_KAFKA");
        assertThat(overlay).filteredOn(each -> each.kind().equals("ConfigMap")).singleElement().satisfies(files ->
                assertThat(service(overlay, "change").object().toString()).contains("\"name\":\"" + files.name() + "\""));
        assertThat(service(overlay, "release").at("/spec")).isEqualTo(image(service(built("base"), "release")).at("/spec"));
    }

    private static Rendered image(Rendered service) {
        String image = container(service).path("image").asString();
        return Chart.objects(service.object().toString().replace(image, "registry.example.com/" + image)).getFirst();
    }

    /// Kubectl speaks to no cluster for it.
    private static List<Rendered> built(String folder) throws Exception {
        Process kubectl = new ProcessBuilder(Installed.program("kubectl"), "kustomize", FOLDER.resolve(folder).toString())
                .redirectError(ProcessBuilder.Redirect.PIPE)
                .start();
        String manifests = new String(kubectl.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
        String said = new String(kubectl.getErrorStream().readAllBytes(), StandardCharsets.UTF_8);
        assertThat(kubectl.waitFor()).as(said).isZero();
        return Chart.objects(manifests);
    }
}
