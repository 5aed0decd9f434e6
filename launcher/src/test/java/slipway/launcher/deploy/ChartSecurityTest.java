package slipway.launcher.deploy;

import static org.assertj.core.api.Assertions.assertThat;
import static slipway.launcher.deploy.Chart.SERVICES;
import static slipway.launcher.deploy.Chart.container;
import static slipway.launcher.deploy.Chart.of;
import static slipway.launcher.deploy.Chart.one;
import static slipway.launcher.deploy.Chart.pod;
import static slipway.launcher.deploy.Chart.rendered;
import static slipway.launcher.deploy.Chart.service;
import static slipway.launcher.deploy.Chart.workloads;

import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import slipway.launcher.deploy.Chart.Rendered;
import tools.jackson.databind.JsonNode;

/// Who may do what, who sees which secret, and who reaches whom.
class ChartSecurityTest {

    private static final List<Rendered> LEAST = rendered();
    private static final List<Rendered> ALL = rendered(List.of(Chart.LEAST, Chart.everything()));

    @Test
    void nobody_runs_as_root_writes_to_the_image_or_may_more_than_it_needs() {
        for (Rendered each : Stream.concat(workloads(LEAST).stream(), workloads(ALL).stream()).toList()) {
            assertThat(pod(each).path("containers").size()).as(each.toString()).isEqualTo(1);
            JsonNode container = container(each).path("securityContext");
            for (JsonNode context : List.of(container, pod(each).path("securityContext"))) {
                assertThat(context.path("runAsNonRoot").asBoolean()).as(each.toString()).isTrue();
                assertThat(context.path("runAsUser").asInt()).isEqualTo(10001);
                assertThat(context.path("runAsGroup").asInt()).isEqualTo(10001);
                assertThat(context.at("/seccompProfile/type").asString()).isEqualTo("RuntimeDefault");
            }
            assertThat(container.path("readOnlyRootFilesystem").asBoolean()).isTrue();
            assertThat(container.path("allowPrivilegeEscalation").asBoolean(true)).isFalse();
            assertThat(container.at("/capabilities/drop").toString()).isEqualTo("[\"ALL\"]");
            assertThat(container(each).path("volumeMounts").valueStream().map(mount -> mount.path("mountPath").asString())).contains("/tmp");
        }
    }

    @Test
    void each_service_is_an_account_of_its_own_without_a_token_unless_it_asks_for_one() {
        Set<String> accounts = new TreeSet<>();
        for (Rendered each : workloads(LEAST)) {
            String account = pod(each).path("serviceAccountName").asString();
            accounts.add(account);
            assertThat(one(LEAST, "ServiceAccount", account).at("/automountServiceAccountToken").asBoolean(true)).isFalse();
            assertThat(pod(each).path("automountServiceAccountToken").asBoolean(true)).as(each.toString()).isFalse();
        }
        assertThat(accounts).hasSize(6);
        assertThat(workloads(ALL)).filteredOn(each -> pod(each).path("automountServiceAccountToken").asBoolean())
                .extracting(Rendered::name).containsExactly("slipway-release");
    }

    @Test
    void secrets_come_by_reference_and_as_files_only() {
        assertThat(of(ALL, "Secret")).isEmpty();
        for (Rendered each : Stream.concat(workloads(LEAST).stream(), workloads(ALL).stream()).toList()) {
            assertThat(container(each).path("env").valueStream()).as(each.toString()).allSatisfy(variable -> {
                assertThat(variable.has("valueFrom")).as(variable.toString()).isFalse();
                assertThat(variable.path("name").asString()).doesNotContain("PASSWORD", "JAAS", "USER_INFO");
            });
            assertThat(container(each).has("envFrom")).isFalse();
            assertThat(container(each).path("args").toString()).doesNotContain("password", "jaas");
        }
    }

    @Test
    void each_service_sees_its_own_secrets_and_nobody_else_s() {
        assertThat(secrets(service(LEAST, "change"))).containsExactly("change-service", "slipway-change-database");
        assertThat(secrets(service(LEAST, "audit"))).containsExactly("audit-service", "slipway-audit-database", "slipway-audit-signing-key");
        assertThat(secrets(one(LEAST, "Job", "slipway-setup"))).containsExactly("slipway-setup");
        List<String> all = new ArrayList<>();
        for (Rendered each : workloads(ALL)) {
            all.addAll(secrets(each));
        }
        assertThat(all).doesNotHaveDuplicates();
        assertThat(secrets(service(ALL, "notification")))
                .containsExactly("notification-db", "notification-service", "notification-slack", "notification-smtp");
        assertThat(secrets(service(ALL, "backup"))).containsExactly("backup-db", "backup-rclone", "backup-s3", "backup-service");
    }

    private static Set<String> secrets(Rendered workload) {
        Set<String> names = new TreeSet<>(workload.object().findValuesAsString("secretName"));
        for (JsonNode source : workload.object().findValues("secret")) {
            if (source.has("name")) {
                names.add(source.path("name").asString());
            }
        }
        return names;
    }

    @Test
    void the_keys_of_a_secret_are_the_installer_s_and_the_names_of_the_files_ours() {
        assertThat(files(service(ALL, "change"), "secrets")).containsExactly(
                "change-db/pg-password spring.datasource.password",
                "change-kafka/jaas spring.kafka.properties.sasl.jaas.config",
                "change-registry/login slipway.registry.user-info");
        assertThat(files(service(ALL, "change"), "secret-files"))
                .containsExactly("change-client/client-secret client-secret", "change-github/webhook github.secret");
        assertThat(files(service(ALL, "notification"), "secrets")).contains("notification-smtp/pass spring.mail.password");
        for (Rendered each : workloads(ALL)) {
            pod(each).path("volumes").findValues("defaultMode").forEach(mode -> assertThat(mode.asInt()).isEqualTo(0440));
        }
    }

    @Test
    void where_kafka_asks_for_no_login_nobody_needs_one() {
        List<Rendered> plain = rendered(
                "kafka.securityProtocol=PLAINTEXT", "setup.secrets.kafka.name=", "change.secrets.kafka.name=", "release.secrets.kafka.name=",
                "backup.secrets.kafka.name=", "notification.secrets.kafka.name=", "audit.secrets.kafka.name=");
        assertThat(plain).allSatisfy(each -> assertThat(KubernetesModels.faults(each.object())).isEmpty());
        assertThat(secrets(service(plain, "change"))).containsExactly("slipway-change-database");
        assertThat(secrets(one(plain, "Job", "slipway-setup"))).isEmpty();
        assertThat(container(service(plain, "change")).path("env").toString()).doesNotContain("SASL");
        assertThat(container(one(plain, "Job", "slipway-setup")).path("args").toString()).doesNotContain("--kafka-config");
    }

    private static List<String> files(Rendered workload, String volume) {
        return pod(workload).path("volumes").valueStream()
                .filter(each -> each.path("name").asString().equals(volume))
                .flatMap(each -> each.at("/projected/sources").valueStream())
                .map(each -> each.path("secret"))
                .map(each -> each.path("name").asString() + "/" + each.at("/items/0/key").asString() + " " + each.at("/items/0/path").asString())
                .toList();
    }

    @Test
    void nobody_is_asked_at_another_port_than_its_own() {
        Map<String, Integer> ports = Map.of("change", 7601, "release", 7602, "backup", 7603, "notification", 7604, "audit", 7605);
        for (String name : SERVICES) {
            Rendered policy = one(LEAST, "NetworkPolicy", "slipway-" + name);
            assertThat(policy.at("/spec/podSelector")).isEqualTo(service(LEAST, name).at("/spec/selector"));
            assertThat(policy.at("/spec/policyTypes").toString()).isEqualTo("[\"Ingress\",\"Egress\"]");
            assertThat(rules(policy, "ingress")).as(name).containsExactly("TCP " + ports.get(name) + " anybody");
        }
        assertThat(rules(one(LEAST, "NetworkPolicy", "slipway-setup"), "ingress")).isEmpty();
        String clients = "{\"namespaceSelector\":{\"matchLabels\":{\"kubernetes.io/metadata.name\":\"ingress\"}}}";
        assertThat(rules(one(ALL, "NetworkPolicy", "slipway-change"), "ingress")).containsExactly("TCP 7601 " + clients);
        assertThat(rules(one(ALL, "NetworkPolicy", "slipway-backup"), "ingress"))
                .containsExactly("TCP 7603 " + clients, "TCP 7603 pods of audit");
        assertThat(of(rendered("networkPolicy.enabled=false"), "NetworkPolicy")).isEmpty();
    }

    @Test
    void nobody_reaches_more_than_what_is_configured() {
        List<String> infrastructure = List.of(
                "UDP 53,TCP 53 anybody", "TCP 9093 anybody", "TCP 8080 anybody", "TCP 5432 anybody", "TCP 443 anybody");
        for (String name : List.of("change", "release", "backup", "notification")) {
            assertThat(rules(one(LEAST, "NetworkPolicy", "slipway-" + name), "egress")).as(name).isEqualTo(infrastructure);
        }
        assertThat(rules(one(LEAST, "NetworkPolicy", "slipway-audit"), "egress"))
                .startsWith(infrastructure.toArray(String[]::new))
                .endsWith("TCP 7603 pods of backup")
                .hasSize(6);
        assertThat(rules(one(LEAST, "NetworkPolicy", "slipway-setup"), "egress"))
                .containsExactly("UDP 53,TCP 53 anybody", "TCP 9093 anybody", "TCP 8080 anybody");
        String kafka = "TCP 9093 {\"namespaceSelector\":{\"matchLabels\":{\"kubernetes.io/metadata.name\":\"kafka\"}}}";
        assertThat(rules(one(ALL, "NetworkPolicy", "slipway-notification"), "egress")).containsExactly(
                "UDP 53,TCP 53 anybody", kafka, "TCP 8080 anybody", "TCP 5432,TCP 5433 anybody", "TCP 443 anybody", "TCP 465 anybody", "TCP 443 anybody");
        assertThat(rules(one(ALL, "NetworkPolicy", "slipway-backup"), "egress")).containsExactly(
                "UDP 53,TCP 53 anybody", kafka, "TCP 8080 anybody", "TCP 5432,TCP 5433 anybody", "TCP 443 anybody", "TCP 9000 anybody");
        assertThat(rules(one(ALL, "NetworkPolicy", "slipway-release"), "egress"))
                .endsWith(" 6443 {\"ipBlock\":{\"cidr\":\"10.0.0.1/32\"}}");
    }

    private static List<String> rules(Rendered policy, String direction) {
        return policy.at("/spec/" + direction).valueStream().map(rule -> {
            String ports = String.join(",", rule.path("ports").valueStream()
                    .map(each -> each.path("protocol").asString("") + " " + each.path("port").asString())
                    .toList());
            JsonNode peers = rule.path(direction.equals("ingress") ? "from" : "to");
            String pods = peers.at("/0/podSelector/matchLabels/app.kubernetes.io~1component").asString("");
            return ports + " " + (peers.isMissingNode() ? "anybody" : pods.isEmpty() ? peers.get(0) : "pods of " + pods);
        }).toList();
    }
}
