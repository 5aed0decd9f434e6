package slipway.backup.recipe;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import slipway.backup.vault.Digest;
import slipway.backup.vault.Disk;

/// A private folder for what should lie on no disk, such as values of other people's secrets: on a file system that is in memory, where the
/// platform has one (Linux: /dev/shm, which may still be swapped), otherwise with the other files of the verb.
final class InMemory {

    private static final Path PLACE = Path.of("/dev/shm");

    private InMemory() {}

    /// The same for each attempt, so that whoever comes after a crash finds what is left.
    static Path of(Path home) throws IOException {
        if (!Files.isDirectory(PLACE) || !Files.isWritable(PLACE) || !Files.getFileStore(PLACE).type().equals("tmpfs")) {
            return home.resolve("memory");
        }
        String name = home.toAbsolutePath().normalize().toString();
        return PLACE.resolve("slipway-" + Digest.of(name.getBytes(StandardCharsets.UTF_8)).substring(0, 32));
    }

    /// Everybody may make something there: only one that is made here is trusted.
    static Path fresh(Path home) throws IOException {
        clear(home);
        return Files.createDirectory(
                of(home), PosixFilePermissions.asFileAttribute(PosixFilePermissions.fromString("rwx------")));
    }

    static void clear(Path home) throws IOException {
        Disk.delete(of(home));
    }
}
