package slipway.backup.recipe;

import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.function.Predicate;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;
import slipway.backup.vault.Disk;

/// Where the acts of a verb are done: a private folder that is gone afterwards, with secrets in files of their own, ports that nobody
/// else uses, and programs that go on until the verb is over. Whatever is told to people has no secret in it.
final class Workplace implements AutoCloseable {

    private static final String VERSION = "version";
    private static final String GIVEN = "given";

    private final Path home;
    private final Declared recipe;
    private final Served served;
    private final Values values;
    private final Errands errands;
    private final InMemory memory;
    private final Map<String, String> told = new TreeMap<>();
    private final List<String> warnings = new ArrayList<>();
    private boolean atCopy;
    private Map<String, String> noted;
    private int version;
    private Set<String> chosen;

    /// @param home made anew; what an attempt before left there is ended and deleted
    /// @param tree where the files are that are captured or were restored
    /// @param given parameters, and what else fills gaps
    Workplace(Path home, Path tree, Declared recipe, Map<String, String> given, Hands hands)
            throws IOException, InterruptedException {
        this.home = home;
        this.recipe = recipe;
        this.served = new Served(home);
        clear(home);
        Disk.privateDirectory(home);
        try {
            // A secret that lies there is deleted also if this process is killed now.
            served.claim();
            values = new Values(home, tree, recipe, given, hands);
            memory = InMemory.in(home);
            values.learn(Map.of("memory", memory.path().toString()));
            errands = new Errands(home, recipe, hands, served, values);
            version = recipe.version();
            chosen = recipe.choices().stream().filter(values::given).collect(Collectors.toCollection(TreeSet::new));
            noted = asNow(recipe, given);
        } catch (IOException | InterruptedException | RuntimeException e) {
            // Nobody has it yet who could close it, and one of its secrets may lie there.
            Disk.delete(home);
            throw e;
        }
    }

    private static Map<String, String> asNow(Declared recipe, Map<String, String> given) throws IOException {
        if (!recipe.surveys()) {
            return Map.of();
        }
        Owners owners = recipe.surveysOthers()
                ? Owners.of(given.getOrDefault(Owners.PARAMETER, Owners.KEPT.word()))
                : Owners.RESTORER;
        return Map.of(TreeLook.NOTE, TreeLook.note(owners));
    }

    /// Ends and deletes what an attempt that was killed left.
    static void clear(Path home) throws IOException {
        Served.endAll(home);
        Disk.delete(home);
    }

    /// From now on the restored copy is looked at: by other values than the live system, and by files where it has nothing else.
    void turnToCopy() throws IOException {
        atCopy = true;
        values.turnToCopy();
    }

    /// As they are now, of secrets the file.
    Map<String, String> parameters() {
        return values.parameters();
    }

    /// Everything is looked at as far as was noted at capture.
    void lookAs(Map<String, String> notes) {
        // Before this was noted, no recipe minded.
        version = Integer.parseInt(notes.getOrDefault(VERSION, "1"));
        noted = recipe.surveys() ? notes : Map.of();
        // What a plan says since does not change what a set has. Before this was noted, it is as the plan says.
        String given = notes.get(GIVEN);
        chosen = given == null ? chosen : Set.of(given.split(","));
    }

    /// How far it is looked at.
    Map<String, String> noted() {
        Map<String, String> all = new TreeMap<>(noted);
        all.put(VERSION, String.valueOf(version));
        if (!recipe.choices().isEmpty()) {
            all.put(GIVEN, String.join(",", chosen));
        }
        return all;
    }

    Owners owners() {
        return TreeLook.noted(noted);
    }

    /// What its programs start stays when the verb is over: the live system.
    void leaveWhatIsStarted() throws IOException {
        served.leave();
    }

    List<String> warnings() {
        return Stream.concat(warnings.stream(), errands.warnings().stream()).toList();
    }

    /// What is learnt by these acts, by name.
    Map<String, String> look(List<Act> acts) throws IOException, InterruptedException {
        told.clear();
        act(acts);
        return Map.copyOf(told);
    }

    void act(List<Act> acts) throws IOException, InterruptedException {
        act(acts, null, null);
    }

    /// @param in what was captured; null: none of the acts reads it
    /// @param out gets what is captured; null: none of the acts writes it
    void act(List<Act> acts, @Nullable InputStream in, @Nullable OutputStream out)
            throws IOException, InterruptedException {
        for (Act act : acts) {
            try {
                one(act, in, out);
            } catch (Hindered e) {
                throw new Hindered(values.hide(e.getMessage()));
            } catch (IOException | RuntimeException e) {
                throw new IOException(values.hide(String.valueOf(e.getMessage())));
            }
        }
    }

    private void one(Act act, @Nullable InputStream in, @Nullable OutputStream out)
            throws IOException, InterruptedException {
        switch (act) {
            case Act.Run run ->
                tell(atCopy && run.copied() != null ? errands.read(run, run.copied()) : errands.run(run, in, out));
            case Act.Serve serve -> errands.serve(serve);
            case Act.Write(var file, var text) -> Secrets.write(Path.of(values.fill(file)), values.fillHidden(text));
            case Act.Survey survey -> tell(survey(survey));
            case Act.Sometimes(var since, var before, var given, var sometimes) -> {
                if (version >= since && version < before && (given == null || chosen.contains(given))) {
                    one(sometimes, in, out);
                }
            }
            // What all of them would say of the live system is in one file.
            case Act.Each(_, Act.Run run) when atCopy && run.copied() != null -> one(run, in, out);
            case Act.Each(var folder, var repeated) -> {
                for (Path file : files(Path.of(values.fill(folder)))) {
                    values.learn(Map.of(Act.Each.FILE, file.toString(), Act.Each.NAME, file.getFileName().toString()));
                    one(repeated, in, out);
                }
            }
            case Act.Check(var expected) -> errands.findings().check(expected);
        }
    }

    private static List<Path> files(Path folder) throws IOException {
        try (var files = Files.list(folder)) {
            return files.sorted().toList();
        }
    }

    /// A symbolic link at the top stands for what it leads to.
    private Map<String, String> survey(Act.Survey survey) throws IOException {
        Path given = Path.of(values.fill(atCopy && survey.copied() != null ? survey.copied() : survey.tree()));
        Path tree = given.toRealPath();
        if (atCopy) {
            within(tree, given);
        }
        Predicate<Path> wanted = path -> !survey.without().contains(path.toString());
        if (!atCopy && noted.containsKey(TreeLook.NOTE)) {
            String known = Oddities.of(tree, wanted, owners(), survey.attributes());
            if (!known.isEmpty() && !warnings.contains(known)) {
                warnings.add(known);
            }
        }
        Map<String, String> contents = TreeLook.of(tree, wanted, owners()).contents(noted);
        if (survey.attributes() && Attributes.known()) {
            contents.put("extended attributes", "sha256:" + Attributes.digest(tree, wanted));
        }
        return contents;
    }

    /// Whatever a link in a copy leads to elsewhere is no copy: as a rule it is the live system, which is always like itself.
    private void within(Path real, Path given) throws IOException {
        for (String place : List.of("{tree}", "{work}")) {
            Path folder = Path.of(values.fill(place));
            if (Files.exists(folder) && real.startsWith(folder.toRealPath())) {
                return;
            }
        }
        throw new IOException("the copy " + given + " is a symbolic link out of what was restored, to " + real + ": nothing of that was compared");
    }

    /// What is learnt goes into facts.
    private void tell(Map<String, String> learnt) {
        learnt.forEach((name, value) -> told.put(values.hide(name), values.hide(value)));
    }

    @Override
    public void close() throws IOException {
        served.close();
        memory.delete();
        Disk.delete(home);
    }
}
