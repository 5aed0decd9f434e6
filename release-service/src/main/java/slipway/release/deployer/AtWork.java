package slipway.release.deployer;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.FileAlreadyExistsException;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.attribute.PosixFilePermissions;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.time.Duration;
import java.time.Instant;
import java.util.HexFormat;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.TimeUnit;

/// The one program that changes a target, known by its process to whoever comes after a crash: a program outlives the service that
/// started it, and must neither be taken for done nor be started beside itself.
///
/// It says who is at work and never what was done; that is looked up at the target. Of another machine it knows nothing, nor of a
/// program whose service was killed in the very instant between its start and the note.
///
/// @param note a file with process number and time of start, in a folder that only we may write to
record AtWork(Path note) {

    private static final Duration OFTEN = Duration.ofMillis(100);

    /// The system tells when a process began as seconds since its own start, and corrects its clock.
    private static final Duration UNSURE = Duration.ofSeconds(2);

    /// @param target what tells this target from all others
    static AtWork on(String target) {
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
        ours(note.getParent());
        return Programs.run(argv, folder, environment, patience, this::begun);
    }

    void begun(ProcessHandle program) throws IOException {
        Path half = note.resolveSibling(note.getFileName() + ".half");
        Files.writeString(half, program.pid() + " " + began(program));
        Files.move(half, note, StandardCopyOption.ATOMIC_MOVE, StandardCopyOption.REPLACE_EXISTING);
    }

    /// Waits for a program that a service before us started, or that another step of ours runs.
    ///
    /// @param longest how long a program may run at all
    /// @throws IOException when it is still at work then: nobody can tell what it will have done
    void settle(Duration longest) throws IOException, InterruptedException {
        while (true) {
            Optional<ProcessHandle> program = running();
            if (program.isEmpty()) {
                return;
            }
            if (began(program.get()).plus(longest).isBefore(Instant.now())) {
                throw new IOException("the program that was started here at " + began(program.get()) + " is still at work as process "
                        + program.get().pid());
            }
            TimeUnit.MILLISECONDS.sleep(OFTEN.toMillis());
        }
    }

    private Optional<ProcessHandle> running() throws IOException {
        String text;
        try {
            text = Files.readString(note);
        } catch (NoSuchFileException e) {
            return Optional.empty();
        }
        String[] noted = text.split(" ");
        Instant began = Instant.parse(noted[1]);
        return ProcessHandle.of(Long.parseLong(noted[0]))
                .filter(each -> Duration.between(began, began(each)).abs().compareTo(UNSURE) < 0)
                // One that has ended and waits for its parent to notice has no program any more.
                .filter(each -> each.isAlive() && each.info().command().isPresent());
    }

    private static Instant began(ProcessHandle program) {
        return program.info().startInstant().orElse(Instant.EPOCH);
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
