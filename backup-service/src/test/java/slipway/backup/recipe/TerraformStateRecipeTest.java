package slipway.backup.recipe;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static slipway.backup.recipe.LiveRecipes.capture;
import static slipway.backup.recipe.LiveRecipes.damaged;
import static slipway.backup.recipe.LiveRecipes.recipe;
import static slipway.backup.recipe.LiveRecipes.restore;

import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;
import org.junit.jupiter.api.DynamicTest;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestFactory;
import org.junit.jupiter.api.io.TempDir;
import slipway.backup.recipe.LiveRecipes.Captured;
import slipway.program.Programs;

/// State of Terraform: its file, and what Terraform itself says of it where it is installed.
class TerraformStateRecipeTest {

    private static final Path TERRAFORM = Path.of("/usr/local/bin/terraform");

    @TempDir
    private Path folder;

    private Item item(String recipe) {
        return new Item("it", recipe, recipe.equals("terraform-state-file")
                ? Map.of("directory", shop().toString(), "file", "terraform.tfstate")
                : Map.of("directory", shop().toString()));
    }

    private Path shop() {
        return folder.resolve("shop");
    }

    private Path state(int serial, String resources) throws Exception {
        return Files.writeString(Files.createDirectories(shop()).resolve("terraform.tfstate"), """
                {"version": 4, "terraform_version": "1.11.4", "serial": %d, "lineage": "3f1d", "outputs": {}, "resources": [%s]}
                """.formatted(serial, resources));
    }

    private static String resource(String name) {
        return """
                {"mode": "managed", "type": "terraform_data", "name": "%s", "instances": []}""".formatted(name);
    }

    @Test
    void a_state_file_comes_back_as_it_was_and_an_older_serial_is_told() throws Exception {
        Recipe file = recipe("terraform-state-file", folder.resolve("work"));
        Item item = item("terraform-state-file");
        Path live = state(7, resource("shop"));
        Captured captured = capture(file, item);
        assertThat(captured.capture().contents())
                .containsEntry("lineage", "3f1d").containsEntry("serial", "7").containsEntry("resources", "1");
        String was = Files.readString(live);

        state(8, resource("shop") + "," + resource("added"));
        assertThat(file.look(item)).containsEntry("serial", "8").containsEntry("resources", "2");
        assertThat(restore(file, item, captured, folder.resolve("scratch"))).isEqualTo(captured.capture().contents());
        assertThat(folder.resolve("scratch/terraform.tfstate")).hasContent(was);
        assertThat(LiveRecipes.overwrite(file, item, captured, folder.resolve("scratch")))
                .isEqualTo(captured.capture().contents());
        assertThat(live).hasContent(was);

        assertThatThrownBy(() -> restore(
                        file, item, damaged(captured, folder, "terraform.tfstate", LiveRecipes::cut), folder.resolve("cut")))
                .hasMessageContaining("is no JSON");
        Captured other = damaged(captured, folder, "terraform.tfstate", bytes -> new String(bytes, StandardCharsets.UTF_8)
                .replace("\"serial\": 7", "\"serial\": 6")
                .getBytes(StandardCharsets.UTF_8));
        assertThat(restore(file, item, other, folder.resolve("older")))
                .containsEntry("serial", "6")
                .isNotEqualTo(captured.capture().contents());
    }

    @Test
    void a_state_that_is_being_written_or_has_nothing_in_it_is_no_backup() throws Exception {
        Recipe file = recipe("terraform-state-file", folder.resolve("work"));
        state(7, resource("shop"));
        Path lock = Files.writeString(shop().resolve(".terraform.tfstate.lock.info"), "{\"ID\": \"1\"}");
        assertThatThrownBy(() -> capture(file, item("terraform-state-file")))
                .hasMessageContaining(".terraform.tfstate.lock.info");
        Files.delete(lock);
        state(8, "");
        assertThatThrownBy(() -> capture(file, item("terraform-state-file")))
                .hasMessageContaining("has 0 at /resources, at least 1");
        Files.writeString(shop().resolve("terraform.tfstate"), "");
        assertThatThrownBy(() -> capture(file, item("terraform-state-file"))).hasMessageContaining("nothing is at /lineage");
    }

    private Programs.Ended ended(String... words) throws Exception {
        List<String> argv = new ArrayList<>(List.of(TERRAFORM.toString(), "-chdir=" + shop()));
        argv.addAll(List.of(words));
        return Programs.run(
                argv, folder, Map.of("HOME", folder.toString(), "CHECKPOINT_DISABLE", "1"), Duration.ofMinutes(2));
    }

    private void terraform(String... words) throws Exception {
        Programs.Ended ended = ended(words);
        assertThat(ended.exit()).as(ended.words()).isZero();
    }

    private void apply(String input) throws Exception {
        Files.writeString(shop().resolve("main.tf"), """
                resource "terraform_data" "shop" {
                  input = "%s"
                }
                """.formatted(input));
        terraform("apply", "-auto-approve", "-input=false");
    }

    /// Debian does not have it: where it is not, there is no such test.
    @TestFactory
    Stream<DynamicTest> with_terraform_itself() {
        return Stream.of(TERRAFORM)
                .filter(Files::isExecutable)
                .map(_ -> DynamicTest.dynamicTest(
                        "its state comes back, an older one only by force", this::comesBackFromTerraform));
    }

    private void comesBackFromTerraform() throws Exception {
        Files.createDirectories(shop());
        terraform("init", "-input=false");
        apply("green");
        Recipe terraform = recipe("terraform-state", folder.resolve("work"));
        Captured captured = capture(terraform, item("terraform-state"));
        assertThat(captured.capture().contents()).containsEntry("resources", "1");
        Recipe file = recipe("terraform-state-file", folder.resolve("work-file"));
        Captured ofFile = capture(file, item("terraform-state-file"));
        assertThat(ofFile.capture().contents())
                .as("both see the same state")
                .containsEntry("resources", captured.capture().contents().get("resources"))
                .containsEntry("lineage", captured.capture().contents().get("lineage"));

        apply("blue");
        assertThat(terraform.look(item("terraform-state"))).isNotEqualTo(captured.capture().contents());
        Path scratch = folder.resolve("scratch");
        assertThat(restore(terraform, item("terraform-state"), captured, scratch)).isEqualTo(captured.capture().contents());

        String old = scratch.resolve("terraform.tfstate").toString();
        assertThat(ended("state", "push", old).words()).contains("serial");
        assertThat(LiveRecipes.overwrite(terraform, item("terraform-state"), captured, scratch))
                .isEqualTo(captured.capture().contents());
        assertThat(Files.readString(shop().resolve("terraform.tfstate"))).contains("green").doesNotContain("blue");
        assertThat(ended("plan", "-detailed-exitcode", "-input=false").exit())
                .as("the state is back, what it stands for is not")
                .isEqualTo(2);
        Captured cut = damaged(captured, folder, "terraform.tfstate", LiveRecipes::cut);
        assertThatThrownBy(() -> restore(terraform, item("terraform-state"), cut, folder.resolve("cut")))
                .hasMessageContaining("terraform failed with exit 1");
    }
}
