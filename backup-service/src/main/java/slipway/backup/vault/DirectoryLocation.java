package slipway.backup.vault;

import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.FileStore;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.ArrayList;
import java.util.List;
import java.util.TreeMap;

/// A directory with one directory per set. One that is not whole yet is called `.half-<set>`; once it was read back it gets its name,
/// at once. A corrupt one that was replaced is called `.corrupt-<set>`, or `.corrupt-<set>~2` and so on.
public final class DirectoryLocation implements Location {

    private static final String HALF = ".half-";
    private static final String ASIDE = ".corrupt-";
    private static final String MARK = ".slipway-location";

    private final Path root;
    private final String uri;

    /// @param root absolute; made by [#prepare] where it is missing, but never later: a disk that is not mounted is no empty location
    public DirectoryLocation(Path root) {
        this.root = root;
        String named = root.toUri().toString();
        this.uri = named.endsWith("/") ? named : named + "/";
    }

    Path root() {
        return root;
    }

    @Override
    public String uri() {
        return uri;
    }

    /// Room on the disk that it lies on.
    ///
    /// @param free bytes that may still be written
    /// @param size bytes of the whole disk
    public record Room(long free, long size) {}

    /// @throws IOException when the location is not there now
    public Room room() throws IOException {
        reach();
        FileStore disk = Files.getFileStore(root);
        return new Room(disk.getUsableSpace(), disk.getTotalSpace());
    }

    /// A mount point without its disk is an empty directory: that it is the location that it was, the mark says.
    @Override
    public void prepare(boolean known) throws IOException {
        if (!known) {
            Disk.privateDirectory(root);
            Disk.replace(root.resolve(MARK), "Backups of Slipway lie here.\n".getBytes(StandardCharsets.UTF_8));
        }
    }

    private Path half(String set) {
        return root.resolve(HALF + set);
    }

    /// Where the items of a set are sealed; [#sealed] goes on from there.
    Path sealing(String set) throws IOException {
        reach();
        return Disk.privateDirectory(half(set));
    }

    private Path whole(String set) {
        return root.resolve(set);
    }

    private void reach() throws IOException {
        if (!Files.isDirectory(root)) {
            throw new IOException(root + " is not there");
        }
        if (!Files.isRegularFile(root.resolve(MARK), LinkOption.NOFOLLOW_LINKS)) {
            throw new IOException(root + " is not the location that it was (it has no " + MARK + "): is its disk mounted?");
        }
    }

    private static boolean isThere(Path directory) {
        return Files.isDirectory(directory, LinkOption.NOFOLLOW_LINKS);
    }

    @Override
    public State state(String set) throws IOException {
        reach();
        if (isThere(whole(set))) {
            return State.WHOLE;
        }
        return isThere(half(set)) ? State.HALF : State.ABSENT;
    }

    /// When a file was last written to, its system says itself (`ctime`); only who has all rights on the machine can make it lie.
    @Override
    public String traces(String set) throws IOException {
        reach();
        List<String> traces = new ArrayList<>();
        try (var all = Files.newDirectoryStream(whole(set))) {
            for (Path each : all) {
                traces.add(each.getFileName()
                        + new TreeMap<>(Files.readAttributes(each, "unix:ino,size,lastModifiedTime,ctime", LinkOption.NOFOLLOW_LINKS)).toString());
            }
        }
        traces.sort(null);
        return String.join("\n", traces);
    }

    @Override
    public InputStream read(String set, String file) throws IOException {
        reach();
        return read(whole(set), file);
    }

    private static InputStream read(Path directory, String file) throws IOException {
        Path path = directory.resolve(file);
        if (!Files.isRegularFile(path, LinkOption.NOFOLLOW_LINKS)) {
            throw new NoSuchFileException(path.toString());
        }
        return Files.newInputStream(path);
    }

    @Override
    public Draft draft(String set) throws IOException {
        discard(set);
        Files.createDirectory(half(set));
        Disk.privateDirectory(half(set));
        return sealed(set);
    }

    /// The draft whose items were sealed in [#sealing].
    Draft sealed(String set) {
        return new Draft() {
            @Override
            public void write(String file, long bytes, InputStream content) throws IOException {
                Path path = half(set).resolve(file);
                try (OutputStream out = Files.newOutputStream(path, StandardOpenOption.CREATE_NEW)) {
                    content.transferTo(out);
                }
                Disk.force(path);
            }

            @Override
            public InputStream read(String file) throws IOException {
                return DirectoryLocation.read(half(set), file);
            }

            @Override
            public void publish(byte[] signature) throws IOException {
                Path path = half(set).resolve(Sets.SIGNATURE);
                Files.write(path, signature);
                Disk.force(path);
                Disk.force(half(set));
                Disk.rename(half(set), whole(set));
            }
        };
    }

    @Override
    public void discard(String set) throws IOException {
        reach();
        Disk.delete(half(set));
    }

    @Override
    public void aside(String set) throws IOException {
        reach();
        Path aside = root.resolve(ASIDE + set);
        for (int n = 2; Files.exists(aside, LinkOption.NOFOLLOW_LINKS); n++) {
            aside = root.resolve(ASIDE + set + "~" + n);
        }
        Disk.rename(whole(set), aside);
    }

    @Override
    public void remove(String set) throws IOException {
        discard(set);
        if (isThere(whole(set))) {
            // Whoever is interrupted leaves something half, not a set that lacks files.
            Disk.rename(whole(set), half(set));
            Disk.delete(half(set));
        }
        // A person may have taken any of them.
        try (var asides = Files.newDirectoryStream(root, each -> isAside(each, set))) {
            for (Path aside : asides) {
                Disk.delete(aside);
            }
        }
    }

    private static boolean isAside(Path directory, String set) {
        return directory.getFileName().toString().matches("\\Q" + ASIDE + set + "\\E(~\\d+)?");
    }

    @Override
    public Copy kept(String set, String manifestDigest) {
        return new Copy(uri(set), manifestDigest, null);
    }

    @Override
    public String toString() {
        return root.toString();
    }
}
