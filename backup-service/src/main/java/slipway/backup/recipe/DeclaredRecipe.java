package slipway.backup.recipe;

import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.time.Clock;
import java.time.Instant;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import java.util.UUID;
import org.apache.commons.compress.archivers.tar.TarArchiveOutputStream;
import org.jspecify.annotations.Nullable;
import slipway.backup.recipe.Declared.Verb;
import slipway.backup.vault.Digest;
import slipway.backup.vault.Disk;

/// A recipe from a file, done by the programs that it names.
final class DeclaredRecipe implements Recipe {

    /// What a captured item is called elsewhere, such as a snapshot in a cloud.
    private static final String NAME = "name";


    private final Declared declared;
    private final Path work;
    private final Hands hands;
    private final Clock clock;

    /// @param work folder for what is only there while it works
    DeclaredRecipe(Declared declared, Path work, Hands hands, Clock clock) {
        this.declared = declared;
        this.work = work;
        this.hands = hands;
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
    public boolean restores(int version) {
        return version == version() || declared.restores().contains(version);
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
    public Map<String, Tier> systems() {
        return declared.systems();
    }

    @Override
    public Map<String, String> faults(Map<String, String> parameters) {
        return declared.surveysOthers() ? Owners.faults(parameters) : Map.of();
    }

    @Override
    public List<Parameter> parameters() {
        return declared.parameters();
    }

    @Override
    public List<String> provenBy() {
        return declared.provenBy();
    }

    @Override
    public List<String> byHand() {
        return declared.byHand();
    }

    @Override
    public boolean capturesOneFile() {
        return declared.stream();
    }

    /// What moved while it was captured cannot be the same in the copy; it has to lie between what it was before and after.
    @Override
    public Capture capture(Item item, String set, OutputStream out) throws IOException, InterruptedException {
        String name = name(set + "/" + item.name());
        Path home = work.resolve(name);
        Path tree = Homes.tree(home);
        Disk.delete(tree);
        try (Homes.Note _ = Homes.note(work, home);
                Workplace place = place(item, home, tree, Map.of("name", name, "captured", name))) {
            Disk.privateDirectory(tree);
            place.act(declared.acts(Verb.PROBE));
            Map<String, String> before = look(place);
            Map<String, String> fingerprint = place.look(declared.acts(Verb.FINGERPRINT));
            Instant at = clock.instant();
            if (declared.stream()) {
                place.act(declared.acts(Verb.CAPTURE), null, out);
            } else {
                place.act(declared.acts(Verb.CAPTURE));
                Oddities.of(tree, _ -> true, place.owners());
                TarArchiveOutputStream tar = Tree.tar(out);
                Tree.write(tree, _ -> true, tar);
                tar.finish();
            }
            Map<String, String> contents = Moved.between(before, look(place));
            Map<String, String> notes = new TreeMap<>(place.noted());
            notes.put(NAME, name);
            if (!place.warnings().isEmpty()) {
                notes.put(Capture.WARNINGS, String.join("; ", place.warnings()));
            }
            return new Capture(declared.consistency(), words(fingerprint, contents), at, contents, notes);
        } finally {
            Disk.delete(tree);
        }
    }

    @Override
    public Map<String, String> look(Item item) throws IOException, InterruptedException {
        return look(item, null);
    }

    /// @param notes null: as far as anything captured now would be looked at
    @Override
    public Map<String, String> look(Item item, @Nullable Map<String, String> notes)
            throws IOException, InterruptedException {
        String name = name("look/" + item.name() + "/" + UUID.randomUUID());
        Path home = Looks.mine(work).resolve(name);
        Path tree = Homes.tree(home);
        try (Workplace place = place(item, home, tree, Map.of("name", name, "captured", name))) {
            Disk.privateDirectory(tree);
            if (notes != null) {
                place.lookAs(notes);
            }
            return look(place);
        } finally {
            Disk.delete(tree);
        }
    }

    /// Of what is not told otherwise, what it looks like is its fingerprint.
    private static String words(Map<String, String> fingerprint, Map<String, String> contents) {
        Map<String, String> told = new TreeMap<>(fingerprint.isEmpty() ? contents : fingerprint);
        return "sha256:" + Digest.of(told.toString().getBytes(StandardCharsets.UTF_8));
    }

    private static String name(String of) {
        return "slipway-" + Digest.of(of.getBytes(StandardCharsets.UTF_8)).substring(0, 16);
    }

    private Workplace place(Item item, Path home, Path tree, Map<String, String> names)
            throws IOException, InterruptedException {
        Map<String, String> given = new HashMap<>(item.parameters());
        given.putAll(names);
        return new Workplace(home, tree, declared, given, hands);
    }

    private Map<String, String> look(Workplace place) throws IOException, InterruptedException {
        Map<String, String> told = place.look(declared.acts(Verb.LOOK));
        if (told.isEmpty()) {
            throw new IOException(declared.id() + " tells nothing of " + declared.system() + " that could be compared");
        }
        return told;
    }

    @Override
    public Map<String, String> restore(Item item, Map<String, String> notes, InputStream in, Path scratch)
            throws IOException, InterruptedException {
        Map<String, String> names = Map.of(
                "name", name(scratch.toString()), "captured", notes.getOrDefault(NAME, ""));
        try (Homes.Note _ = Homes.note(work, home(scratch));
                Workplace place = place(item, home(scratch), scratch, names)) {
            place.lookAs(notes);
            place.act(declared.acts(Verb.CLEANUP));
            Map<String, String> copy;
            try {
                copy = restore(item, place, in, scratch);
            } catch (IOException | InterruptedException e) {
                tidy(place, e);
                throw e;
            }
            place.act(declared.acts(Verb.CLEANUP));
            return copy;
        }
    }

    private void tidy(Workplace place, Exception why) throws InterruptedException {
        try {
            place.act(declared.acts(Verb.CLEANUP));
        } catch (IOException e) {
            why.addSuppressed(e);
        }
    }

    private Map<String, String> restore(Item item, Workplace place, InputStream in, Path scratch)
            throws IOException, InterruptedException {
        if (declared.stream()) {
            Disk.privateDirectory(scratch);
            place.act(declared.acts(Verb.RESTORE_SCRATCH), in, null);
        } else {
            Tree.read(in, scratch, place.owners());
            place.act(declared.acts(Verb.VERIFY));
            place.act(declared.acts(Verb.RESTORE_SCRATCH));
        }
        place.turnToCopy();
        Map<String, String> copy = look(place);
        item.smoke(scratch, place.parameters());
        return copy;
    }

    private static Path home(Path scratch) {
        return scratch.resolveSibling("." + scratch.getFileName() + ".work");
    }

    @Override
    public void release(Path scratch) throws IOException {
        Workplace.clear(home(scratch));
    }

    @Override
    public Optional<Path> live(Item item) {
        String parameter = declared.replaces();
        return parameter == null ? Optional.empty() : Optional.of(item.path(parameter));
    }

    @Override
    public boolean overwrites(Item item) {
        return !declared.acts(Verb.RESTORE).isEmpty();
    }

    @Override
    public Map<String, String> overwrite(Item item, Map<String, String> notes, Path tree)
            throws IOException, InterruptedException {
        Map<String, String> names = Map.of(
                "name", name(tree.toString()), "captured", notes.getOrDefault(NAME, ""));
        try (Workplace place = place(item, home(tree), tree, names)) {
            place.lookAs(notes);
            place.leaveWhatIsStarted();
            place.act(declared.acts(Verb.RESTORE));
            return look(place);
        }
    }

    @Override
    public void putIn(Item item, Map<String, String> notes) throws IOException, InterruptedException {
        Path live = live(item).orElseThrow();
        // Items of two plans may have the same name.
        String name = name("reload/" + live);
        try (Workplace place = place(item, work.resolve(name), live, Map.of("name", name, "captured", name))) {
            place.leaveWhatIsStarted();
            place.act(declared.acts(Verb.RELOAD));
        }
    }
}
