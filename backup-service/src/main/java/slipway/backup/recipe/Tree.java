package slipway.backup.recipe;

import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.nio.file.Files;
import java.nio.file.InvalidPathException;
import java.nio.file.LinkOption;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.nio.file.attribute.BasicFileAttributes;
import java.nio.file.attribute.FileTime;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.function.Predicate;
import org.apache.commons.compress.archivers.tar.TarArchiveEntry;
import org.apache.commons.compress.archivers.tar.TarArchiveInputStream;
import org.apache.commons.compress.archivers.tar.TarArchiveOutputStream;
import org.apache.commons.compress.archivers.tar.TarConstants;

/// A directory as a tar stream and back: names, modes, times of modification, links of both kinds, contents, and owners as numbers. Sockets,
/// pipes and devices are left out: [Oddities] finds them before.
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
        Map<Object, String> names = new HashMap<>();
        Deque<Path> waiting = new ArrayDeque<>(List.of(directory));
        while (!waiting.isEmpty()) {
            Path path = waiting.pop();
            Path relative = directory.relativize(path);
            if (Thread.interrupted()) {
                throw new InterruptedException("interrupted while reading " + directory);
            }
            try {
                if (wanted.test(relative)) {
                    one(path, relative, names, tar);
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

    /// @param names of files that have others, by what is the same for all of them
    private static void one(Path path, Path relative, Map<Object, String> names, TarArchiveOutputStream tar)
            throws IOException {
        Inode inode = Inode.of(path);
        BasicFileAttributes is = inode.is();
        String name = relative.toString().isEmpty() ? "./" : relative.toString();
        if (is.isSymbolicLink()) {
            TarArchiveEntry link = new TarArchiveEntry(name, TarConstants.LF_SYMLINK);
            link.setLinkName(target(path));
            put(link, inode, 0777, tar);
            tar.closeArchiveEntry();
        } else if (is.isDirectory()) {
            put(new TarArchiveEntry(name.endsWith("/") ? name : name + "/"), inode, inode.mode(), tar);
            tar.closeArchiveEntry();
        } else if (is.isRegularFile()) {
            String first = inode.hasOtherNames() ? names.get(inode.key()) : null;
            if (first != null) {
                TarArchiveEntry link = new TarArchiveEntry(name, TarConstants.LF_LINK);
                link.setLinkName(first);
                put(link, inode, inode.mode(), tar);
                tar.closeArchiveEntry();
                return;
            }
            // Opened before its header is written: what vanished leaves no trace in the stream.
            try (InputStream in = Files.newInputStream(path)) {
                TarArchiveEntry file = new TarArchiveEntry(name);
                file.setSize(is.size());
                put(file, inode, inode.mode(), tar);
                exactly(is.size(), in, tar);
                tar.closeArchiveEntry();
            }
            if (inode.hasOtherNames()) {
                names.put(inode.key(), name);
            }
        }
    }

    private static void put(TarArchiveEntry entry, Inode inode, int mode, TarArchiveOutputStream tar) throws IOException {
        entry.setMode(mode);
        entry.setUserId(Integer.toUnsignedLong(inode.uid()));
        entry.setGroupId(Integer.toUnsignedLong(inode.gid()));
        // Only numbers are kept: a name may be somebody else's on another machine, and it is ours that would stand here.
        entry.setNames("", "");
        entry.setLastModifiedTime(FileTime.fromMillis(inode.is().lastModifiedTime().toMillis()));
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
        one(path, Path.of(name), new HashMap<>(), tar);
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
    ///
    /// @param owners kept: those that are in the stream
    static void read(InputStream in, Path directory, Owners owners) throws IOException, InterruptedException {
        record Made(Path path, TarArchiveEntry entry) {}
        List<Made> directories = new ArrayList<>();
        Files.createDirectories(directory);
        Path root = directory.toRealPath();
        TarArchiveInputStream tar = new TarArchiveInputStream(in, "UTF-8");
        for (TarArchiveEntry entry = tar.getNextEntry(); entry != null; entry = tar.getNextEntry()) {
            if (Thread.interrupted()) {
                throw new InterruptedException("interrupted while restoring to " + directory);
            }
            Path target = below(root, entry.getName());
            if (entry.isDirectory()) {
                Files.createDirectories(target);
                directories.add(new Made(target, entry));
            } else if (entry.isSymbolicLink()) {
                Files.createSymbolicLink(target, Path.of(entry.getLinkName()));
                own(target, entry, owners);
            } else if (entry.isLink()) {
                Path first = below(root, entry.getLinkName());
                if (!Files.isRegularFile(first, LinkOption.NOFOLLOW_LINKS)) {
                    throw new IOException(entry.getName() + " is another name of " + entry.getLinkName() + ", which is no file");
                }
                Files.createLink(target, first);
            } else if (entry.isFile()) {
                Files.copy(tar, target);
                look(target, entry, owners);
            } else {
                throw new IOException(entry.getName() + " is neither a file nor a directory nor a link");
            }
        }
        // The deepest first: a directory's time changes with every file made in it, and it may be read-only.
        for (Made made : directories.reversed()) {
            look(made.path(), made.entry(), owners);
        }
    }

    private static Path below(Path root, String name) throws IOException {
        Path target;
        try {
            target = root.resolve(name).normalize();
        } catch (InvalidPathException e) {
            throw new IOException("the name " + name + " cannot be written in " + Oddities.characters(), e);
        }
        if (!target.startsWith(root)
                || !target.equals(root) && !target.getParent().toRealPath().startsWith(root)) {
            throw new IOException("leads out of the backup: " + name);
        }
        return target;
    }

    private static void look(Path path, TarArchiveEntry entry, Owners owners) throws IOException {
        own(path, entry, owners);
        Inode.mode(path, entry.getMode());
        Files.setLastModifiedTime(path, entry.getLastModifiedTime());
    }

    private static void own(Path path, TarArchiveEntry entry, Owners owners) throws IOException {
        if (owners == Owners.KEPT) {
            int uid = (int) entry.getLongUserId();
            int gid = (int) entry.getLongGroupId();
            try {
                Inode.own(path, uid, gid);
            } catch (IOException e) {
                throw new IOException(entry.getName() + " belonged to " + Inode.owner(uid, gid)
                        + ", and cannot be given to them: run this service as root (" + e.getMessage() + ")");
            }
        }
    }

    /// Where a link leads, without the slashes that lead nowhere else: a restored one has none.
    static String target(Path link) throws IOException {
        return Path.of(Files.readSymbolicLink(link).toString()).toString();
    }
}
