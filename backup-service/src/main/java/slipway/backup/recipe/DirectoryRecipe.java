package slipway.backup.recipe;

import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Clock;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.apache.commons.compress.archivers.tar.TarArchiveOutputStream;
import org.springframework.stereotype.Component;
import slipway.backup.vault.Disk;

/// A directory of files, as a tar stream. Consistent when nobody writes meanwhile: it is looked at before and after, and a
/// capture during which it changed fails.
@Component
class DirectoryRecipe implements Recipe {

    private static final String PATH = "path";

    private final Clock clock;

    DirectoryRecipe(Clock clock) {
        this.clock = clock;
    }

    @Override
    public String id() {
        return "directory";
    }

    @Override
    public int version() {
        return 1;
    }

    @Override
    public String category() {
        return "configuration";
    }

    @Override
    public String system() {
        return "configuration files";
    }

    @Override
    public List<Parameter> parameters() {
        return List.of(Parameter.path(PATH, "the directory; a symbolic link stands for what it leads to"));
    }

    @Override
    public List<String> byHand() {
        return List.of(
                "Move what is where it has to be out of the way: mv DIRECTORY DIRECTORY.before",
                "cp -a . DIRECTORY (modes, times and symbolic links are as they were; owners are yours: chown -R where others have to own it)");
    }

    @Override
    public Capture capture(Item item, String set, OutputStream out) throws IOException, InterruptedException {
        Path directory = item.path(PATH);
        Path real = real(directory);
        Instant at = clock.instant();
        Tree.Look before = Tree.look(real);
        TarArchiveOutputStream tar = Tree.tar(out);
        Tree.write(real, _ -> true, tar);
        tar.finish();
        if (!Tree.look(real).equals(before)) {
            throw new IOException(directory + " changed while it was read");
        }
        return new Capture(
                "unchanged-during-capture", "sha256:" + before.digest(), at, contents(before), Map.of());
    }

    /// A symbolic link at the top stands for what it leads to.
    private static Path real(Path directory) throws IOException {
        if (!Files.isDirectory(directory)) {
            throw new IOException(directory + " is no directory");
        }
        return directory.toRealPath();
    }

    @Override
    public Map<String, String> look(Item item) throws IOException {
        return contents(Tree.look(real(item.path(PATH))));
    }

    @Override
    public Map<String, String> restore(Item item, Map<String, String> notes, InputStream in, Path scratch)
            throws IOException, InterruptedException {
        Tree.read(in, scratch);
        try (var paths = Files.walk(scratch)) {
            for (Path path : paths.filter(each -> !Files.isSymbolicLink(each)).toList()) {
                Disk.force(path);
            }
        }
        Map<String, String> look = contents(Tree.look(scratch));
        item.smoke(scratch, Map.of());
        return look;
    }

    private static Map<String, String> contents(Tree.Look look) {
        return Map.of("files", String.valueOf(look.files()), "tree", "sha256:" + look.digest());
    }

    @Override
    public Optional<Path> live(Item item) {
        return Optional.of(item.path(PATH));
    }
}
