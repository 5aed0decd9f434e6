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
import java.util.Locale;
import java.util.Map;
import java.util.regex.Pattern;
import org.junit.jupiter.api.Test;
import slipway.launcher.deploy.Chart.Rendered;
import slipway.program.Installed;
import tools.jackson.databind.JsonNode;

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
        assertThat(service(overlay, "audit").at("/spec")).isEqualTo(image(service(built("base"), "audit")).at("/spec"));
    }

    @Test
    void each_service_reads_its_file_and_gets_the_secrets_that_it_names() throws Exception {
        List<Rendered> overlay = built("overlays/example");
        Map<String, String> files = Map.of(
                "change", "inventory.yaml", "release", "delivery.yaml", "backup", "backups.yaml", "notification", "notifications.yaml");
        assertThat(overlay).filteredOn(each -> each.kind().equals("ConfigMap")).hasSize(files.size());
        for (Map.Entry<String, String> each : files.entrySet()) {
            Rendered service = service(overlay, each.getKey());
            String variable = "SLIPWAY_" + each.getValue().replace(".yaml", "").toUpperCase(Locale.ROOT);
            assertThat(container(service).path("env").toString())
                    .contains("{\"name\":\"" + variable + "\",\"value\":\"/etc/slipway/" + each.getValue() + "\"}", "SLIPWAY_KAFKA");
            String map = volume(service, "files").at("/configMap/name").asString();
            String text = one(overlay, "ConfigMap", map).at("/data").path(each.getValue()).asString();
            assertThat(text).isEqualTo(Files.readString(FOLDER.resolve("overlays/example").resolve(each.getValue())));
            assertThat(container(service).path("volumeMounts").toString()).contains("{\"mountPath\":\"/etc/slipway\",\"name\":\"files\",\"readOnly\":true}");
            if (text.contains("/run/secrets/slipway-files/")) {
                assertThat(volume(service, "secret-files").at("/secret/secretName").asString()).startsWith("shop-");
                assertThat(container(service).path("volumeMounts").toString()).contains("\"/run/secrets/slipway-files\"");
            }
        }
    }

    private static JsonNode volume(Rendered service, String name) {
        return Chart.pod(service).path("volumes").valueStream()
                .filter(volume -> volume.path("name").asString().equals(name))
                .findFirst()
                .orElseThrow(() -> new AssertionError(service + " has no volume " + name));
    }

    /// All that the base leaves open to any address leads somewhere, and it is what its port is for.
    @Test
    void the_overlay_says_of_each_rule_who_may_come_and_where_it_leads() throws Exception {
        Map<Integer, String> places = Map.of(9093, "kafka", 8080, "kafka", 5432, "databases", 443, "203.0.113.10/32");
        List<Rendered> overlay = built("overlays/example");
        assertThat(Chart.of(overlay, "NetworkPolicy")).hasSize(6).allSatisfy(policy -> {
            List<JsonNode> egress = policy.at("/spec/egress").valueStream().toList();
            assertThat(egress.getFirst().at("/ports/0/port").asInt()).isEqualTo(53);
            assertThat(egress.stream().skip(1)).allSatisfy(rule -> assertThat(rule.path("to").isEmpty()).isFalse());
            for (JsonNode rule : egress.subList(1, policy.name().equals("slipway-setup") ? 3 : 5)) {
                assertThat(rule.path("to").toString()).contains('"' + places.get(rule.at("/ports/0/port").asInt()) + '"');
            }
            assertThat(policy.at("/spec/ingress").valueStream()).allSatisfy(rule -> assertThat(rule.path("from").isEmpty()).isFalse());
        });
        JsonNode asked = one(overlay, "NetworkPolicy", "slipway-backup").at("/spec/ingress/1/from/0/podSelector/matchLabels");
        JsonNode audit = service(overlay, "audit").at("/spec/template/metadata/labels");
        assertThat(asked.isEmpty()).isFalse();
        assertThat(asked.propertyStream()).allSatisfy(label -> assertThat(audit.path(label.getKey())).isEqualTo(label.getValue()));
        assertThat(one(overlay, "NetworkPolicy", "slipway-release").at("/spec/egress").toString()).contains("6443", "shop-prod");
        assertThat(one(overlay, "NetworkPolicy", "slipway-notification").at("/spec/egress").toString()).contains("587");
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
