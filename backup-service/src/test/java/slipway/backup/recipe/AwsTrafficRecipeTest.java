package slipway.backup.recipe;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static slipway.backup.recipe.LiveRecipes.capture;
import static slipway.backup.recipe.LiveRecipes.damaged;
import static slipway.backup.recipe.LiveRecipes.recipe;
import static slipway.backup.recipe.LiveRecipes.restore;

import java.io.ByteArrayInputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import slipway.backup.recipe.LiveRecipes.Captured;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

/// DNS and load balancers of AWS, by the real AWS CLI from an emulator: captured, changed at their source, restored, compared.
class AwsTrafficRecipeTest {

    private static final String ELBV2 = "2015-12-01";
    private static final JsonMapper JSON = new JsonMapper();

    private static Moto moto;

    @TempDir
    private Path folder;

    @BeforeAll
    static void start() throws Exception {
        moto = Moto.shared();
    }

    private static String change(String action, String name, String value) {
        return """
                {"Changes": [{"Action": "%s", "ResourceRecordSet": {"Name": "%s.shop.test.", "Type": "A", "TTL": 60,
                "ResourceRecords": [{"Value": "%s"}]}}]}""".formatted(action, name, value);
    }

    private static void change(String zone, String batch) throws Exception {
        moto.aws("route53", "change-resource-record-sets", "--hosted-zone-id", zone, "--change-batch", batch);
    }

    @Test
    void records_are_captured_and_putting_them_back_by_upsert_leaves_what_was_added() throws Exception {
        Recipe dns = recipe("amazon-route-53", folder.resolve("work"));
        String zone = moto.aws("route53", "create-hosted-zone", "--name", "shop.test", "--caller-reference", "it",
                        "--query", "HostedZone.Id", "--output", "text")
                .replace("/hostedzone/", "");
        Item item = moto.item("amazon-route-53", Map.of("zone", zone));
        assertThatThrownBy(() -> capture(dns, item))
                .as("NS and SOA of the zone itself are no content")
                .hasMessageContaining("has 2 at /ResourceRecordSets, at least 3");

        change(zone, change("CREATE", "www", "192.0.2.1"));
        Captured captured = capture(dns, item);
        assertThat(captured.capture().contents()).containsEntry("records", "3");

        change(zone, change("UPSERT", "www", "192.0.2.99"));
        assertThat(dns.look(item))
                .containsEntry("records", "3")
                .isNotEqualTo(captured.capture().contents());
        assertThat(restore(dns, item, captured, folder.resolve("scratch"))).isEqualTo(captured.capture().contents());

        change(zone, change("CREATE", "added", "192.0.2.2"));
        change(zone, upserts(captured));
        assertThat(dns.look(item))
                .as("what was captured is back, and the zone is not what it was")
                .containsEntry("records", "4");
        assertThat(LiveRecipes.overwrite(dns, item, captured, folder.resolve("scratch")))
                .isEqualTo(captured.capture().contents());
    }

    @Test
    void more_than_one_batch_takes_is_refused_before_anything_is_changed() throws Exception {
        Recipe dns = recipe("amazon-route-53", folder.resolve("work"));
        String zone = moto.aws("route53", "create-hosted-zone", "--name", "large.test", "--caller-reference", "large",
                        "--query", "HostedZone.Id", "--output", "text")
                .replace("/hostedzone/", "");
        Item item = moto.item("amazon-route-53", Map.of("zone", zone));
        change(zone, change("CREATE", "www", "192.0.2.1").replace("shop.test", "large.test"));
        Captured captured = capture(dns, item);
        Map<String, String> before = dns.look(item);
        for (int records : List.of(501, 500)) {
            // As if one record had had so many values.
            Captured more = damaged(captured, folder, "records.json", bytes -> new String(bytes, StandardCharsets.UTF_8)
                    .replace("\"192.0.2.1\"", IntStream.range(0, records).mapToObj(n -> "\"192.0." + n / 250 + "." + n % 250 + "\"").collect(Collectors.joining("}, {\"Value\": ")))
                    .getBytes(StandardCharsets.UTF_8));
            Path scratch = folder.resolve("scratch-" + records);
            restore(dns, item, more, scratch);
            if (records > 500) {
                assertThatThrownBy(() -> LiveRecipes.overwrite(dns, item, more, scratch))
                        .hasMessageContaining("takes 1002 records of 1000")
                        .hasMessageContaining("nothing was changed: put it back by hand");
                assertThat(dns.look(item)).isEqualTo(before);
            } else {
                assertThat(LiveRecipes.overwrite(dns, item, more, scratch)).isNotEqualTo(before);
            }
        }
    }

    /// What a person makes of it: all but NS and SOA of the zone itself.
    private String upserts(Captured captured) throws Exception {
        Path tree = folder.resolve("by-hand");
        Tree.read(new ByteArrayInputStream(captured.bytes()), tree, Owners.KEPT);
        JsonNode records = JSON.readTree(Files.readAllBytes(tree.resolve("records.json"))).path("ResourceRecordSets");
        List<Map<String, Object>> changes = records.valueStream()
                .filter(each -> !each.path("Name").asString().equals("shop.test.")
                        || !List.of("NS", "SOA").contains(each.path("Type").asString()))
                .map(each -> Map.<String, Object>of("Action", "UPSERT", "ResourceRecordSet", each))
                .toList();
        return JSON.writeValueAsString(Map.of("Changes", changes));
    }

    @Test
    void a_load_balancer_is_compared_with_its_rules_and_one_that_does_not_listen_is_none() throws Exception {
        Recipe balancers = recipe("aws-load-balancers", folder.resolve("work"));
        String vpc = Moto.first("vpcId", moto.form("ec2", "CreateVpc", "CidrBlock", "10.8.0.0/16"));
        String subnet = Moto.first("subnetId", moto.form("ec2", "CreateSubnet", "VpcId", vpc, "CidrBlock", "10.8.1.0/24"));
        String balancer = Moto.first("LoadBalancerArn", moto.form(
                "elasticloadbalancing", "CreateLoadBalancer", "Version", ELBV2, "Name", "shop", "Subnets.member.1", subnet));
        String group = Moto.first("TargetGroupArn", moto.form(
                "elasticloadbalancing", "CreateTargetGroup", "Version", ELBV2, "Name", "shop", "Protocol", "HTTP",
                "Port", "80", "VpcId", vpc));
        String listener = Moto.first("ListenerArn", moto.form(
                "elasticloadbalancing", "CreateListener", "Version", ELBV2, "LoadBalancerArn", balancer, "Protocol", "HTTP",
                "Port", "80", "DefaultActions.member.1.Type", "forward", "DefaultActions.member.1.TargetGroupArn", group));
        Item item = moto.item("aws-load-balancers", Map.of("balancer", balancer, "listener", listener));
        Captured captured = capture(balancers, item);
        assertThat(captured.capture().contents())
                .containsEntry("listeners", "1").containsEntry("rules", "1").containsEntry("target groups", "1");

        moto.form("elasticloadbalancing", "CreateRule", "Version", ELBV2, "ListenerArn", listener, "Priority", "10",
                "Conditions.member.1.Field", "path-pattern", "Conditions.member.1.Values.member.1", "/pay/*",
                "Actions.member.1.Type", "forward", "Actions.member.1.TargetGroupArn", group);
        assertThat(balancers.look(item)).containsEntry("rules", "2");
        assertThat(restore(balancers, item, captured, folder.resolve("scratch")))
                .isEqualTo(captured.capture().contents());
        try (Liar aws = moto.lying("elbv2.describe-listeners", said -> said.replaceAll("(?s)<Listeners>.*</Listeners>", "<Listeners/>"))) {
            assertThatThrownBy(() -> capture(balancers, aws.item(item)))
                    .as("described with 0")
                    .hasMessageContaining("has 0 at /Listeners, at least 1");
        }
    }
}
