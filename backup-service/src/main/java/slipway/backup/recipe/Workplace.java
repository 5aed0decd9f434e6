package slipway.backup.recipe;

import java.io.FilterOutputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeMap;
import java.util.concurrent.TimeUnit;
import java.util.function.Predicate;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import slipway.backup.recipe.Act.Exits;
import slipway.backup.vault.Disk;
import slipway.program.Programs;
import slipway.program.Running;

/// Where the acts of a verb are done: a private folder that is gone afterwards, with secrets in files of their own, ports that nobody
/// else uses, and programs that go on until the verb is over. Whatever is told to people has no secret in it.
final class Workplace implements AutoCloseable {

    private static final Logger LOG = LoggerFactory.getLogger(Workplace.class);
    private static final String VERSION = "version";
    private static final int TRIES = 3;
    private static final Duration PAUSE = Duration.ofSeconds(2);
    private static final Duration OFTEN = Duration.ofMillis(200);

    private final Path home;
    private final Hands hands;
    private final Declared recipe;
    private final Served served;
    private final Values values;
    private final Map<String, String> told = new TreeMap<>();
    private final List<String> warnings = new ArrayList<>();
    private String said = "";
    private boolean atCopy;
    private Map<String, String> noted;
    private int version;

    /// @param home made anew; what an attempt before left there is ended and deleted
    /// @param tree where the files are that are captured or were restored
    /// @param given parameters, and what else fills gaps
    Workplace(Path home, Path tree, Declared recipe, Map<String, String> given, Hands hands)
            throws IOException, InterruptedException {
        this.home = home;
        this.hands = hands;
        this.recipe = recipe;
        this.served = new Served(home);
        clear(home);
        Disk.privateDirectory(home);
        try {
            values = new Values(home, tree, recipe, given);
            version = recipe.version();
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
    }

    /// How far it is looked at.
    Map<String, String> noted() {
        Map<String, String> all = new TreeMap<>(noted);
        all.put(VERSION, String.valueOf(version));
        return all;
    }

    Owners owners() {
        return TreeLook.noted(noted);
    }

    /// What its programs start stays when the verb is over: the live system.
    void leaveWhatIsStarted() {
        served.leave();
    }

    List<String> warnings() {
        return List.copyOf(warnings);
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
            case Act.Run run -> run(run, in, out);
            case Act.Serve serve -> serve(serve);
            case Act.Write(var file, var text) -> Secrets.write(Path.of(values.fill(file)), values.fillHidden(text));
            case Act.Survey(var tree, var without, var copied) ->
                tell(survey(Path.of(values.fill(atCopy && copied != null ? copied : tree)), without));
            case Act.Sometimes(var since, var before, var given, var sometimes) -> {
                if (version >= since && version < before && (given == null || values.given(given))) {
                    one(sometimes, in, out);
                }
            }
            case Act.Check(var expected) -> findings().check(expected);
        }
    }

    /// A symbolic link at the top stands for what it leads to.
    private Map<String, String> survey(Path given, Set<String> without) throws IOException {
        Path tree = given.toRealPath();
        Predicate<Path> wanted = path -> !without.contains(path.toString());
        if (!atCopy && noted.containsKey(TreeLook.NOTE)) {
            String known = Oddities.of(tree, wanted, owners());
            if (!known.isEmpty() && !warnings.contains(known)) {
                warnings.add(known);
            }
        }
        return TreeLook.of(tree, wanted, owners()).contents(noted);
    }

    /// What is learnt goes into facts.
    private void tell(Map<String, String> learnt) {
        learnt.forEach((name, value) -> told.put(values.hide(name), values.hide(value)));
    }

    private Findings findings() {
        return new Findings(values.now(), said);
    }

    private void run(Act.Run run, @Nullable InputStream in, @Nullable OutputStream out)
            throws IOException, InterruptedException {
        if (atCopy && run.copied() != null) {
            said = Findings.read(Path.of(values.fill(run.copied())));
            findings().check(run.expected());
            learn(run);
            return;
        }
        long end = System.nanoTime() + run.timeout().toNanos();
        // In a row: whoever has to be asked often may be busy as often.
        int tries = 1;
        while (true) {
            Programs.Ended ended = start(run, in, out);
            boolean again = run.exits().retry().contains(ended.exit()) && tries < TRIES && !run.captured();
            if (!again && settled(run, ended, end)) {
                learn(run);
                return;
            }
            tries = again ? tries + 1 : 1;
            Duration pause = again ? PAUSE : run.every();
            LOG.info("{}: {}, once more", run.argv().getFirst(), values.hide(ended.words()));
            TimeUnit.MILLISECONDS.sleep(pause.toMillis());
        }
    }

    /// Whether it is as far as was waited for.
    private boolean settled(Act.Run run, Programs.Ended ended, long end) throws IOException {
        Exits exits = run.exits();
        if (exits.warn().contains(ended.exit())) {
            warnings.add(values.hide(run.argv().getFirst() + ": " + ended.words()));
        } else if (!exits.ok().contains(ended.exit())) {
            throw new IOException(run.argv().getFirst() + " failed with " + ended.words());
        }
        said = Findings.read(heard(run));
        findings().check(run.expected());
        Optional<String> notYet = findings().fault(run.until());
        if (notYet.isPresent() && System.nanoTime() > end) {
            throw new IOException("after " + run.timeout() + " still: " + notYet.get());
        }
        return notYet.isEmpty();
    }

    /// Where all that it says is written.
    private Path heard(Act.Run run) {
        return run.stdout() == null ? home.resolve("said") : Path.of(values.fill(run.stdout()));
    }

    private void learn(Act.Run run) throws IOException {
        values.learn(findings().take(run.taken()));
        tell(findings().learn(run.told()));
    }

    private Programs.Ended start(Act.Run run, @Nullable InputStream in, @Nullable OutputStream out)
            throws IOException, InterruptedException {
        Hands.Call call = call(run.argv(), run.environment(), run.timeout());
        Path heard = Secrets.write(heard(run), "");
        boolean captures = run.captured() && out != null;
        InputStream captured = run.captured() ? in : null;
        try (InputStream read = run.stdin() == null ? captured : Files.newInputStream(Path.of(values.fill(run.stdin())));
                OutputStream written = captures ? new NotClosed(out) : Files.newOutputStream(heard)) {
            Programs.Ended ended = hands.run(call, read, written);
            // What goes to a file of the recipe's is data, and told to nobody.
            String words = run.stdout() == null ? Findings.beginning(heard) : "";
            return new Programs.Ended(ended.exit(), forPeople(words), forPeople(ended.err()));
        }
    }

    /// The beginning, cut after the secrets are hidden: half of one would not be known as one.
    private String forPeople(String said) {
        String hidden = values.hide(said);
        return hidden.length() > Findings.FOR_PEOPLE ? hidden.substring(0, Findings.FOR_PEOPLE) + " …" : hidden;
    }

    private void serve(Act.Serve serve) throws IOException, InterruptedException {
        Running program = hands.start(call(serve.argv(), serve.environment(), serve.timeout()));
        served.add(program);
        Hands.Call ready = call(serve.ready(), serve.environment(), serve.timeout());
        long end = System.nanoTime() + serve.timeout().toNanos();
        while (hands.run(ready, null, null).exit() != 0) {
            // One that ends may not like the data that it was given; one that goes on may only be slow.
            if (!program.runs()) {
                throw new IOException(serve.argv().getFirst() + " does not get ready: " + program.said());
            }
            if (System.nanoTime() > end) {
                throw new Hindered(serve.argv().getFirst() + " does not get ready within " + serve.timeout() + ": "
                        + program.said());
            }
            TimeUnit.MILLISECONDS.sleep(OFTEN.toMillis());
        }
        // Another one may have taken the port before: ours ends then, as soon as it notices.
        TimeUnit.MILLISECONDS.sleep(OFTEN.toMillis());
        if (!program.runs()) {
            throw new Hindered(serve.argv().getFirst() + " has ended, and another one is ready: " + program.said());
        }
    }

    private Hands.Call call(List<String> argv, Map<String, String> own, Duration patience) throws IOException {
        Map<String, String> environment = new HashMap<>(served.variable());
        environment.put("HOME", home.toString());
        environment.put("LC_ALL", "C.UTF-8");
        own.forEach((name, value) -> environment.put(name, values.fillHidden(value)));
        List<String> filled = values.fill(argv);
        return new Hands.Call(recipe.programs(), filled, home, environment, patience, served::note);
    }

    @Override
    public void close() throws IOException {
        served.close();
        Disk.delete(home);
    }

    /// What is captured goes on after the program.
    private static final class NotClosed extends FilterOutputStream {
        NotClosed(OutputStream out) {
            super(out);
        }

        @Override
        public void write(byte[] bytes, int offset, int length) throws IOException {
            out.write(bytes, offset, length);
        }

        @Override
        public void close() throws IOException {
            flush();
        }
    }
}
