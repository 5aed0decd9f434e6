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
import java.util.Objects;
import java.util.Optional;
import java.util.concurrent.TimeUnit;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import slipway.backup.domain.RestoreCheck;
import slipway.backup.recipe.Act.Exits;
import slipway.program.Programs;
import slipway.program.Running;

/// What programs are sent for: run to their end, asked again while it is worth it, and looked at for what they said. Whatever is told to
/// people has no secret in it.
final class Errands {

    private static final Logger LOG = LoggerFactory.getLogger(Errands.class);
    private static final int TRIES = 3;
    private static final Duration PAUSE = Duration.ofSeconds(2);
    private static final Duration OFTEN = Duration.ofMillis(200);

    private final Path home;
    private final Declared recipe;
    private final Hands hands;
    private final Served served;
    private final Values values;
    private final List<String> warnings = new ArrayList<>();
    private String said = "";

    /// @param home private folder, where they work
    /// @param served gets what goes on until the verb is over
    Errands(Path home, Declared recipe, Hands hands, Served served, Values values) {
        this.home = home;
        this.recipe = recipe;
        this.hands = hands;
        this.served = served;
        this.values = values;
    }

    /// Of programs that did their work, and what somebody should know.
    List<String> warnings() {
        return List.copyOf(warnings);
    }

    /// What the last one said.
    Findings findings() {
        return new Findings(values.now(), said);
    }

    /// The restored copy is no system that could be asked: what this says of the live one is in a file, or why it says nothing.
    ///
    /// @return what is learnt
    Map<String, String> read(Act.Run run, String copied) throws IOException {
        said = Findings.read(Path.of(values.fill(copied)));
        if (said.startsWith(RestoreCheck.NOT_COMPARED)) {
            String why = said.strip();
            return run.told().stream()
                    .map(Act.Told::name)
                    .filter(Objects::nonNull)
                    .collect(Collectors.toMap(name -> name, _ -> why));
        }
        findings().check(run.expected());
        return learnt(run);
    }

    /// @param in what was captured; null: it does not read that
    /// @param out gets what is captured; null: that is no output of it
    /// @return what is learnt
    Map<String, String> run(Act.Run run, @Nullable InputStream in, @Nullable OutputStream out)
            throws IOException, InterruptedException {
        long end = System.nanoTime() + run.timeout().toNanos();
        // In a row: whoever has to be asked often may be busy as often.
        int tries = 1;
        while (true) {
            Programs.Ended ended = start(run, in, out);
            boolean again = run.exits().retry().contains(ended.exit()) && tries < TRIES && !run.captured();
            if (!again && settled(run, ended, end)) {
                return learnt(run);
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
            // By which program, and how it ended, is no matter of whoever reads it.
            warnings.add(values.hide(ended.said().isEmpty() ? run.argv().getFirst() + ": " + ended.words() : ended.said()));
        } else if (!exits.ok().contains(ended.exit())) {
            throw new IOException(run.argv().getFirst() + " failed with " + ended.words());
        }
        said = run.reads() ? Findings.read(heard(run)) : "";
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

    private Map<String, String> learnt(Act.Run run) throws IOException {
        values.learn(findings().take(run.taken()));
        return findings().learn(run.told());
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

    void serve(Act.Serve serve) throws IOException, InterruptedException {
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
        if (!served.leaves()) {
            // Some delete at their start what others keep in the folder that everybody shares.
            environment.put("TMPDIR", home.toString());
        }
        own.forEach((name, value) -> environment.put(name, values.fillHidden(value)));
        List<String> filled = values.fill(argv);
        return new Hands.Call(recipe.programs(), filled, home, environment, patience, served::note);
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
