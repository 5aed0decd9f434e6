package slipway.backup.recipe;

import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Clock;
import java.util.Arrays;
import java.util.Map;
import java.util.TreeMap;
import java.util.stream.Stream;
import org.springframework.core.io.ClassPathResource;
import org.springframework.core.io.support.PathMatchingResourcePatternResolver;

/// Recipes that come with the service, against systems of this machine.
final class LiveRecipes {

    private LiveRecipes() {}

    /// Of every recipe that comes with the service.
    static Stream<String> ids() {
        try {
            return Arrays.stream(new PathMatchingResourcePatternResolver().getResources("classpath:recipes/*.yaml"))
                    .map(each -> String.valueOf(each.getFilename()).replace(".yaml", ""))
                    .sorted();
        } catch (IOException e) {
            throw new IllegalStateException(e);
        }
    }

    static Declared declared(String id) {
        try {
            return RecipeFile.read(id, new ClassPathResource("recipes/" + id + ".yaml").getContentAsByteArray());
        } catch (IOException e) {
            throw new IllegalStateException(e);
        }
    }

    static Recipe recipe(String id, Path work) {
        return new DeclaredRecipe(declared(id), work, ProgramFolders.USUAL, Clock.systemUTC());
    }

    /// What was captured, as it would be sealed.
    record Captured(Capture capture, byte[] bytes) {}

    static Captured capture(Recipe recipe, Item item) throws Exception {
        ByteArrayOutputStream out = new ByteArrayOutputStream();
        Capture capture = recipe.capture(item, "BKP-1", out);
        return new Captured(capture, out.toByteArray());
    }

    static Map<String, String> restore(Recipe recipe, Item item, Captured captured, Path scratch) throws Exception {
        return new TreeMap<>(recipe.restore(
                item, captured.capture().notes(), new ByteArrayInputStream(captured.bytes()), scratch));
    }

    /// Writes over the live system what was restored on trial before.
    ///
    /// @return what the live one looks like then
    static Map<String, String> overwrite(Recipe recipe, Item item, Captured captured, Path tree) throws Exception {
        return new TreeMap<>(recipe.overwrite(item, captured.capture().notes(), tree));
    }

    /// A tree as it was captured, with one file damaged.
    static Captured damaged(Captured captured, Path folder, String file, Damage damage) throws Exception {
        Path tree = folder.resolve("damaged-" + System.nanoTime());
        Tree.read(new ByteArrayInputStream(captured.bytes()), tree, Owners.KEPT);
        Path path = tree.resolve(file);
        Files.write(path, damage.of(Files.readAllBytes(path)));
        return new Captured(captured.capture(), tarOf(tree));
    }

    /// A tree as a version before left it, which did not write that file.
    static Captured without(Captured captured, Path folder, String file) throws Exception {
        Path tree = folder.resolve("without-" + System.nanoTime());
        Tree.read(new ByteArrayInputStream(captured.bytes()), tree, Owners.KEPT);
        Files.delete(tree.resolve(file));
        return new Captured(captured.capture(), tarOf(tree));
    }

    private static byte[] tarOf(Path tree) throws Exception {
        ByteArrayOutputStream out = new ByteArrayOutputStream();
        var tar = Tree.tar(out);
        Tree.write(tree, _ -> true, tar);
        tar.finish();
        return out.toByteArray();
    }

    /// With what a version before noted and looked at.
    static Captured asOf(int version, Captured captured, Recipe recipe, Item item) throws Exception {
        Capture capture = captured.capture();
        Map<String, String> notes = new TreeMap<>(capture.notes());
        notes.put("version", String.valueOf(version));
        return new Captured(
                new Capture(capture.consistency(), capture.fingerprint(), capture.recoveryPoint(), recipe.look(item, notes), notes),
                captured.bytes());
    }

    interface Damage {
        byte[] of(byte[] bytes);
    }

    static byte[] flipped(byte[] bytes) {
        byte[] copy = bytes.clone();
        copy[copy.length / 2] ^= 0x01;
        return copy;
    }

    static byte[] cut(byte[] bytes) {
        return Arrays.copyOf(bytes, bytes.length * 3 / 4);
    }
}
