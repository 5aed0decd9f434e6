package slipway.backup.recipe;

import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.nio.file.Path;
import java.time.Clock;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import java.util.UUID;
import org.apache.commons.compress.archivers.tar.TarArchiveOutputStream;
import slipway.backup.recipe.Declared.Verb;
import slipway.backup.vault.Disk;

/// A recipe from a file, done by the programs that it names.
final class DeclaredRecipe implements Recipe {

    private final Declared declared;
    private final Path work;
    private final ProgramFolders folders;
    private final Clock clock;

    /// @param work folder for what is only there while it works
    DeclaredRecipe(Declared declared, Path work, ProgramFolders folders, Clock clock) {
        this.declared = declared;
        this.work = work;
        this.folders = folders;
        this.clock = clock;
    }

    @Override
    public String id() {
        return declared.id();
    }

    @Override
    public int version() {
        return declared.version();
    }

    @Override
    public String category() {
        return declared.category().word();
    }

    @Override
    public String system() {
        return declared.system();
    }

    @Override
    public Tier tier() {
        return declared.tier();
    }

    @Override
    public List<Parameter> parameters() {
        return declared.parameters();
    }

    /// What moved while it was captured cannot be the same in the copy; it has to lie between what it was before and after.
    @Override
    public Capture capture(Item item, OutputStream out) throws IOException, InterruptedException {
        Path home = work.resolve("capture-" + UUID.randomUUID());
        Path tree = home.resolveSibling(home.getFileName() + ".tree");
        try (Workplace place = new Workplace(home, tree, declared, item.parameters(), folders)) {
            Disk.privateDirectory(tree);
            place.act(declared.acts(Verb.PROBE));
            Map<String, String> before = look(place);
            String fingerprint = fingerprint(place);
            Instant at = clock.instant();
            if (declared.stream()) {
                place.act(declared.acts(Verb.CAPTURE), null, out);
            } else {
                place.act(declared.acts(Verb.CAPTURE));
                TarArchiveOutputStream tar = Tree.tar(out);
                Tree.write(tree, _ -> true, tar);
                tar.finish();
            }
            Map<String, String> after = look(place);
            place.act(declared.acts(Verb.CLEANUP));
            Map<String, String> notes = new TreeMap<>();
            if (!place.warnings().isEmpty()) {
                notes.put("warnings", String.join("; ", place.warnings()));
            }
            return new Capture(declared.consistency(), fingerprint, at, Moved.between(before, after), notes);
        } finally {
            Disk.delete(tree);
        }
    }

    private Map<String, String> look(Workplace place) throws IOException, InterruptedException {
        Map<String, String> told = place.look(declared.acts(Verb.LOOK));
        if (told.isEmpty()) {
            throw new IOException(declared.id() + " tells nothing of " + declared.system() + " that could be compared");
        }
        return told;
    }

    private String fingerprint(Workplace place) throws IOException, InterruptedException {
        Map<String, String> told = place.look(declared.acts(Verb.FINGERPRINT));
        return told.isEmpty() ? "none" : new TreeMap<>(told).toString();
    }

    @Override
    public Map<String, String> restore(Item item, Map<String, String> notes, InputStream in, Path scratch)
            throws IOException, InterruptedException {
        try (Workplace place = new Workplace(home(scratch), scratch, declared, item.parameters(), folders)) {
            if (!declared.stream()) {
                Tree.read(in, scratch);
                place.act(declared.acts(Verb.VERIFY));
                place.act(declared.acts(Verb.RESTORE_SCRATCH));
            } else {
                Disk.privateDirectory(scratch);
                place.act(declared.acts(Verb.RESTORE_SCRATCH), in, null);
            }
            place.turnTo(declared.scratch());
            return look(place);
        }
    }

    private static Path home(Path scratch) {
        return scratch.resolveSibling("." + scratch.getFileName() + ".work");
    }

    @Override
    public void release(Path scratch) throws IOException, InterruptedException {
        Workplace.end(home(scratch));
        Disk.delete(home(scratch));
    }

    @Override
    public Optional<Path> live(Item item) {
        String name = declared.replaces();
        return name == null ? Optional.empty() : Optional.of(item.path(name));
    }
}
