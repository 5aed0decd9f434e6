package slipway.backup.recipe;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.UUID;
import java.util.regex.Pattern;
import slipway.backup.vault.Disk;

/// A private folder for what should lie on no disk, such as values of other people's secrets: on a file system that is in memory, where the
/// platform has one (Linux: /dev/shm, which may still be swapped), otherwise with the other files of the verb. Everybody may make something
/// there: names are random, so that nobody can take one before, and tell of which process they are.
record InMemory(Path path) {

    private static final Path PLACE = Path.of("/dev/shm");
    private static final String PREFIX = "slipway-";
    private static final Pattern NAME = Pattern.compile(PREFIX + "(" + ProcessWord.PATTERN + ")-[0-9a-f-]{36}");

    static InMemory in(Path home) throws IOException {
        boolean there = Files.isDirectory(PLACE) && Files.isWritable(PLACE) && Files.getFileStore(PLACE).type().equals("tmpfs");
        Path path = there ? fresh() : home.resolve("memory");
        return new InMemory(Files.createDirectory(
                path, PosixFilePermissions.asFileAttribute(PosixFilePermissions.fromString("rwx------"))));
    }

    private static Path fresh() {
        return PLACE.resolve(PREFIX + ProcessWord.mine() + "-" + UUID.randomUUID());
    }

    void delete() throws IOException {
        Disk.delete(path);
    }

    /// Deletes what processes of ours left that are no more.
    static void clear() {
        Leftovers.sweep(PLACE, NAME, left -> {
            // Whose it is nobody else can change while it is ours.
            if (Files.isDirectory(left, LinkOption.NOFOLLOW_LINKS) && Inode.of(left).uid() == Inode.self()) {
                Path mine = fresh();
                Files.move(left, mine, StandardCopyOption.ATOMIC_MOVE);
                Disk.delete(mine);
            }
        });
    }
}
