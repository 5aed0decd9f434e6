package slipway.launcher.deploy;

import static org.assertj.core.api.Assertions.assertThat;
import static slipway.launcher.deploy.Chart.refusal;

import java.util.List;
import org.junit.jupiter.api.Test;

/// What the chart says when its values do not do.
class ChartValuesTest {

    @Test
    void what_is_missing_is_named_all_at_once() {
        assertThat(refusal(List.of())).contains(
                "These values do not do:",
                "- kafka.servers is missing: the bootstrap servers of Kafka, host:port",
                "- registry.url is missing",
                "- postgresql.address is missing",
                "- issuer.url is missing",
                "- backup.secrets.database.name is missing: the Secret with the password of backup at PostgreSQL",
                "- release.secrets.kafka.name is missing: with kafka.securityProtocol SASL_SSL each service logs in with its own JAAS configuration",
                "- setup.secrets.kafka.name is missing",
                "- audit.signingKey.name is missing");
    }

    @Test
    void several_instances_do_not_share_the_volume_of_one_node() {
        assertThat(refusal("release.storage.accessMode=ReadWriteOnce", "backup.elsewhere.accessMode=ReadWriteOnce")).contains(
                "- release.replicas is 2, but release.storage.accessMode is ReadWriteOnce: all instances share this volume; give it"
                        + " ReadWriteMany, or have one replica",
                "- backup.replicas is 2, but backup.elsewhere.accessMode is ReadWriteOnce");
    }

    @Test
    void a_volume_that_is_not_made_is_not_judged() {
        assertThat(Chart.rendered("backup.elsewhere.accessMode=ReadWriteOnce", "backup.locations[0]=s3://slipway/prod")).isNotEmpty();
    }

    @Test
    void half_a_setting_is_refused() {
        assertThat(refusal("change.signIn.clientId=page")).contains("changeUrl is missing", "change.signIn.secret.name is missing");
        assertThat(refusal("notification.smtp.host=smtp.example.com", "notification.smtp.user=slipway"))
                .contains("notification.smtp.from is missing", "notification.smtp.secret.name is missing");
        assertThat(refusal("audit.anchor.witness=https://witness.example.com")).contains("a witness has both an address (witness) and a key");
        assertThat(refusal("ingress.enabled=true")).contains("ingress.hosts is missing");
    }

    @Test
    void a_secret_is_not_put_into_the_environment() {
        assertThat(refusal("change.env[0].name=SLIPWAY_CHANGE_PASSWORD", "change.env[0].value=geheim"))
                .contains("change.env: SLIPWAY_CHANGE_PASSWORD would put a secret into the environment", "change.secrets")
                .doesNotContain("geheim");
        assertThat(refusal("backup.env[0].name=LOGIN", "backup.env[0].valueFrom.secretKeyRef.name=db")).contains("backup.env: LOGIN would put a secret");
    }

    @Test
    void a_value_that_there_is_not_is_no_value() {
        assertThat(refusal("change.replica=3")).contains("replica", "not allowed");
        assertThat(refusal("changes.replicas=3")).contains("changes", "not allowed");
    }

    @Test
    void a_value_of_another_form_is_refused_with_its_place() {
        assertThat(refusal("kafka.servers=kafka")).contains("/kafka/servers", "'kafka' does not match pattern");
        assertThat(refusal("registry.url=registry:8080")).contains("/registry/url");
        assertThat(refusal("changeUrl=http://change.example.com")).contains("/changeUrl");
        assertThat(refusal("change.image.digest=latest")).contains("/change/image/digest");
        assertThat(refusal("change.replicas=0")).contains("/change/replicas");
        assertThat(refusal("release.storage.accessMode=ReadOnlyMany")).contains("/release/storage/accessMode");
        assertThat(refusal("backup.storage.size=much")).contains("/backup/storage/size");
        assertThat(refusal("topologySpread.nodes=Perhaps")).contains("/topologySpread/nodes");
        assertThat(refusal("ingress.hosts.changes=a.example.com")).contains("changes", "not allowed");
    }
}
