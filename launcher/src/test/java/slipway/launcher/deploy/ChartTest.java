package slipway.launcher.deploy;

import static org.assertj.core.api.Assertions.assertThat;
import static slipway.launcher.deploy.Chart.SERVICES;
import static slipway.launcher.deploy.Chart.YAML;
import static slipway.launcher.deploy.Chart.container;
import static slipway.launcher.deploy.Chart.of;
import static slipway.launcher.deploy.Chart.one;
import static slipway.launcher.deploy.Chart.pod;
import static slipway.launcher.deploy.Chart.rendered;
import static slipway.launcher.deploy.Chart.service;
import static slipway.launcher.deploy.Chart.services;

import com.marcnuri.helm.Helm;
import com.marcnuri.helm.LintResult;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import slipway.launcher.deploy.Chart.Rendered;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;
import tools.jackson.databind.node.ObjectNode;

/// What the chart installs.
class ChartTest {

    private static final List<Rendered> LEAST = rendered();
    private static final List<Rendered> ALL = rendered(List.of(Chart.LEAST, Chart.everything()));

    @TempDir
    private Path folder;

    @Test
    void a_cluster_takes_every_object_as_it_is() {
        for (Rendered each : Stream.concat(LEAST.stream(), ALL.stream()).toList()) {
            assertThat(KubernetesModels.faults(each.object())).as(each.toString()).isEmpty();
        }
        assertThat(ALL).extracting(Rendered::kind)
                .contains("ServiceMonitor", "PrometheusRule", "Ingress", "NetworkPolicy", "PodDisruptionBudget", "StatefulSet", "Job");
    }

    @Test
    void what_a_cluster_would_not_take_is_seen() {
        String deployment = service(LEAST, "change").object().toString();
        assertThat(KubernetesModels.faults(read(deployment.replace("\"replicas\"", "\"replica\""))))
                .singleElement().asString().contains("replica");
        assertThat(KubernetesModels.faults(read(deployment.replace("\"value\":\"false\"", "\"value\":false"))))
                .singleElement().asString().contains("/env/", "false is read as \"false\"");
        assertThat(KubernetesModels.faults(read(deployment.replace("\"selector\"", "\"chooser\"")))).isNotEmpty();
        String monitor = one(ALL, "ServiceMonitor", "slipway").object().toString();
        assertThat(KubernetesModels.faults(read(monitor.replace("\"honorLabels\"", "\"honourLabels\"")))).isNotEmpty();
        assertThat(KubernetesModels.faults(read(monitor.replace("\"30s\"", "30")))).isNotEmpty();
        String rules = one(ALL, "PrometheusRule", "slipway").object().toString();
        assertThat(KubernetesModels.faults(read(rules.replace("\"for\"", "\"during\"")))).isNotEmpty();
        assertThat(KubernetesModels.faults(read(rules.replace("\"severity\":\"critical\"", "\"severity\":1")))).isNotEmpty();
    }

    private static JsonNode read(String json) {
        return JsonMapper.shared().readTree(json);
    }

    @Test
    void helm_has_nothing_to_say_against_it() throws IOException {
        // Without a value nothing is installed, and lint takes none: it is given a chart that has them.
        try (Stream<Path> all = Files.walk(Chart.FOLDER)) {
            for (Path each : all.toList()) {
                Path to = folder.resolve("slipway").resolve(Chart.FOLDER.relativize(each).toString());
                if (Files.isDirectory(each)) {
                    Files.createDirectories(to);
                } else {
                    Files.copy(each, to);
                }
            }
        }
        Path values = folder.resolve("slipway/values.yaml");
        ObjectNode filled = (ObjectNode) YAML.readTree(Files.readString(values));
        merge(filled, YAML.readTree(Files.readString(Chart.LEAST)));
        Files.writeString(values, YAML.writeValueAsString(filled));

        LintResult lint = new Helm(folder.resolve("slipway")).lint().strict().call();

        assertThat(lint.getMessages()).noneMatch(said -> said.contains("[WARNING]") || said.contains("[ERROR]"));
        assertThat(lint.isFailed()).isFalse();
    }

    private static void merge(ObjectNode into, JsonNode from) {
        from.propertyStream().forEach(each -> {
            if (each.getValue().isObject() && into.path(each.getKey()).isObject()) {
                merge((ObjectNode) into.get(each.getKey()), each.getValue());
            } else {
                into.set(each.getKey(), each.getValue());
            }
        });
    }

    @Test
    void two_instances_of_each_service_run_and_audit_has_files_for_each() {
        for (String name : SERVICES) {
            assertThat(service(LEAST, name).at("/spec/replicas").asInt()).as(name).isEqualTo(2);
        }
        Rendered audit = one(LEAST, "StatefulSet", "slipway-audit");
        assertThat(audit.at("/spec/volumeClaimTemplates/0/metadata/name").asString()).isEqualTo("data");
        assertThat(container(audit).path("volumeMounts").valueStream().map(JsonNode::toString))
                .contains("{\"name\":\"data\",\"mountPath\":\"/var/lib/slipway\"}");
        assertThat(one(LEAST, "Service", audit.at("/spec/serviceName").asString()).at("/spec/clusterIP").asString()).isEqualTo("None");
    }

    @Test
    void a_lost_pod_never_leaves_none() {
        for (Rendered each : of(LEAST, "Deployment")) {
            assertThat(each.at("/spec/strategy/rollingUpdate/maxUnavailable").asInt(-1)).as(each.toString()).isZero();
            assertThat(each.at("/spec/strategy/rollingUpdate/maxSurge").asInt()).as(each.toString()).isEqualTo(1);
        }
        for (String name : SERVICES) {
            Rendered budget = one(LEAST, "PodDisruptionBudget", "slipway-" + name);
            assertThat(budget.at("/spec/maxUnavailable").asInt()).isEqualTo(1);
            assertThat(budget.at("/spec/selector")).isEqualTo(service(LEAST, name).at("/spec/selector"));
            JsonNode nodes = pod(service(LEAST, name)).at("/topologySpreadConstraints/0");
            assertThat(nodes.path("topologyKey").asString()).isEqualTo("kubernetes.io/hostname");
            assertThat(nodes.path("whenUnsatisfiable").asString()).isEqualTo("DoNotSchedule");
            assertThat(nodes.path("labelSelector")).isEqualTo(service(LEAST, name).at("/spec/selector"));
        }
    }

    @Test
    void selectors_find_the_pods_of_their_service_and_no_others() {
        for (String name : SERVICES) {
            JsonNode selector = service(LEAST, name).at("/spec/selector/matchLabels");
            assertThat(one(LEAST, "Service", "slipway-" + name).at("/spec/selector")).isEqualTo(selector);
            for (Rendered each : Chart.workloads(LEAST)) {
                JsonNode labels = each.at("/spec/template/metadata/labels");
                boolean found = selector.propertyStream().allMatch(label -> labels.path(label.getKey()).equals(label.getValue()));
                assertThat(found).as(name + " and " + each).isEqualTo(each.name().equals("slipway-" + name));
            }
        }
    }

    @Test
    void probes_ask_what_the_services_answer() {
        for (Rendered each : services(LEAST)) {
            JsonNode container = container(each);
            assertThat(container.at("/startupProbe/httpGet/path").asString()).isEqualTo("/actuator/health/liveness");
            assertThat(container.at("/livenessProbe/httpGet/path").asString()).isEqualTo("/actuator/health/liveness");
            assertThat(container.at("/readinessProbe/httpGet/path").asString()).isEqualTo("/actuator/health/readiness");
            assertThat(Stream.of("startupProbe", "livenessProbe", "readinessProbe").map(probe -> container.at("/" + probe + "/httpGet/port").asString()))
                    .containsOnly(container.at("/ports/0/name").asString());
        }
    }

    @Test
    void whoever_stops_has_the_time_that_its_phases_may_take() {
        // The web server, what reads from Kafka, the jobs and the relay, one after the other, each for as long as this says.
        int phase = Integer.parseInt(YAML.readTree(Path.of("..", "messaging", "src", "main", "resources", "slipway-defaults.yml").toFile())
                .at("/spring/lifecycle/timeout-per-shutdown-phase").asString().replace("s", ""));
        for (Rendered each : services(LEAST)) {
            int before = Integer.parseInt(container(each).at("/lifecycle/preStop/exec/command/1").asString());
            assertThat(pod(each).path("terminationGracePeriodSeconds").asInt()).isGreaterThanOrEqualTo(before + 4 * phase);
        }
    }

    @Test
    void topics_and_schemas_are_there_before_the_services_are() {
        Rendered job = one(ALL, "Job", "slipway-setup");
        for (Rendered each : List.of(job, one(ALL, "ServiceAccount", "slipway-setup"), one(ALL, "NetworkPolicy", "slipway-setup"))) {
            assertThat(each.at("/metadata/annotations/shown~1hook").asString()).as(each.toString()).isEqualTo("pre-install,pre-upgrade");
        }
        assertThat(Integer.parseInt(one(ALL, "ServiceAccount", "slipway-setup").at("/metadata/annotations/shown~1hook-weight").asString()))
                .isLessThan(Integer.parseInt(job.at("/metadata/annotations/shown~1hook-weight").asString()));
        assertThat(container(job).path("args").valueStream().map(JsonNode::asString)).containsExactly(
                "setup", "--kafka", "kafka-bootstrap.kafka:9093", "--kafka-config", "/run/secrets/slipway/client.properties",
                "--registry", "http://registry.kafka:8080/apis/ccompat/v7", "--registry-user-info", "/run/secrets/slipway/user-info",
                "--replication", "3", "--rights", "--requester", "portal", "--reader", "warehouse", "--reader", "board", "--users", "/run/secrets/slipway-users");
        assertThat(container(one(LEAST, "Job", "slipway-setup")).path("args").valueStream().map(JsonNode::asString)).containsExactly(
                "setup", "--kafka", "kafka-bootstrap.kafka:9093", "--kafka-config", "/run/secrets/slipway/client.properties",
                "--registry", "http://registry.kafka:8080/apis/ccompat/v7", "--replication", "3");
        assertThat(of(rendered("setup.enabled=false"), "Job")).isEmpty();
    }

    @Test
    void images_are_what_the_values_name_and_a_digest_wins() {
        assertThat(container(service(LEAST, "backup")).path("image").asString()).isEqualTo("slipway/backup-service:0.1.0");
        assertThat(container(service(ALL, "backup")).path("image").asString())
                .isEqualTo("registry.example.com/slipway/backup-service:1.2.3");
        assertThat(container(service(ALL, "change")).path("image").asString())
                .isEqualTo("registry.example.com/slipway/change-service@sha256:" + "b".repeat(64));
    }

    @Test
    void a_chart_installs_the_version_that_it_came_with() throws IOException {
        String version = Files.readString(Path.of("..", "pom.xml")).replaceAll("(?s).*?<artifactId>slipway</artifactId>\\s*<version>([^<]*)</version>.*", "$1");
        assertThat(YAML.readTree(Files.readString(Chart.FOLDER.resolve("Chart.yaml"))).path("appVersion").asString())
                .isEqualTo(version.replace("-SNAPSHOT", ""));
    }

    @Test
    void an_uninstall_keeps_packages_and_copies() {
        assertThat(of(LEAST, "PersistentVolumeClaim")).hasSize(3).allSatisfy(each -> {
            assertThat(each.at("/metadata/annotations/helm.sh~1resource-policy").asString()).isEqualTo("keep");
            assertThat(each.at("/spec/accessModes/0").asString()).isEqualTo("ReadWriteMany");
        });
        assertThat(of(ALL, "PersistentVolumeClaim")).extracting(Rendered::name).containsExactly("slipway-release");
    }

    @Test
    void the_volume_of_one_node_has_one_instance_at_a_time() {
        List<Rendered> one = rendered("release.replicas=1", "release.storage.accessMode=ReadWriteOnce");
        assertThat(service(one, "release").at("/spec/strategy/type").asString()).isEqualTo("Recreate");
    }

    @Test
    void what_needs_an_operator_is_there_only_when_asked_for() {
        assertThat(of(LEAST, "ServiceMonitor", "PrometheusRule", "Ingress")).isEmpty();
        assertThat(LEAST).extracting(Rendered::name).doesNotContain("slipway-dashboard");
        assertThat(one(ALL, "ConfigMap", "slipway-dashboard").at("/metadata/labels/grafana_dashboard").asString()).isEqualTo("1");
    }

    @Test
    void what_a_restore_needs_to_go_on_outlives_its_pod_and_its_work_does_not() {
        Rendered backup = service(LEAST, "backup");
        Map<String, String> environment = container(backup).path("env").valueStream()
                .filter(each -> each.has("value"))
                .collect(Collectors.toMap(each -> each.path("name").asString(), each -> each.path("value").asString()));
        assertThat(environment).doesNotContainKey("SLIPWAY_BACKUP_WORK");
        assertThat(volume(backup, environment.get("SLIPWAY_BACKUP_HOME") + "/work").has("emptyDir")).as("of each pod its own").isTrue();
        assertThat(volume(backup, environment.get("SLIPWAY_BACKUP_RESTORES")).at("/persistentVolumeClaim/claimName").asString())
                .as("of all of them").isEqualTo("slipway-backup");
    }

    /// In which a path lies.
    private static JsonNode volume(Rendered workload, String path) {
        String name = container(workload).path("volumeMounts").valueStream()
                .filter(mount -> Path.of(path).startsWith(mount.path("mountPath").asString()))
                .max(Comparator.comparing(mount -> mount.path("mountPath").asString().length()))
                .orElseThrow().path("name").asString();
        return pod(workload).path("volumes").valueStream().filter(each -> each.path("name").asString().equals(name)).findFirst().orElseThrow();
    }

    @Test
    void another_file_makes_the_pods_anew_and_nothing_else_does() {
        String pointer = "/spec/template/metadata/annotations/checksum~1files";
        List<Rendered> other = rendered("change.inventory=people: []");
        assertThat(service(other, "change").at(pointer)).isNotEqualTo(service(LEAST, "change").at(pointer));
        assertThat(service(other, "release").at(pointer)).isEqualTo(service(LEAST, "release").at(pointer));
    }

    @Test
    void whoever_installed_it_is_told_what_is_still_missing() {
        assertThat(Chart.notes()).contains("Nobody is known yet", "Nothing can be released yet", "recovery.key");
        assertThat(Chart.notes("release.delivery=services: {}", "change.inventory=people: []"))
                .doesNotContain("Nobody is known yet", "Nothing can be released yet")
                .contains("open the way");
    }
}
