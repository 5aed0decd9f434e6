package slipway.backup.recipe;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static slipway.backup.recipe.LiveRecipes.capture;
import static slipway.backup.recipe.LiveRecipes.damaged;
import static slipway.backup.recipe.LiveRecipes.recipe;
import static slipway.backup.recipe.LiveRecipes.restore;

import java.io.ByteArrayInputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Map;
import org.awaitility.Awaitility;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import slipway.backup.recipe.LiveRecipes.Captured;
import slipway.program.Installed;

/// A real registry: an image is captured from it, deleted, restored into another registry, and has the same digest there.
class OciImageRecipeTest {

    @TempDir
    private Path folder;

    @Test
    void an_image_has_the_same_digest_in_another_registry_and_a_damaged_layer_is_refused() throws Exception {
        int port = Installed.freePort();
        String image = "127.0.0.1:" + port + "/shop:v1";
        Item item = new Item("image", "oci-image", Map.of(
                "image", image,
                "tls", "false",
                "authentication", "file:" + Files.writeString(folder.resolve("none.json"), "{}\n")));
        Recipe oci = recipe("oci-image", folder.resolve("work"));
        Captured captured;
        try (Installed registry = OciLayout.registry(folder, port)) {
            OciLayout layout = OciLayout.write(folder.resolve("layout"), "files of the shop ");
            Awaitility.await().until(() -> registry.runs() && layout.pushed(image));
            captured = capture(oci, item);
            restore(oci, item, captured, folder.resolve("wanted"));
            assertThat(OciLayout.skopeo(folder, "delete", "--tls-verify=false", "docker://" + image)).isTrue();
            assertThat(LiveRecipes.overwrite(oci, item, captured, folder.resolve("wanted")))
                    .isEqualTo(captured.capture().contents());
        }
        assertThat(captured.capture().contents()).containsOnlyKeys("digest");
        assertThat(restore(oci, item, captured, folder.resolve("scratch"))).isEqualTo(captured.capture().contents());

        Path laid = folder.resolve("laid");
        Tree.read(new ByteArrayInputStream(captured.bytes()), laid, Owners.KEPT);
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
