package slipway.backup.recipe;

import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.nio.file.FileVisitResult;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.nio.file.SimpleFileVisitor;
import java.nio.file.attribute.BasicFileAttributes;
import java.nio.file.attribute.FileTime;
import java.nio.file.attribute.PosixFilePermission;
import java.nio.file.attribute.PosixFilePermissions;
import java.security.MessageDigest;
import java.time.Instant;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.EnumSet;
import java.util.List;
import java.util.Set;
import java.util.function.Predicate;
import org.apache.commons.compress.archivers.tar.TarArchiveEntry;
import org.apache.commons.compress.archivers.tar.TarArchiveInputStream;
import org.apache.commons.compress.archivers.tar.TarArchiveOutputStream;
import org.apache.commons.compress.archivers.tar.TarConstants;
import slipway.backup.vault.Digest;

/// A directory as a tar stream and back: names, modes, times of modification, symbolic links and contents. Owners are those of
/// whoever restores. Sockets, pipes and devices are left out.
final class Tree {

    private static final int CHUNK = 1 << 16;

    private Tree() {}

    static TarArchiveOutputStream tar(OutputStream out) {
        TarArchiveOutputStream tar = new TarArchiveOutputStream(out, "UTF-8");
        tar.setLongFileMode(TarArchiveOutputStream.LONGFILE_POSIX);
        tar.setBigNumberMode(TarArchiveOutputStream.BIGNUMBER_POSIX);
        tar.setAddPaxHeadersForNonAsciiNames(true);
        return tar;
    }

    /// All below `directory`, itself included, in the order of names. What vanishes meanwhile is left out.
    ///
    /// @param wanted told the path relative to `directory`; a directory that is not wanted is left out with all below it
    static void write(Path directory, Predicate<Path> wanted, TarArchiveOutputStream tar)
            throws IOException, InterruptedException {
        Deque<Path> waiting = new ArrayDeque<>(List.of(directory));
        while (!waiting.isEmpty()) {
            Path path = waiting.pop();
            Path relative = directory.relativize(path);
            if (Thread.interrupted()) {
                throw new InterruptedException("interrupted while reading " + directory);
            }
            try {
                if (wanted.test(relative)) {
                    one(path, relative, tar);
                    if (Files.isDirectory(path, LinkOption.NOFOLLOW_LINKS)) {
                        children(path).reversed().forEach(waiting::push);
                    }
                }
            } catch (NoSuchFileException e) {
                // Deleted between listing and reading: it was not part of it any more.
                continue;
            }
        }
    }

    private static List<Path> children(Path directory) throws IOException {
        try (var children = Files.list(directory)) {
            return children.sorted().toList();
        }
    }

    private static void one(Path path, Path relative, TarArchiveOutputStream tar) throws IOException {
        BasicFileAttributes is = Files.readAttributes(path, BasicFileAttributes.class, LinkOption.NOFOLLOW_LINKS);
        String name = relative.toString().isEmpty() ? "./" : relative.toString();
        if (is.isSymbolicLink()) {
            TarArchiveEntry link = new TarArchiveEntry(name, TarConstants.LF_SYMLINK);
            link.setLinkName(Files.readSymbolicLink(path).toString());
            put(link, is, 0777, tar);
            tar.closeArchiveEntry();
        } else if (is.isDirectory()) {
            put(new TarArchiveEntry(name.endsWith("/") ? name : name + "/"), is, mode(path), tar);
            tar.closeArchiveEntry();
        } else if (is.isRegularFile()) {
            // Opened before its header is written: what vanished leaves no trace in the stream.
            try (InputStream in = Files.newInputStream(path)) {
                TarArchiveEntry file = new TarArchiveEntry(name);
                file.setSize(is.size());
                put(file, is, mode(path), tar);
                exactly(is.size(), in, tar);
                tar.closeArchiveEntry();
            }
        }
    }

    private static void put(TarArchiveEntry entry, BasicFileAttributes is, int mode, TarArchiveOutputStream tar)
            throws IOException {
        entry.setMode(mode);
        entry.setLastModifiedTime(FileTime.fromMillis(is.lastModifiedTime().toMillis()));
        tar.putArchiveEntry(entry);
    }

    /// A file that grows or shrinks while it is read is cut off or filled with zeros. For a database, its log mends that.
    private static void exactly(long size, InputStream in, OutputStream out) throws IOException {
        byte[] chunk = new byte[CHUNK];
        long left = size;
        while (left > 0) {
            int read = in.read(chunk, 0, (int) Math.min(left, chunk.length));
            if (read < 0) {
                break;
            }
            out.write(chunk, 0, read);
            left -= read;
        }
        byte[] zeros = new byte[CHUNK];
        for (; left > 0; left -= Math.min(left, CHUNK)) {
            out.write(zeros, 0, (int) Math.min(left, CHUNK));
        }
    }

    /// One regular file under another name.
    static void file(String name, Path path, TarArchiveOutputStream tar) throws IOException {
        one(path, Path.of(name), tar);
    }

    /// An empty directory, for the owner only.
    static void directory(String name, TarArchiveOutputStream tar) throws IOException {
        TarArchiveEntry entry = new TarArchiveEntry(name);
        entry.setMode(0700);
        tar.putArchiveEntry(entry);
        tar.closeArchiveEntry();
    }

    /// A file that is not on the disk.
    static void put(String name, byte[] bytes, TarArchiveOutputStream tar) throws IOException {
        TarArchiveEntry entry = new TarArchiveEntry(name);
        entry.setSize(bytes.length);
        entry.setMode(0600);
        tar.putArchiveEntry(entry);
        tar.write(bytes);
        tar.closeArchiveEntry();
    }

    /// Everything lands below `directory`, or fails.
    static void read(InputStream in, Path directory) throws IOException, InterruptedException {
        record Made(Path path, TarArchiveEntry entry) {}
        List<Made> directories = new ArrayList<>();
        Files.createDirectories(directory);
        Path root = directory.toRealPath();
        TarArchiveInputStream tar = new TarArchiveInputStream(in, "UTF-8");
        for (TarArchiveEntry entry = tar.getNextEntry(); entry != null; entry = tar.getNextEntry()) {
            if (Thread.interrupted()) {
                throw new InterruptedException("interrupted while restoring to " + directory);
            }
            Path target = root.resolve(entry.getName()).normalize();
            if (!target.startsWith(root)
                    || !target.equals(root) && !target.getParent().toRealPath().startsWith(root)) {
                throw new IOException("leads out of the backup: " + entry.getName());
            }
            if (entry.isDirectory()) {
                Files.createDirectories(target);
                directories.add(new Made(target, entry));
            } else if (entry.isSymbolicLink()) {
                Files.createSymbolicLink(target, Path.of(entry.getLinkName()));
            } else {
                Files.copy(tar, target);
                look(target, entry);
            }
        }
        // The deepest first: a directory's time changes with every file made in it, and it may be read-only.
        for (Made made : directories.reversed()) {
            look(made.path(), made.entry());
        }
    }

    private static void look(Path path, TarArchiveEntry entry) throws IOException {
        Files.setPosixFilePermissions(path, permissions(entry.getMode()));
        Files.setLastModifiedTime(path, entry.getLastModifiedTime());
    }

    private static int mode(Path path) throws IOException {
        int mode = 0;
        for (PosixFilePermission each : Files.getPosixFilePermissions(path, LinkOption.NOFOLLOW_LINKS)) {
            mode |= 0400 >> each.ordinal();
        }
        return mode;
    }

    private static Set<PosixFilePermission> permissions(int mode) {
        Set<PosixFilePermission> permissions = EnumSet.noneOf(PosixFilePermission.class);
        for (PosixFilePermission each : PosixFilePermission.values()) {
            if ((mode & 0400 >> each.ordinal()) != 0) {
                permissions.add(each);
            }
        }
        return permissions;
    }

    /// How a tree looks.
    ///
    /// @param digest over names, kinds, modes and contents; hexadecimal
    /// @param files how many regular files
    /// @param newest when anything in it was last modified
    record Look(String digest, long files, Instant newest) {}

    static Look look(Path directory) throws IOException {
        return look(directory, _ -> true);
    }

    /// @param wanted as in [#write]
    static Look look(Path directory, Predicate<Path> wanted) throws IOException {
        MessageDigest digest = Digest.sha256();
        long[] files = {0};
        Instant[] newest = {Instant.EPOCH};
        List<String> lines = new ArrayList<>();
        Files.walkFileTree(directory, new SimpleFileVisitor<>() {
            @Override
            public FileVisitResult preVisitDirectory(Path path, BasicFileAttributes is) throws IOException {
                if (!wanted.test(directory.relativize(path))) {
                    return FileVisitResult.SKIP_SUBTREE;
                }
                lines.add(line("d", path, ""));
                return seen(is);
            }

            @Override
            public FileVisitResult visitFile(Path path, BasicFileAttributes is) throws IOException {
                if (!wanted.test(directory.relativize(path))) {
                    return FileVisitResult.CONTINUE;
                }
                if (is.isSymbolicLink()) {
                    lines.add("l " + directory.relativize(path) + " -> " + Files.readSymbolicLink(path));
                } else if (is.isRegularFile()) {
                    lines.add(line("f", path, " " + Digest.of(path)));
                    files[0]++;
                }
                return seen(is);
            }

            private String line(String kind, Path path, String rest) throws IOException {
                return kind + " " + directory.relativize(path) + " "
                        + PosixFilePermissions.toString(Files.getPosixFilePermissions(path)) + rest;
            }

            private FileVisitResult seen(BasicFileAttributes is) {
                Instant modified = Instant.ofEpochMilli(is.lastModifiedTime().toMillis());
                newest[0] = modified.isAfter(newest[0]) ? modified : newest[0];
                return FileVisitResult.CONTINUE;
            }
        });
        lines.stream().sorted().forEach(line ->
                digest.update((line.length() + ":" + line + "\n").getBytes(java.nio.charset.StandardCharsets.UTF_8)));
        return new Look(Digest.hex(digest.digest()), files[0], newest[0]);
    }
}
