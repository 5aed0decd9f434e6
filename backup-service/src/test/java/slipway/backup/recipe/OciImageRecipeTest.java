package slipway.backup.recipe;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static slipway.backup.recipe.LiveRecipes.capture;
import static slipway.backup.recipe.LiveRecipes.damaged;
import static slipway.backup.recipe.LiveRecipes.recipe;
import static slipway.backup.recipe.LiveRecipes.restore;

import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import org.awaitility.Awaitility;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import slipway.backup.recipe.LiveRecipes.Captured;
import slipway.backup.vault.Digest;
import slipway.program.Installed;
import slipway.program.Programs;

/// A real registry: an image is captured from it, deleted, restored into another registry, and has the same digest there.
class OciImageRecipeTest {

    private static final String MANIFEST = "application/vnd.oci.image.manifest.v1+json";

    @TempDir
    private Path folder;

    /// A layout of an image, as `skopeo` takes it: one layer, one configuration, one manifest.
    private Path image() throws IOException {
        Path layout = Files.createDirectories(folder.resolve("layout/blobs/sha256")).getParent().getParent();
        byte[] layer = "files of the shop ".repeat(3000).getBytes(StandardCharsets.UTF_8);
        byte[] configuration = """
                {"architecture":"amd64","os":"linux","rootfs":{"type":"layers","diff_ids":["sha256:%s"]},"config":{}}"""
                .formatted(Digest.of(layer)).getBytes(StandardCharsets.UTF_8);
        byte[] manifest = """
                {"schemaVersion":2,"mediaType":"%s","config":{"mediaType":"application/vnd.oci.image.config.v1+json",\
                "digest":"sha256:%s","size":%d},"layers":[{"mediaType":"application/vnd.oci.image.layer.v1.tar",\
                "digest":"sha256:%s","size":%d}]}"""
                .formatted(MANIFEST, Digest.of(configuration), configuration.length, Digest.of(layer), layer.length)
                .getBytes(StandardCharsets.UTF_8);
        for (byte[] blob : List.of(layer, configuration, manifest)) {
            Files.write(layout.resolve("blobs/sha256/" + Digest.of(blob)), blob);
        }
        Files.writeString(layout.resolve("oci-layout"), "{\"imageLayoutVersion\":\"1.0.0\"}");
        Files.writeString(layout.resolve("index.json"), """
                {"schemaVersion":2,"manifests":[{"mediaType":"%s","digest":"sha256:%s","size":%d,\
                "annotations":{"org.opencontainers.image.ref.name":"v1"}}]}"""
                .formatted(MANIFEST, Digest.of(manifest), manifest.length));
        return layout;
    }

    private Programs.Ended skopeo(String... words) throws Exception {
        List<String> argv = new java.util.ArrayList<>(List.of(Installed.program("skopeo")));
        argv.addAll(List.of(words));
        return Programs.run(argv, folder, Map.of(), Duration.ofSeconds(60));
    }

    @Test
    void an_image_has_the_same_digest_in_another_registry_and_a_damaged_layer_is_refused() throws Exception {
        int port = Installed.freePort();
        Path conf = Files.writeString(folder.resolve("registry.yaml"), """
                version: 0.1
                log: {level: error}
                storage: {filesystem: {rootdirectory: "%s"}, delete: {enabled: true}}
                http: {addr: "127.0.0.1:%d"}
                """.formatted(folder.resolve("registry"), port));
        String image = "127.0.0.1:" + port + "/shop:v1";
        Item item = new Item("image", "oci-image", Map.of(
                "image", image,
                "tls", "false",
                "authentication", "file:" + Files.writeString(folder.resolve("none.json"), "{}\n")));
        Recipe oci = recipe("oci-image", folder.resolve("work"));
        Captured captured;
        try (Installed registry = Installed.start(
                folder, List.of(Installed.program("docker-registry"), "serve", conf.toString()))) {
            Path layout = image();
            Awaitility.await().until(() -> registry.runs()
                    && skopeo("copy", "--quiet", "--dest-tls-verify=false", "oci:" + layout + ":v1", "docker://" + image)
                                    .exit()
                            == 0);
            captured = capture(oci, item);
            restore(oci, item, captured, folder.resolve("wanted"));
            assertThat(skopeo("delete", "--tls-verify=false", "docker://" + image).exit()).isZero();
            assertThat(LiveRecipes.overwrite(oci, item, captured, folder.resolve("wanted")))
                    .isEqualTo(captured.capture().contents());
        }
        assertThat(captured.capture().contents()).containsOnlyKeys("digest");
        assertThat(restore(oci, item, captured, folder.resolve("scratch"))).isEqualTo(captured.capture().contents());

        Path laid = folder.resolve("laid");
        Tree.read(new ByteArrayInputStream(captured.bytes()), laid);
        String layer;
        try (var blobs = Files.list(laid.resolve("image"))) {
            layer = blobs.max((a, b) -> Long.compare(a.toFile().length(), b.toFile().length())).orElseThrow()
                    .getFileName().toString();
        }
        Captured rotten = damaged(captured, folder, "image/" + layer, LiveRecipes::flipped);
        assertThatThrownBy(() -> restore(oci, item, rotten, folder.resolve("rotten")))
                .hasMessageContaining("skopeo failed with exit 1");
    }
}
