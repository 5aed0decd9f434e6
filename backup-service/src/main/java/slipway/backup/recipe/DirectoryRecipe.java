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
import java.util.TreeMap;
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
        return 2;
    }

    /// What the first one sealed has no owners, and is looked at without.
    @Override
    public boolean restores(int version) {
        return version == 1 || version == version();
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
        return List.of(
                Parameter.path(PATH, "the directory; a symbolic link stands for what it leads to"),
                new Parameter(Owners.PARAMETER, Parameter.Type.NAME, Owners.KEPT.word(), Owners.DOC));
    }

    @Override
    public List<String> byHand() {
        return List.of(
                "Move what is where it has to be out of the way: mv DIRECTORY DIRECTORY.before",
                "cp -a . DIRECTORY (as root, all of it is as it was, owners too, by their numbers; otherwise owners are yours: chown -R where others have to"
                        + " own it)");
    }

    @Override
    public Capture capture(Item item, String set, OutputStream out) throws IOException, InterruptedException {
        Path directory = item.path(PATH);
        Path real = real(directory);
        Instant at = clock.instant();
        Owners owners = owners(item);
        Map<String, String> notes = new TreeMap<>(Map.of(TreeLook.NOTE, TreeLook.note(owners)));
        String known = Oddities.of(real, _ -> true, owners);
        if (!known.isEmpty()) {
            notes.put(Capture.WARNINGS, known);
        }
        TreeLook before = TreeLook.of(real, _ -> true, owners);
        TarArchiveOutputStream tar = Tree.tar(out);
        Tree.write(real, _ -> true, tar);
        tar.finish();
        if (!TreeLook.of(real, _ -> true, owners).equals(before)) {
            throw new IOException(directory + " changed while it was read");
        }
        return new Capture("unchanged-during-capture", "sha256:" + before.digest(), at, before.contents(notes), notes);
    }

    private static Owners owners(Item item) throws IOException {
        return Owners.of(item.parameters().getOrDefault(Owners.PARAMETER, Owners.KEPT.word()));
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
        return look(item, Map.of(TreeLook.NOTE, TreeLook.note(owners(item))));
    }

    @Override
    public Map<String, String> look(Item item, Map<String, String> notes) throws IOException {
        Path real = real(item.path(PATH));
        if (notes.containsKey(TreeLook.NOTE)) {
            Oddities.of(real, _ -> true, TreeLook.noted(notes));
        }
        return TreeLook.of(real, _ -> true, TreeLook.noted(notes)).contents(notes);
    }

    @Override
    public Map<String, String> restore(Item item, Map<String, String> notes, InputStream in, Path scratch)
            throws IOException, InterruptedException {
        Owners owners = TreeLook.noted(notes);
        Tree.read(in, scratch, owners);
        try (var paths = Files.walk(scratch)) {
            for (Path path : paths.filter(each -> !Files.isSymbolicLink(each)).toList()) {
                Disk.force(path);
            }
        }
        Map<String, String> look = TreeLook.of(scratch, _ -> true, owners).contents(notes);
        item.smoke(scratch, Map.of());
        return look;
    }

    @Override
    public Map<String, String> faults(Map<String, String> parameters) {
        return Owners.faults(parameters);
    }

    @Override
    public Optional<Path> live(Item item) {
        return Optional.of(item.path(PATH));
    }
}
