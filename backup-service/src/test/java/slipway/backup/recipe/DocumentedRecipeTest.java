package slipway.backup.recipe;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Clock;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.DynamicContainer;
import org.junit.jupiter.api.DynamicNode;
import org.junit.jupiter.api.DynamicTest;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestFactory;
import org.junit.jupiter.api.io.TempDir;
import slipway.backup.recipe.LiveRecipes.Captured;

/// Recipes for systems that are not here: what they run is compared with `documented/<id>.yaml`, and answers are read from there. They
/// are written down from the documentation of the tools; that a system answers so, no test here shows, so the tier is CONTRACT_ONLY.
class DocumentedRecipeTest {

    @TempDir
    private Path folder;

    private static List<String> ids() {
        return LiveRecipes.ids().filter(Documented::exists).toList();
    }

    @Test
    void every_recipe_that_no_real_system_proves_has_documented_answers() {
        assertThat(LiveRecipes.ids().filter(id -> LiveRecipes.declared(id).tier() == Tier.CONTRACT_ONLY))
                .allSatisfy(id -> assertThat(Documented.exists(id)).as(id).isTrue());
    }

    @TestFactory
    Stream<DynamicNode> what_is_run_and_how_answers_are_read() {
        return ids().stream().map(id -> {
            Documented documented = Documented.read(id);
            return DynamicContainer.dynamicContainer(id, Stream.concat(
                    Stream.of(DynamicTest.dynamicTest("captured and restored", () -> comesBack(id, documented))),
                    documented.lies().stream().map(lie -> DynamicTest.dynamicTest(
                            lie.what(), () -> isFoundOut(id, documented, lie)))));
        });
    }

    private void comesBack(String id, Documented documented) throws Exception {
        Player player = new Player(documented.answers());
        Captured captured = capture(id, documented, player);
        assertThat(captured.capture().contents()).isEqualTo(documented.contents());
        assertThat(restore(id, documented, player, captured)).isEqualTo(documented.contents());
        assertThat(player.unused()).as("documented, and never run").isEmpty();
    }

    private void isFoundOut(String id, Documented documented, Documented.Lie lie) {
        Player player = new Player(documented.answersWith(lie));
        assertThatThrownBy(() -> restore(id, documented, player, capture(id, documented, player)))
                .hasMessageContaining(lie.told());
        assertThat(player.unused(lie.answer())).as("the answer that lies is asked for").isFalse();
    }

    private Captured capture(String id, Documented documented, Player player) throws Exception {
        return LiveRecipes.capture(recipe(id, player), item(id, documented));
    }

    /// A restored copy that differs is found by comparing, so that it counts as found out here.
    private Object restore(String id, Documented documented, Player player, Captured captured) throws Exception {
        Path scratch = Files.createTempDirectory(folder, "scratch").resolve("copy");
        var copy = LiveRecipes.restore(recipe(id, player), item(id, documented), captured, scratch);
        if (!copy.equals(documented.contents()) || !copy.equals(captured.capture().contents())) {
            throw new IOException("the copy is " + copy + " instead of " + captured.capture().contents());
        }
        return copy;
    }

    private Recipe recipe(String id, Player player) {
        return new DeclaredRecipe(LiveRecipes.declared(id), folder.resolve("work"), player, Clock.systemUTC());
    }

    private Item item(String id, Documented documented) throws IOException {
        return new Item(id, id, documented.given(LiveRecipes.declared(id), folder));
    }
}
