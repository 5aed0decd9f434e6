package slipway.backup;

import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import slipway.backup.recipe.Capture;
import slipway.backup.recipe.Item;
import slipway.backup.recipe.Parameter;
import slipway.backup.recipe.Recipe;

/// A system whose data are one directory with one file; it only opens with data it likes.
final class ShopRecipe implements Recipe {
    static final Instant CAPTURED = Instant.parse("2026-03-02T10:00:00Z");

    String dislikes = "";
    List<String> provenBy = List.of();
    boolean dies;
    boolean stumbles;
    boolean locks;
    boolean open = true;

    @Override
    public String id() {
        return "shop";
    }

    @Override
    public int version() {
        return 1;
    }

    @Override
    public List<String> provenBy() {
        return provenBy;
    }

    @Override
    public String category() {
        return "databases";
    }

    @Override
    public String system() {
        return "shop";
    }

    @Override
    public List<Parameter> parameters() {
        return List.of(new Parameter("path", Parameter.Type.PATH, null, "where it lies"));
    }

    private static Path path(Item item) {
        return Path.of(item.parameters().get("path"));
    }

    @Override
    public Capture capture(Item item, String set, OutputStream out) throws IOException {
        String data = Files.readString(path(item).resolve("data"));
        out.write(data.getBytes(StandardCharsets.UTF_8));
        return new Capture("c", "f", CAPTURED, Map.of("data", data), Map.of());
    }

    @Override
    public Map<String, String> look(Item item) throws IOException {
        return Map.of("data", Files.readString(path(item).resolve("data")));
    }

    @Override
    public Map<String, String> restore(Item item, Map<String, String> notes, InputStream in, Path scratch)
            throws IOException {
        Files.createDirectory(scratch);
        Files.write(scratch.resolve("data"), in.readAllBytes());
        return Map.of("data", Files.readString(scratch.resolve("data")));
    }

    @Override
    public Optional<Path> live(Item item) {
        return Optional.of(path(item));
    }

    @Override
    public void takeOut(Item item, Map<String, String> notes) throws IOException {
        open = false;
        if (locks) {
            // What a mount point does: it cannot be moved.
            Path aside = path(item).resolveSibling(path(item).getFileName() + ".before-" + RestoringTest.SET);
            Files.createDirectory(aside);
            Files.createFile(aside.resolve("in the way"));
        }
    }

    @Override
    public void putIn(Item item, Map<String, String> notes) throws IOException {
        if (stumbles && Files.readString(path(item).resolve("data")).equals("good")) {
            throw new IllegalStateException("over its own feet");
        }
        if (dies) {
            throw new AssertionError("killed");
        }
        if (!open && Files.readString(path(item).resolve("data")).equals(dislikes)) {
            throw new IOException("it does not open");
        }
        open = true;
    }
}
