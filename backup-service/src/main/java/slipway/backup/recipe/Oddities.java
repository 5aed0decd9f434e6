package slipway.backup.recipe;

import java.io.IOException;
import java.nio.file.FileVisitResult;
import java.nio.file.Files;
import java.nio.file.InvalidPathException;
import java.nio.file.Path;
import java.nio.file.SimpleFileVisitor;
import java.nio.file.attribute.BasicFileAttributes;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.function.Predicate;

/// What of a tree would not come back as it is. It is named before anything is captured, as a backup that leaves out something in silence is
/// none.
final class Oddities {

    private static final int MOST = 20;

    private final List<String> faults = new ArrayList<>();
    private final Map<Object, Linked> linked = new HashMap<>();
    private final List<String> attributes = new ArrayList<>();
    private int count;
    private int withAttributes;

    private record Linked(String name, int names, int[] seen) {}

    private final boolean comparesAttributes;

    private Oddities(boolean comparesAttributes) {
        this.comparesAttributes = comparesAttributes;
    }

    static String of(Path directory, Predicate<Path> wanted, Owners owners) throws IOException {
        return of(directory, wanted, owners, false);
    }

    /// @param wanted as in [Tree#write]
    /// @param comparesAttributes of those that [Attributes#digest] has, nobody has to be warned then
    /// @return what is no fault, but should be known; empty: nothing
    /// @throws IOException naming what cannot be kept: pipes, sockets and devices, names that are no text, owners that could not be given back
    static String of(Path directory, Predicate<Path> wanted, Owners owners, boolean comparesAttributes) throws IOException {
        try (Owners.Trial trial = new Owners.Trial()) {
            return of(directory, wanted, owners, comparesAttributes, trial);
        }
    }

    static String of(
            Path directory, Predicate<Path> wanted, Owners owners, boolean comparesAttributes, Owners.Giving giving)
            throws IOException {
        Oddities found = new Oddities(comparesAttributes);
        try (Attributes attributes = new Attributes()) {
            walk(directory, wanted, path -> found.look(directory, path, owners, giving, attributes));
        }
        if (found.count > 0) {
            throw new IOException(directory + " has what cannot be kept: " + said(found.faults, found.count));
        }
        List<String> out = found.linked.values().stream()
                .filter(each -> each.seen()[0] < each.names())
                .map(Linked::name)
                .sorted()
                .toList();
        List<String> known = new ArrayList<>();
        if (!out.isEmpty()) {
            known.add("has other names outside of the directory, and will be a file of its own: "
                    + said(out.stream().limit(MOST).toList(), out.size()));
        }
        if (found.withAttributes > 0) {
            known.add("has attributes that are not " + (comparesAttributes ? "compared" : "kept") + ": " + said(found.attributes, found.withAttributes));
        }
        if (!Attributes.known()) {
            known.add("nobody looked for access lists and capabilities, which are not " + (comparesAttributes ? "compared" : "kept") + ": this system, or Java without --enable-native-access=ALL-UNNAMED, does not tell them");
        }
        return String.join("; ", known);
    }

    interface Look {
        void at(Path path) throws IOException;
    }

    /// Every file and directory that is wanted, `directory` included.
    static void walk(Path directory, Predicate<Path> wanted, Look look) throws IOException {
        Files.walkFileTree(directory, new SimpleFileVisitor<>() {
            @Override
            public FileVisitResult preVisitDirectory(Path path, BasicFileAttributes is) throws IOException {
                if (!wanted.test(directory.relativize(path))) {
                    return FileVisitResult.SKIP_SUBTREE;
                }
                look.at(path);
                return FileVisitResult.CONTINUE;
            }

            @Override
            public FileVisitResult visitFile(Path path, BasicFileAttributes is) throws IOException {
                if (wanted.test(directory.relativize(path))) {
                    look.at(path);
                }
                return FileVisitResult.CONTINUE;
            }
        });
    }

    private static String said(List<String> some, int all) {
        return String.join("; ", some) + (all > some.size() ? "; and " + (all - some.size()) + " more" : "");
    }

    private void fault(String fault) {
        count++;
        if (faults.size() < MOST) {
            faults.add(fault);
        }
    }

    private void look(Path directory, Path path, Owners owners, Owners.Giving giving, Attributes attributesOf) throws IOException {
        Path relative = directory.relativize(path);
        String name = relative.toString().isEmpty() ? "." : relative.toString();
        Inode inode = Inode.of(path);
        if (!isText(relative)) {
            // The bytes as they are, with % before those that are no letters.
            fault(path.toUri().getRawPath() + " is no name in " + characters());
        } else if (inode.is().isSymbolicLink() && !isText(Files.readSymbolicLink(path))) {
            fault(name + " leads to what is no name in " + characters());
        }
        if (inode.is().isOther()) {
            fault(name + " is a pipe, a socket or a device");
        }
        if (owners == Owners.KEPT && !giving.couldGiveTo(inode.uid(), inode.gid())) {
            fault(name + " belongs to " + inode.owner() + ", which only root could give back: run this service as root, or say `owners: restorer`");
        }
        // What runs as somebody else would run as whoever restores it.
        if (owners == Owners.RESTORER && inode.is().isRegularFile() && (inode.mode() & Inode.SET_ID) != 0) {
            fault(name + " runs as its owner or group, which `owners: restorer` would change");
        }
        List<String> more = attributesOf.of(path).stream()
                .filter(each -> !comparesAttributes || !Attributes.isComparable(each))
                .toList();
        if (!more.isEmpty()) {
            withAttributes++;
            if (attributes.size() < MOST) {
                attributes.add(name + " (" + String.join(", ", more) + ")");
            }
        }
        if (inode.hasOtherNames()) {
            linked.computeIfAbsent(inode.key(), _ -> new Linked(name, inode.names(), new int[1])).seen()[0]++;
        }
    }

    /// Of names of files, and what to do when that is too little.
    static String characters() {
        String names = System.getProperty("sun.jnu.encoding");
        return "UTF-8".equals(names) ? names : names + ", start this service with LC_ALL=C.UTF-8";
    }

    /// A path knows its bytes; a text has only those that its character set knows.
    private static boolean isText(Path path) {
        try {
            // A link may be written with more slashes than a path has; what is written byte by byte in a URI is read as a path.
            Path exact = Path.of(path.toUri());
            return Path.of(exact.toString()).equals(exact);
        } catch (InvalidPathException e) {
            return false;
        }
    }
}
