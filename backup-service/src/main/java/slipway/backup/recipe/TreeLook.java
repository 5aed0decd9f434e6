package slipway.backup.recipe;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.FileVisitResult;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.SimpleFileVisitor;
import java.nio.file.attribute.BasicFileAttributes;
import java.nio.file.attribute.PosixFilePermissions;
import java.security.MessageDigest;
import java.time.Instant;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.function.Predicate;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;
import slipway.backup.vault.Digest;

/// How a tree looks.
///
/// @param digest over names, kinds, modes (`rwx`) and contents; hexadecimal
/// @param attributes a digest over set-id and sticky bits, hard links, and, where they are kept, owners
/// @param owners how many belong to whom, by numbers
/// @param files how many regular files
/// @param newest when anything in it was last modified
record TreeLook(String digest, String attributes, String owners, long files, Instant newest) {

    /// A note at capture: since then, all of this is looked at.
    static final String NOTE = "attributes";

    private static final int MOST = 20;

    static TreeLook of(Path directory) throws IOException {
        return of(directory, _ -> true, Owners.KEPT);
    }

    /// What the note says: the script of a set reads it, too.
    static String note(Owners owners) {
        return owners == Owners.KEPT ? "owners, set-id and sticky bits, hard links" : "sticky bits, hard links";
    }

    /// Whose the files are, when that was captured.
    static Owners noted(Map<String, String> notes) {
        return note(Owners.KEPT).equals(notes.get(NOTE)) ? Owners.KEPT : Owners.RESTORER;
    }

    /// @param wanted as in [Tree#write]
    static TreeLook of(Path directory, Predicate<Path> wanted, Owners owners) throws IOException {
        Walk walk = new Walk(directory, wanted, owners);
        Files.walkFileTree(directory, walk);
        return new TreeLook(
                digest(walk.lines), digest(walk.attributes), owners(walk.owners), walk.files, walk.newest);
    }

    static String digest(List<String> lines) {
        MessageDigest digest = Digest.sha256();
        lines.stream().sorted().forEach(line ->
                digest.update((line.length() + ":" + line + "\n").getBytes(StandardCharsets.UTF_8)));
        return Digest.hex(digest.digest());
    }

    /// So that a difference is one that a person can read; of too many, only the digest.
    private static String owners(Map<String, Integer> owners) {
        String all = owners.entrySet().stream()
                .map(each -> each.getValue() + " of " + each.getKey())
                .collect(Collectors.joining(", "));
        return owners.size() <= MOST ? all : "sha256:" + Digest.of(all.getBytes(StandardCharsets.UTF_8));
    }

    /// By names, to be compared.
    ///
    /// @param notes what was noted at capture; without [#NOTE] it was sealed when nobody looked at more
    Map<String, String> contents(Map<String, String> notes) {
        Map<String, String> contents = new TreeMap<>();
        contents.put("files", String.valueOf(files));
        contents.put("tree", "sha256:" + digest);
        if (notes.containsKey(NOTE)) {
            contents.put(NOTE, "sha256:" + attributes);
            if (noted(notes) == Owners.KEPT) {
                contents.put("owners", owners);
            }
        }
        return contents;
    }

    private static final class Walk extends SimpleFileVisitor<Path> {
        private final Path directory;
        private final Predicate<Path> wanted;
        private final Owners keep;
        private final List<String> lines = new ArrayList<>();
        private final List<String> attributes = new ArrayList<>();
        private final Map<String, Integer> owners = new TreeMap<>();
        private final Map<Object, List<String>> names = new HashMap<>();
        private long files;
        private Instant newest = Instant.EPOCH;

        Walk(Path directory, Predicate<Path> wanted, Owners keep) {
            this.directory = directory;
            this.wanted = wanted;
            this.keep = keep;
        }

        @Override
        public FileVisitResult preVisitDirectory(Path path, BasicFileAttributes is) throws IOException {
            if (!wanted.test(directory.relativize(path))) {
                return FileVisitResult.SKIP_SUBTREE;
            }
            lines.add(line("d", path, ""));
            seen(path, is);
            return FileVisitResult.CONTINUE;
        }

        @Override
        public FileVisitResult visitFile(Path path, BasicFileAttributes is) throws IOException {
            if (wanted.test(directory.relativize(path))) {
                if (is.isSymbolicLink()) {
                    lines.add("l " + directory.relativize(path) + " -> " + Tree.target(path));
                } else if (is.isRegularFile()) {
                    lines.add(line("f", path, " " + Digest.of(path)));
                    files++;
                }
                seen(path, is);
            }
            return FileVisitResult.CONTINUE;
        }

        private String line(String kind, Path path, String rest) throws IOException {
            return kind + " " + directory.relativize(path) + " "
                    + PosixFilePermissions.toString(Files.getPosixFilePermissions(path)) + rest;
        }

        private void seen(Path path, BasicFileAttributes is) throws IOException {
            Inode inode = Inode.of(path);
            String name = directory.relativize(path).toString();
            attributes.add("%s %s %s".formatted(
                    name,
                    is.isSymbolicLink() ? "link" : Integer.toOctalString(inode.mode()),
                    keep == Owners.KEPT ? inode.owner() : ""));
            if (inode.hasOtherNames()) {
                names.computeIfAbsent(inode.key(), _ -> new ArrayList<>()).add(name);
            }
            owners.merge(inode.owner(), 1, Integer::sum);
            Instant modified = Instant.ofEpochMilli(is.lastModifiedTime().toMillis());
            newest = modified.isAfter(newest) ? modified : newest;
        }

        /// Once all the names of each file are known.
        @Override
        public FileVisitResult postVisitDirectory(Path path, @Nullable IOException e) throws IOException {
            if (path.equals(directory)) {
                names.values().stream()
                        .filter(same -> same.size() > 1)
                        .forEach(same -> attributes.add("one file " + same.stream().sorted().toList()));
            }
            return super.postVisitDirectory(path, e);
        }
    }
}
