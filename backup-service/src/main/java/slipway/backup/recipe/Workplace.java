package slipway.backup.recipe;

import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.nio.file.attribute.PosixFilePermissions;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.UUID;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import slipway.backup.recipe.Act.Exits;
import slipway.backup.vault.Disk;
import slipway.program.Programs;

/// Where the acts of a verb are done: a private folder that is gone afterwards, with secrets in files of their own, ports that nobody
/// else uses, and programs that go on until the verb is over. Whatever is told to people has no secret in it.
final class Workplace implements AutoCloseable {

    private static final Logger LOG = LoggerFactory.getLogger(Workplace.class);
    private static final int TRIES = 3;
    private static final Duration PAUSE = Duration.ofSeconds(2);
    private static final Duration OFTEN = Duration.ofMillis(200);
    private static final String SERVED = "served";

    private final Path home;
    private final ProgramFolders folders;
    private final Declared recipe;
    private final Map<String, String> values = new HashMap<>();
    private final Map<String, String> secrets = new HashMap<>();
    private final List<Process> serving = new ArrayList<>();
    private final Map<String, String> told = new TreeMap<>();
    private final List<String> warnings = new ArrayList<>();
    private String said = "";

    /// @param home made anew; whatever was there is deleted
    /// @param tree where the files are that are captured or were restored
    Workplace(Path home, Path tree, Declared recipe, Map<String, String> given, ProgramFolders folders)
            throws IOException, InterruptedException {
        this.home = home;
        this.folders = folders;
        this.recipe = recipe;
        end(home);
        Disk.delete(home);
        Disk.privateDirectory(home);
        values.putAll(given);
        values.put("work", home.toString());
        values.put("tree", tree.toString());
        values.put("me", System.getProperty("user.name"));
        values.put("token", UUID.randomUUID().toString());
        for (String port : recipe.ports()) {
            values.put("port." + port, String.valueOf(freePort()));
        }
        for (Parameter each : recipe.parameters()) {
            if (each.type() == Parameter.Type.SECRET) {
                keep(each.name(), new SecretSource(given.get(each.name())).value());
            }
        }
    }

    /// The restored copy is looked at by other values than the live system.
    void turnTo(Map<String, String> others) throws IOException {
        Map<String, String> filled = new HashMap<>();
        others.forEach((name, value) -> filled.put(name, Gaps.fill(value, values)));
        for (Map.Entry<String, String> each : filled.entrySet()) {
            if (secrets.containsKey(each.getKey())) {
                keep(each.getKey(), each.getValue());
            } else {
                values.put(each.getKey(), each.getValue());
            }
        }
    }

    private static int freePort() throws IOException {
        try (ServerSocket socket = new ServerSocket(0, 1, InetAddress.getLoopbackAddress())) {
            return socket.getLocalPort();
        }
    }

    private void keep(String name, String value) throws IOException {
        secrets.put(name, value);
        values.put(name + ".file", hidden(home.resolve("secret-" + name), value).toString());
    }

    private static Path hidden(Path file, String text) throws IOException {
        Files.deleteIfExists(file);
        Path made = Files.createFile(
                file, PosixFilePermissions.asFileAttribute(PosixFilePermissions.fromString("rw-------")));
        return Files.writeString(made, text);
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
            } catch (IOException | RuntimeException e) {
                throw new IOException(hide(String.valueOf(e.getMessage())), e instanceof IOException ? e.getCause() : e);
            }
        }
    }

    private void one(Act act, @Nullable InputStream in, @Nullable OutputStream out)
            throws IOException, InterruptedException {
        switch (act) {
            case Act.Run run -> run(run, in, out);
            case Act.Serve serve -> serve(serve);
            case Act.Write(var file, var text) -> hidden(Path.of(fill(file)), fillHidden(text));
            case Act.Check(var expected) -> new Findings(values, said).check(expected);
        }
    }

    private void run(Act.Run run, @Nullable InputStream in, @Nullable OutputStream out)
            throws IOException, InterruptedException {
        List<String> argv = argv(run.argv());
        for (int attempt = 1; ; attempt++) {
            Programs.Ended ended = start(run, argv, in, out);
            Exits exits = run.exits();
            boolean again = exits.retry().contains(ended.exit()) && attempt < TRIES && !run.captured();
            if (!again) {
                ended(run, ended);
                return;
            }
            LOG.info("{}: {}, once more", run.argv().getFirst(), hide(ended.words()));
            TimeUnit.MILLISECONDS.sleep(PAUSE.toMillis());
        }
    }

    private void ended(Act.Run run, Programs.Ended ended) throws IOException {
        Exits exits = run.exits();
        if (exits.warn().contains(ended.exit())) {
            warnings.add(hide(run.argv().getFirst() + ": " + ended.words()));
        } else if (!exits.ok().contains(ended.exit())) {
            throw new IOException(run.argv().getFirst() + " failed with " + ended.words());
        }
        said = run.stdout() == null ? ended.out() : Files.readString(Path.of(fill(run.stdout())));
        Findings findings = new Findings(values, said);
        findings.check(run.expected());
        told.putAll(findings.learn(run.told()));
    }

    private Programs.Ended start(
            Act.Run run, List<String> argv, @Nullable InputStream in, @Nullable OutputStream out)
            throws IOException, InterruptedException {
        Map<String, String> environment = environment(run.environment());
        boolean captures = run.captured() && out != null;
        boolean restores = run.captured() && in != null;
        if (!captures && !restores && run.stdin() == null && run.stdout() == null) {
            return Programs.run(argv, home, environment, run.timeout());
        }
        try (InputStream read = restores ? in : stdin(run);
                OutputStream written = captures ? new NotClosed(out) : stdout(run)) {
            return Programs.stream(argv, home, environment, run.timeout(), read, written);
        }
    }

    private InputStream stdin(Act.Run run) throws IOException {
        return run.stdin() == null
                ? new ByteArrayInputStream(new byte[0])
                : Files.newInputStream(Path.of(fill(run.stdin())));
    }

    private OutputStream stdout(Act.Run run) throws IOException {
        if (run.stdout() == null) {
            return OutputStream.nullOutputStream();
        }
        Path file = Path.of(fill(run.stdout()));
        hidden(file, "");
        return Files.newOutputStream(file);
    }

    private void serve(Act.Serve serve) throws IOException, InterruptedException {
        List<String> argv = argv(serve.argv());
        Path log = home.resolve("serve-" + serving.size() + ".log");
        ProcessBuilder builder = new ProcessBuilder(argv)
                .directory(home.toFile())
                .redirectErrorStream(true)
                .redirectOutput(log.toFile());
        builder.environment().clear();
        builder.environment().putAll(environment(serve.environment()));
        Process process = builder.start();
        serving.add(process);
        note(process.toHandle());
        List<String> ready = argv(serve.ready());
        long end = System.nanoTime() + serve.timeout().toNanos();
        while (Programs.run(ready, home, environment(serve.environment()), serve.timeout()).exit() != 0) {
            if (!process.isAlive() || System.nanoTime() > end) {
                throw new IOException(serve.argv().getFirst() + " does not get ready: " + tail(log));
            }
            TimeUnit.MILLISECONDS.sleep(OFTEN.toMillis());
        }
    }

    private static String tail(Path log) throws IOException {
        String text = Files.readString(log).strip();
        return text.substring(Math.max(0, text.length() - 1000));
    }

    /// So that whoever comes after a crash knows whom to end.
    private void note(ProcessHandle process) throws IOException {
        String started = process.info().startInstant().map(Object::toString).orElse("");
        Files.writeString(
                home.resolve(SERVED),
                process.pid() + " " + started + "\n",
                StandardOpenOption.CREATE,
                StandardOpenOption.APPEND);
    }

    /// Ends what an attempt that was killed left running.
    static void end(Path home) throws IOException, InterruptedException {
        Path served = home.resolve(SERVED);
        if (!Files.exists(served)) {
            return;
        }
        for (String line : Files.readAllLines(served)) {
            String[] words = line.split(" ");
            ProcessHandle.of(Long.parseLong(words[0]))
                    .filter(process -> words.length == 2
                            && process.info()
                                    .startInstant()
                                    .filter(started -> started.toString().equals(words[1]))
                                    .isPresent())
                    .ifPresent(Workplace::end);
        }
    }

    private static void end(ProcessHandle process) {
        List<ProcessHandle> all = new ArrayList<>(process.descendants().toList());
        all.add(process);
        all.forEach(ProcessHandle::destroy);
        long patience = System.nanoTime() + Duration.ofSeconds(10).toNanos();
        while (all.stream().anyMatch(ProcessHandle::isAlive) && System.nanoTime() < patience) {
            Thread.onSpinWait();
        }
        all.forEach(ProcessHandle::destroyForcibly);
    }

    private List<String> argv(List<String> argv) throws IOException {
        List<String> filled = new ArrayList<>();
        filled.add(folders.find(recipe.programs(), argv.getFirst()).toString());
        for (String each : argv.subList(1, argv.size())) {
            filled.add(fill(each));
        }
        return filled;
    }

    private Map<String, String> environment(Map<String, String> own) {
        Map<String, String> environment = new HashMap<>();
        environment.put("PATH", folders.path());
        environment.put("HOME", home.toString());
        environment.put("LC_ALL", "C.UTF-8");
        own.forEach((name, value) -> environment.put(name, fillHidden(value)));
        return environment;
    }

    /// Where nobody else can read it.
    private String fillHidden(String text) {
        Map<String, String> all = new HashMap<>(values);
        secrets.forEach((name, value) -> {
            all.put(name + ".value", value);
            all.put(name + ".quoted", '"' + value.replace("\\", "\\\\").replace("\"", "\\\"") + '"');
        });
        return Gaps.fill(text, all);
    }

    private String fill(String text) {
        return Gaps.fill(text, values);
    }

    /// The longest first: one may begin as another.
    String hide(String text) {
        String hidden = text;
        for (String secret : secrets.values().stream()
                .sorted(Comparator.comparing(String::length).reversed())
                .toList()) {
            hidden = hidden.replace(secret, "***");
        }
        return hidden;
    }

    @Override
    public void close() throws IOException {
        serving.reversed().forEach(process -> end(process.toHandle()));
        Disk.delete(home);
    }

    /// What is captured goes on after the program.
    private static final class NotClosed extends java.io.FilterOutputStream {
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
