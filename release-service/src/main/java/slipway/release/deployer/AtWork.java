package slipway.release.deployer;

import java.io.IOException;
import java.nio.channels.FileChannel;
import java.nio.charset.StandardCharsets;
import java.nio.file.FileAlreadyExistsException;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.StandardOpenOption;
import java.nio.file.attribute.PosixFilePermissions;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.time.Duration;
import java.time.Instant;
import java.util.Comparator;
import java.util.HashMap;
import java.util.HexFormat;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.UUID;
import java.util.concurrent.TimeUnit;
import java.util.stream.Stream;
import slipway.program.Programs;

/// The one program that changes a target, known by its process to whoever comes after a crash: a program outlives the service that
/// started it, and must neither be taken for done nor be started beside itself.
///
/// It says who is at work and never what was done; that is looked up at the target. Of another machine it knows nothing. Processes
/// are looked at in [/proc](https://man7.org/linux/man-pages/man5/proc.5.html), as Linux has it.
///
/// @param note a file that names the program: first by a mark in its environment, then by number and start of its process. A program
///     that was started is known in either way, however soon after that we die
public record AtWork(Path note) {

    /// The variable by which a program is found that nobody lived to note the number of.
    static final String MARK = "SLIPWAY_RUN";

    private static final Duration OFTEN = Duration.ofMillis(100);
    private static final Path PROCESSES = Path.of("/proc");

    /// A process as it is told from all others that ever had its number.
    ///
    /// @param start in ticks of the system's clock since it came up: nobody sets that clock
    private record Known(long pid, long start) {

        /// Empty: it has ended, though perhaps nobody has taken notice yet.
        static Optional<Known> of(long pid) {
            try {
                String stat = Files.readString(PROCESSES.resolve(pid + "/stat"), StandardCharsets.ISO_8859_1);
                // A program may have any name, with spaces and brackets in it.
                String[] fields = stat.substring(stat.lastIndexOf(')') + 2).split(" ");
                return fields[0].matches("[ZX]") ? Optional.empty() : Optional.of(new Known(pid, Long.parseLong(fields[19])));
            } catch (IOException e) {
                return Optional.empty();
            }
        }

        static Optional<Known> of(ProcessHandle program) {
            return of(program.pid());
        }

        Instant began() {
            return ProcessHandle.of(pid).flatMap(each -> each.info().startInstant()).orElse(Instant.EPOCH);
        }
    }

    /// @param target what tells this target from all others
    public static AtWork on(String target) {
        try {
            byte[] hash = MessageDigest.getInstance("SHA-256").digest(target.getBytes(StandardCharsets.UTF_8));
            String name = HexFormat.of().formatHex(hash, 0, 16);
            return new AtWork(Path.of(
                    System.getProperty("java.io.tmpdir"), "slipway-" + System.getProperty("user.name"), name));
        } catch (NoSuchAlgorithmException e) {
            throw new IllegalStateException("every Java platform has SHA-256", e);
        }
    }

    /// Runs a program and keeps note of it while it runs.
    ///
    /// @throws IOException when it cannot be started, or does not end in time
    Programs.Ended run(List<String> argv, Path folder, Map<String, String> environment, Duration patience)
            throws IOException, InterruptedException {
        return noted(environment, (marked, witness) -> Programs.run(argv, folder, marked, patience, witness));
    }

    /// The same, and all that it says is kept in a file.
    ///
    /// @return its exit code
    public int run(List<String> argv, Path folder, Map<String, String> environment, Duration patience, Path log)
            throws IOException, InterruptedException {
        return noted(environment, (marked, witness) -> Programs.run(argv, folder, marked, patience, log, witness));
    }

    private interface Run<T> {
        T with(Map<String, String> environment, Programs.Witness witness) throws IOException, InterruptedException;
    }

    private <T> T noted(Map<String, String> environment, Run<T> run) throws IOException, InterruptedException {
        String mark = UUID.randomUUID().toString();
        Map<String, String> marked = new HashMap<>(environment);
        marked.put(MARK, mark);
        begins(mark);
        try {
            return run.with(marked, program -> begun(mark, program));
        } finally {
            // What it leaves running on purpose is not it.
            Files.deleteIfExists(note);
        }
    }

    /// A file beside the note, for whoever wants to be alone from before a program starts until its work is taken away.
    public FileChannel lock() throws IOException {
        ours(note.getParent());
        return FileChannel.open(
                note.resolveSibling(note.getFileName() + ".lock"), StandardOpenOption.CREATE, StandardOpenOption.WRITE);
    }

    /// A program with this mark is about to be started.
    void begins(String mark) throws IOException {
        ours(note.getParent());
        write(mark);
    }

    void begun(String mark, ProcessHandle program) throws IOException {
        Optional<Known> known = Known.of(program);
        if (known.isPresent()) {
            write(mark + " " + known.get().pid() + " " + known.get().start());
        }
    }

    private void write(String text) throws IOException {
        Path half = note.resolveSibling(note.getFileName() + ".half");
        Files.writeString(half, text);
        Files.move(half, note, StandardCopyOption.ATOMIC_MOVE, StandardCopyOption.REPLACE_EXISTING);
    }

    /// Waits for a program that a service before us started, or that another step of ours runs.
    ///
    /// @param longest how long a program may run at all
    /// @throws IOException when it is still at work then: nobody can tell what it will have done
    void settle(Duration longest) throws IOException, InterruptedException {
        while (isBusy(longest)) {
            TimeUnit.MILLISECONDS.sleep(OFTEN.toMillis());
        }
    }

    /// Whether such a program is at work now.
    ///
    /// @param longest how long a program may run at all
    /// @throws IOException when it is at work for longer than that
    public boolean isBusy(Duration longest) throws IOException {
        Optional<Known> program = running();
        if (program.isEmpty()) {
            return false;
        }
        Instant began = program.get().began();
        if (began.plus(longest).isBefore(Instant.now())) {
            throw new IOException("the program that was started here at " + began + " is still at work as process "
                    + program.get().pid());
        }
        return true;
    }

    private Optional<Known> running() throws IOException {
        String[] noted;
        try {
            noted = Files.readString(note).split(" ");
        } catch (NoSuchFileException e) {
            return Optional.empty();
        }
        if (noted.length == 1) {
            return marked(noted[0]);
        }
        Known program = new Known(Long.parseLong(noted[1]), Long.parseLong(noted[2]));
        return Known.of(program.pid()).filter(program::equals);
    }

    /// The first of those that have the mark; what a program starts has it, too.
    private static Optional<Known> marked(String mark) throws IOException {
        try (Stream<Path> all = Files.list(PROCESSES)) {
            return all.filter(each -> each.getFileName().toString().matches("[0-9]+") && hasMark(each, mark))
                    .flatMap(each -> Known.of(Long.parseLong(each.getFileName().toString())).stream())
                    .min(Comparator.comparingLong(Known::start).thenComparingLong(Known::pid));
        }
    }

    private static boolean hasMark(Path process, String mark) {
        try {
            String environment = Files.readString(process.resolve("environ"), StandardCharsets.ISO_8859_1);
            return List.of(environment.split("\0")).contains(MARK + "=" + mark);
        } catch (IOException e) {
            // It has ended, or is another's.
            return false;
        }
    }

    /// Others may write to the folder for temporary files, too.
    private static void ours(Path folder) throws IOException {
        try {
            Files.createDirectory(folder, PosixFilePermissions.asFileAttribute(PosixFilePermissions.fromString("rwx------")));
        } catch (FileAlreadyExistsException e) {
            String owner = Files.getOwner(folder, LinkOption.NOFOLLOW_LINKS).getName();
            if (!Files.isDirectory(folder, LinkOption.NOFOLLOW_LINKS) || !owner.equals(System.getProperty("user.name"))) {
                throw new IOException(folder + " is not ours but " + owner + "'s");
            }
        }
    }
}
