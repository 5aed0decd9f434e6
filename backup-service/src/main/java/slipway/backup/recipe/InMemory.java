package slipway.backup.recipe;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.List;
import java.util.UUID;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import slipway.backup.vault.Disk;

/// A private folder for what should lie on no disk, such as values of other people's secrets: on a file system that is in memory, where the
/// platform has one (Linux: /dev/shm, which may still be swapped), otherwise with the other files of the verb. Everybody may make something
/// there: names are random, so that nobody can take one before, and tell of which process they are.
record InMemory(Path path) {

    private static final Path PLACE = Path.of("/dev/shm");
    private static final String PREFIX = "slipway-";
    private static final Pattern NAME = Pattern.compile(PREFIX + "([0-9]{1,10}-[0-9]+)-[0-9a-f-]{36}");

    static InMemory in(Path home) throws IOException {
        boolean there = Files.isDirectory(PLACE) && Files.isWritable(PLACE) && Files.getFileStore(PLACE).type().equals("tmpfs");
        Path path = there ? PLACE.resolve(PREFIX + Looks.word(ProcessHandle.current()) + "-" + UUID.randomUUID()) : home.resolve("memory");
        return new InMemory(Files.createDirectory(
                path, PosixFilePermissions.asFileAttribute(PosixFilePermissions.fromString("rwx------"))));
    }

    void delete() throws IOException {
        Disk.delete(path);
    }

    /// Deletes what processes of ours left that are no more.
    static void clear() throws IOException {
        if (!Files.isDirectory(PLACE)) {
            return;
        }
        List<Path> all;
        try (var there = Files.list(PLACE)) {
            all = there.toList();
        }
        for (Path each : all) {
            Matcher name = NAME.matcher(each.getFileName().toString());
            // Whose it is nobody else can change while it is ours.
            if (name.matches() && !Looks.lives(name.group(1)) && Files.isDirectory(each, LinkOption.NOFOLLOW_LINKS)
                    && Inode.of(each).uid() == Inode.self()) {
                Disk.delete(each);
            }
        }
    }
}
