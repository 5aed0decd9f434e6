package slipway.backup.recipe;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static slipway.backup.recipe.LiveRecipes.capture;
import static slipway.backup.recipe.LiveRecipes.damaged;
import static slipway.backup.recipe.LiveRecipes.recipe;
import static slipway.backup.recipe.LiveRecipes.restore;

import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.HashMap;
import java.util.Map;
import java.util.zip.GZIPInputStream;
import org.awaitility.Awaitility;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import slipway.backup.recipe.LiveRecipes.Captured;
import slipway.program.Installed;
import tools.jackson.databind.json.JsonMapper;

/// Logs, keys, images and settings of file systems, by the real AWS CLI from an emulator: captured, changed there, restored, compared.
class AwsRecordsRecipeTest {

    private static final String LOGS = "Logs_20140328.";
    private static final String ECR = "AmazonEC2ContainerRegistry_V20150921.";

    private static Moto moto;

    @TempDir
    private Path folder;

    @BeforeAll
    static void start() throws Exception {
        moto = Moto.shared();
    }

    private static String only(Path folder) throws IOException {
        try (var files = Files.walk(folder)) {
            Path file = files.filter(Files::isRegularFile).findFirst().orElseThrow();
            return folder.getParent().relativize(file).toString();
        }
    }

    @Test
    void a_log_group_is_exported_and_fetched_and_a_time_in_which_nothing_was_logged_is_no_backup() throws Exception {
        Recipe logs = recipe("amazon-cloudwatch-logs", folder.resolve("work"));
        moto.json("logs", LOGS + "CreateLogGroup", "{\"logGroupName\": \"/shop\"}");
        moto.json("logs", LOGS + "CreateLogStream", "{\"logGroupName\": \"/shop\", \"logStreamName\": \"front\"}");
        long now = System.currentTimeMillis();
        moto.json("logs", LOGS + "PutLogEvents", """
                {"logGroupName": "/shop", "logStreamName": "front", "logEvents": [{"timestamp": %d, "message": "sold"}]}"""
                .formatted(now));
        moto.aws("s3", "mb", "s3://shop-logs");
        Map<String, String> given = new HashMap<>(Map.of(
                "group", "shop", "from", "1", "to", String.valueOf(now + 1), "bucket", "shop-logs"));
        Item item = moto.item("amazon-cloudwatch-logs", given);
        Captured captured = capture(logs, item);
        moto.json("logs", LOGS + "DeleteLogGroup", "{\"logGroupName\": \"/shop\"}");
        assertThat(restore(logs, item, captured, folder.resolve("scratch"))).isEqualTo(captured.capture().contents());
        String exported = only(folder.resolve("scratch/logs"));
        try (InputStream text = new GZIPInputStream(Files.newInputStream(folder.resolve("scratch").resolve(exported)))) {
            assertThat(new String(text.readAllBytes(), StandardCharsets.UTF_8)).contains("sold");
        }
        assertThatThrownBy(() -> restore(
                        logs, item, damaged(captured, folder, exported, LiveRecipes::cut), folder.resolve("cut")))
                .hasMessageContaining("gzip failed with exit 1");

        moto.json("logs", LOGS + "CreateLogGroup", "{\"logGroupName\": \"/silent\"}");
        given.put("group", "silent");
        assertThatThrownBy(() -> logs.capture(
                        moto.item("amazon-cloudwatch-logs", given), "BKP-2", new ByteArrayOutputStream()))
                .hasMessageContaining("has 0 bytes, at least 1 are needed");
    }

    @Test
    void keys_are_known_by_name_and_the_day_of_their_last_change_and_their_values_by_nobody() throws Exception {
        Recipe keys = recipe("api-keys", folder.resolve("work"));
        moto.json("secretsmanager", "secretsmanager.CreateSecret", """
                {"Name": "shop/pay", "SecretString": "planted-key", "ClientRequestToken": "0123456789012345678901234567890123"}""");
        Item item = moto.item("api-keys", Map.of());
        Captured captured = capture(keys, item);
        assertThat(captured.capture().contents()).containsOnlyKeys("shop/pay");
        assertThat(new String(captured.bytes(), StandardCharsets.UTF_8)).doesNotContain("planted-key");
        moto.json("secretsmanager", "secretsmanager.DeleteSecret", "{\"SecretId\": \"shop/pay\", \"ForceDeleteWithoutRecovery\": true}");
        assertThatThrownBy(() -> keys.look(item)).hasMessageContaining("tells nothing of API keys");
        assertThat(restore(keys, item, captured, folder.resolve("scratch"))).isEqualTo(captured.capture().contents());
    }

    @Test
    void settings_of_a_file_system_come_back_and_none_of_one_that_is_being_deleted() throws Exception {
        Recipe efs = recipe("amazon-efs", folder.resolve("work"));
        String system = moto.aws("efs", "create-file-system", "--creation-token", "shop", "--encrypted",
                "--query", "FileSystemId", "--output", "text");
        Item item = moto.item("amazon-efs", Map.of("system", system));
        Captured captured = capture(efs, item);
        assertThat(captured.capture().contents()).containsEntry("encrypted", "true").containsEntry("access points", "0");
        moto.aws("efs", "create-access-point", "--file-system-id", system, "--client-token", "shop");
        assertThat(efs.look(item)).containsEntry("access points", "1");
        assertThat(restore(efs, item, captured, folder.resolve("scratch"))).isEqualTo(captured.capture().contents());
        try (Liar aws = moto.lying("efs.describe-file-systems", said -> said.replace("available", "deleting"))) {
            assertThatThrownBy(() -> capture(efs, aws.item(item)))
                    .hasMessageContaining("has deleting at /FileSystems/0/LifeCycleState instead of available");
        }
    }

    private static void tag(OciLayout image) throws Exception {
        moto.json("ecr", ECR + "PutImage", new JsonMapper().writeValueAsString(Map.of(
                "repositoryName", "shop", "imageTag", "v1", "imageManifest", image.manifest(), "imageDigest", image.digest())));
    }

    @Test
    void an_image_is_fetched_by_the_digest_that_its_tag_has_and_not_by_the_tag() throws Exception {
        Recipe ecr = recipe("amazon-ecr", folder.resolve("work"));
        moto.json("ecr", ECR + "CreateRepository", "{\"repositoryName\": \"shop\"}");
        OciLayout image = OciLayout.write(folder.resolve("image"), "files of the shop ");
        OciLayout other = OciLayout.write(folder.resolve("other"), "other files ");
        tag(image);
        int port = Installed.freePort();
        String registry = "127.0.0.1:" + port;
        Item item = moto.item(
                "amazon-ecr", Map.of("registry", registry, "repository", "shop", "tag", "v1", "tls", "false"));
        Captured captured;
        try (Installed running = OciLayout.registry(folder, port)) {
            Awaitility.await().until(() -> running.runs() && image.pushed(registry + "/shop:v1"));
            captured = capture(ecr, item);
            tag(other);
            assertThat(ecr.look(item)).containsEntry("digest", other.digest());
            assertThatThrownBy(() -> capture(ecr, item))
                    .as("the registry has it by another digest only")
                    .hasMessageContaining("skopeo failed with exit 1");
        }
        assertThat(captured.capture().contents()).isEqualTo(Map.of("digest", image.digest()));
        assertThat(restore(ecr, item, captured, folder.resolve("scratch"))).isEqualTo(captured.capture().contents());
        Path laid = folder.resolve("laid");
        Tree.read(new ByteArrayInputStream(captured.bytes()), laid, Owners.KEPT);
        assertThat(laid).isDirectoryNotContaining("glob:**token*");
    }
}
