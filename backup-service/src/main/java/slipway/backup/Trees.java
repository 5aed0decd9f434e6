package slipway.backup;

import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.nio.channels.FileChannel;
import java.nio.charset.StandardCharsets;
import java.nio.file.FileVisitResult;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.nio.file.SimpleFileVisitor;
import java.nio.file.StandardOpenOption;
import java.nio.file.attribute.BasicFileAttributes;
import java.nio.file.attribute.FileTime;
import java.nio.file.attribute.PosixFilePermission;
import java.nio.file.attribute.PosixFilePermissions;
import java.security.MessageDigest;
import java.util.Arrays;
import java.util.EnumSet;
import java.util.List;
import java.util.Objects;
import java.util.Set;
import java.util.function.Predicate;
import java.util.stream.Stream;
import org.apache.commons.compress.archivers.tar.TarArchiveEntry;
import org.apache.commons.compress.archivers.tar.TarArchiveInputStream;
import org.apache.commons.compress.archivers.tar.TarArchiveOutputStream;
import org.apache.commons.compress.archivers.tar.TarConstants;
import org.jspecify.annotations.Nullable;

/// Whole folders: into a tar stream, out of one, digested, deleted.
final class Trees {

    private static final int MODE_BITS = 0777;

    private Trees() {}

    static TarArchiveOutputStream tar(OutputStream out) {
        TarArchiveOutputStream tar = new TarArchiveOutputStream(out, "UTF-8");
        tar.setLongFileMode(TarArchiveOutputStream.LONGFILE_POSIX);
        tar.setBigNumberMode(TarArchiveOutputStream.BIGNUMBER_POSIX);
        return tar;
    }

    /// Adds a folder's content, with modes, links and times; a file that vanishes meanwhile is left out.
    ///
    /// @param wanted which paths, relative to the folder
    static void pack(Path folder, TarArchiveOutputStream tar, Predicate<Path> wanted) throws IOException {
        for (Path path : list(folder)) {
            Path relative = folder.relativize(path);
            if (wanted.test(relative)) {
                try {
                    pack(path, relative.toString(), tar);
                } catch (NoSuchFileException e) {
                    // Gone between the listing and the reading: the source deleted it.
                }
            }
        }
    }

    private static void pack(Path path, String name, TarArchiveOutputStream tar) throws IOException {
        BasicFileAttributes attributes =
                Files.readAttributes(path, BasicFileAttributes.class, LinkOption.NOFOLLOW_LINKS);
        if (attributes.isSymbolicLink()) {
            TarArchiveEntry link = new TarArchiveEntry(name, TarConstants.LF_SYMLINK);
            link.setLinkName(Files.readSymbolicLink(path).toString());
            tar.putArchiveEntry(link);
            tar.closeArchiveEntry();
            return;
        }
        if (!attributes.isDirectory() && !attributes.isRegularFile()) {
            return;
        }
        TarArchiveEntry entry = new TarArchiveEntry(attributes.isDirectory() ? name + "/" : name);
        entry.setMode(mode(path));
        entry.setLastModifiedTime(attributes.lastModifiedTime());
        if (attributes.isDirectory()) {
            tar.putArchiveEntry(entry);
        } else {
            try (InputStream in = Files.newInputStream(path)) {
                entry.setSize(attributes.size());
                tar.putArchiveEntry(entry);
                copy(in, tar, attributes.size());
            }
        }
        tar.closeArchiveEntry();
    }

    /// Exactly so many bytes: a file that grows meanwhile is cut, one that shrinks is filled with zeros.
    private static void copy(InputStream in, OutputStream out, long bytes) throws IOException {
        byte[] buffer = new byte[64 * 1024];
        long left = bytes;
        while (left > 0) {
            int read = in.read(buffer, 0, (int) Math.min(buffer.length, left));
            if (read < 0) {
                Arrays.fill(buffer, (byte) 0);
                read = (int) Math.min(buffer.length, left);
            }
            out.write(buffer, 0, read);
            left -= read;
        }
    }

    /// Unpacks into a folder. Nothing is written outside of it.
    static void unpack(InputStream in, Path folder) throws IOException {
        Path root = folder.toAbsolutePath().normalize();
        TarArchiveInputStream tar = new TarArchiveInputStream(in, "UTF-8");
        for (TarArchiveEntry entry = tar.getNextEntry(); entry != null; entry = tar.getNextEntry()) {
            Path path = root.resolve(entry.getName()).normalize();
            if (!path.startsWith(root)) {
                throw new IOException("the archive leaves its folder: " + entry.getName());
            }
            if (!path.equals(root)) {
                Files.createDirectories(Objects.requireNonNull(path.getParent()));
            }
            if (entry.isSymbolicLink()) {
                Files.createSymbolicLink(path, Path.of(entry.getLinkName()));
                continue;
            }
            if (entry.isDirectory()) {
                Files.createDirectories(path);
            } else {
                Files.copy(tar, path);
            }
            Files.setPosixFilePermissions(path, permissions(entry.getMode()));
            if (!entry.isDirectory()) {
                Files.setLastModifiedTime(path, FileTime.from(entry.getLastModifiedTime().toInstant()));
            }
        }
        // Whatever stands behind the archive's end belongs to the stream, too: its last tag is checked by reading it.
        in.transferTo(OutputStream.nullOutputStream());
    }

    /// One digest of names, kinds, modes and contents; times are left out.
    static String digest(Path folder) throws IOException {
        MessageDigest all = Digests.sha256();
        for (Path path : list(folder)) {
            String content;
            if (Files.isSymbolicLink(path)) {
                content = "link " + Files.readSymbolicLink(path);
            } else if (Files.isDirectory(path)) {
                content = "folder " + Integer.toOctalString(mode(path));
            } else {
                content = "file " + Integer.toOctalString(mode(path)) + " " + Digests.of(path);
            }
            all.update((folder.relativize(path) + " " + content + "\n").getBytes(StandardCharsets.UTF_8));
        }
        return Digests.hex(all);
    }

    static long files(Path folder) throws IOException {
        return list(folder).stream().filter(Files::isRegularFile).count();
    }

    /// Everything below, sorted, links not followed.
    private static List<Path> list(Path folder) throws IOException {
        try (Stream<Path> all = Files.walk(folder)) {
            return all.filter(path -> !path.equals(folder)).sorted().toList();
        }
    }

    /// Deletes a folder, if it is there; links are deleted, not followed.
    static void delete(Path tree) throws IOException {
        if (!Files.exists(tree, LinkOption.NOFOLLOW_LINKS)) {
            return;
        }
        Files.walkFileTree(tree, new SimpleFileVisitor<>() {
            @Override
            public FileVisitResult visitFile(Path file, BasicFileAttributes attributes) throws IOException {
                Files.delete(file);
                return FileVisitResult.CONTINUE;
            }

            @Override
            public FileVisitResult postVisitDirectory(Path folder, @Nullable IOException e) throws IOException {
                if (e != null) {
                    throw e;
                }
                Files.delete(folder);
                return FileVisitResult.CONTINUE;
            }
        });
    }

    /// What was written is on the disk, also after a power cut.
    static void sync(Path path) throws IOException {
        try (FileChannel channel = FileChannel.open(path, StandardOpenOption.READ)) {
            channel.force(true);
        }
    }

    /// A new folder for its owner only.
    static Path secret(Path folder) throws IOException {
        Files.createDirectories(Objects.requireNonNull(folder.toAbsolutePath().getParent()));
        if (!Files.isDirectory(folder)) {
            Files.createDirectory(
                    folder, PosixFilePermissions.asFileAttribute(PosixFilePermissions.fromString("rwx------")));
        }
        return folder;
    }

    private static int mode(Path path) throws IOException {
        int mode = 0;
        for (PosixFilePermission permission : Files.getPosixFilePermissions(path)) {
            mode |= 0400 >> permission.ordinal();
        }
        return mode;
    }

    private static Set<PosixFilePermission> permissions(int mode) {
        Set<PosixFilePermission> permissions = EnumSet.noneOf(PosixFilePermission.class);
        for (PosixFilePermission permission : PosixFilePermission.values()) {
            if ((mode & MODE_BITS & (0400 >> permission.ordinal())) != 0) {
                permissions.add(permission);
            }
        }
        return permissions;
    }
}
