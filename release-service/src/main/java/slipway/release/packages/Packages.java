package slipway.release.packages;

import java.io.BufferedInputStream;
import java.io.BufferedOutputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.StandardOpenOption;
import java.nio.file.attribute.PosixFilePermission;
import java.security.DigestInputStream;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.ArrayList;
import java.util.HexFormat;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.SortedMap;
import java.util.TreeMap;
import java.util.stream.Stream;
import java.util.zip.GZIPInputStream;
import java.util.zip.GZIPOutputStream;
import org.apache.commons.compress.archivers.tar.TarArchiveEntry;
import org.apache.commons.compress.archivers.tar.TarArchiveInputStream;
import org.apache.commons.compress.archivers.tar.TarArchiveOutputStream;
import org.jspecify.annotations.Nullable;
import slipway.release.domain.PackageCheck;

/// Packages as `tar.gz`, each kept under the SHA-256 of its bytes. The same content gives the same bytes: entries are sorted,
/// times and owners zeroed.
public final class Packages {

    private static final String PREFIX = "sha256:";
    private static final int EXECUTABLE = 0755;
    private static final int PLAIN = 0644;
    private static final int OWNER_MAY_EXECUTE = 0100;

    private final Path store;

    public Packages(Path store) throws IOException {
        this.store = Files.createDirectories(store.toAbsolutePath().normalize());
    }

    /// @param digest `sha256:<hex>`
    public record Built(String digest, long bytes, int files, String location) {}

    /// What cannot be packaged, and why; trying again does not help.
    public static final class Unfit extends Exception {
        public Unfit(String message) {
            super(message);
        }
    }

    /// The digest's hexadecimal part, which names files and folders.
    public static String hex(String digest) {
        if (!digest.matches(PREFIX + "[0-9a-f]{64}")) {
            throw new IllegalArgumentException(digest + " is no " + PREFIX + "<64 hexadecimal digits>");
        }
        return digest.substring(PREFIX.length());
    }

    /// Packs a folder. Done again, it finds the same package.
    public Built build(Path folder) throws IOException, Unfit {
        SortedMap<String, Path> files = files(folder);
        Path half = Files.createTempFile(store, "building-", ".tmp");
        try {
            try (TarArchiveOutputStream tar = new TarArchiveOutputStream(
                    new GZIPOutputStream(new BufferedOutputStream(Files.newOutputStream(half))), "UTF-8")) {
                tar.setLongFileMode(TarArchiveOutputStream.LONGFILE_POSIX);
                tar.setBigNumberMode(TarArchiveOutputStream.BIGNUMBER_POSIX);
                for (var file : files.entrySet()) {
                    TarArchiveEntry entry = new TarArchiveEntry(file.getKey());
                    entry.setSize(Files.size(file.getValue()));
                    entry.setMode(executable(file.getValue()) ? EXECUTABLE : PLAIN);
                    entry.setModTime(0);
                    entry.setIds(0, 0);
                    entry.setNames("", "");
                    tar.putArchiveEntry(entry);
                    Files.copy(file.getValue(), tar);
                    tar.closeArchiveEntry();
                }
            }
            Trees.force(half);
            String digest = digest(half);
            Path kept = file(digest);
            Files.move(half, kept, StandardCopyOption.ATOMIC_MOVE, StandardCopyOption.REPLACE_EXISTING);
            Trees.force(store);
            return new Built(digest, Files.size(kept), files.size(), kept.toString());
        } finally {
            Files.deleteIfExists(half);
        }
    }

    /// By its owner, as the file says; what this process may do with it would differ from user to user.
    private static boolean executable(Path file) throws IOException {
        return Files.getPosixFilePermissions(file).contains(PosixFilePermission.OWNER_EXECUTE);
    }

    private static SortedMap<String, Path> files(Path folder) throws IOException, Unfit {
        if (!Files.isDirectory(folder)) {
            throw new Unfit("there is no " + folder);
        }
        SortedMap<String, Path> files = new TreeMap<>();
        List<Path> odd = new ArrayList<>();
        try (Stream<Path> all = Files.walk(folder)) {
            all.forEach(each -> {
                if (Files.isRegularFile(each, LinkOption.NOFOLLOW_LINKS)) {
                    files.put(folder.relativize(each).toString().replace('\\', '/'), each);
                } else if (!Files.isDirectory(each, LinkOption.NOFOLLOW_LINKS)) {
                    odd.add(each);
                }
            });
        }
        if (!odd.isEmpty()) {
            throw new Unfit("neither files nor folders: " + odd);
        }
        if (files.isEmpty()) {
            throw new Unfit(folder + " is empty");
        }
        return files;
    }

    /// What the kept package hashes to now; null when it is gone.
    public @Nullable String observed(String digest) throws IOException {
        try {
            return digest(file(digest));
        } catch (NoSuchFileException e) {
            return null;
        }
    }

    /// Unpacks it on trial and looks at everything.
    public List<PackageCheck> test(String digest, String migrations) throws IOException {
        List<PackageCheck> checks = new ArrayList<>();
        String observed = observed(digest);
        checks.add(new PackageCheck("digest", digest.equals(observed), "the kept file is " + observed));
        if (!digest.equals(observed)) {
            return checks;
        }
        Path trial = Files.createTempDirectory(store, "testing-");
        try {
            unpack(digest, trial);
            checks.add(new PackageCheck("unpack", true, "every entry stays inside and unpacks"));
            Built repeated = build(trial);
            checks.add(new PackageCheck(
                    "reproducible", repeated.digest().equals(digest), "packed again it is " + repeated.digest()));
            List<String> empty = read(digest, migrations).entrySet().stream()
                    .filter(file -> new String(file.getValue(), StandardCharsets.UTF_8).isBlank())
                    .map(Map.Entry::getKey)
                    .toList();
            checks.add(new PackageCheck(
                    "migrations", empty.isEmpty(), empty.isEmpty() ? "none is empty" : "empty: " + empty));
        } catch (Unfit | IllegalArgumentException e) {
            checks.add(new PackageCheck("unpack", false, String.valueOf(e.getMessage())));
        } finally {
            Trees.delete(trial);
        }
        return checks;
    }

    /// Unpacks into an existing, empty folder.
    ///
    /// @throws IllegalArgumentException when an entry would leave the folder, is there twice or is no plain file, or when the
    ///     kept package is not the one that its name says
    public void unpack(String digest, Path into) throws IOException {
        Path root = into.toAbsolutePath().normalize();
        each(digest, (entry, content) -> {
            Path file = root.resolve(entry.getName()).normalize();
            if (!file.startsWith(root) || file.equals(root) || !plain(entry) || Files.exists(file)) {
                throw new IllegalArgumentException("the package holds " + entry.getName() + ", which is not unpacked");
            }
            Files.createDirectories(Objects.requireNonNull(file.getParent()));
            try (OutputStream out = Files.newOutputStream(file, StandardOpenOption.CREATE_NEW)) {
                content.transferTo(out);
            }
            boolean executable = (entry.getMode() & OWNER_MAY_EXECUTE) != 0;
            if (!file.toFile().setExecutable(executable, false)) {
                throw new IOException(file + " cannot be made executable or plain");
            }
        });
    }

    /// The library calls a link a file, too.
    private static boolean plain(TarArchiveEntry entry) {
        return entry.isFile() && !entry.isSymbolicLink() && !entry.isLink() && !entry.isDirectory()
                && !entry.isFIFO() && !entry.isCharacterDevice() && !entry.isBlockDevice();
    }

    /// The SQL files below a folder of the package, sorted by name.
    ///
    /// @throws IllegalArgumentException when the kept package is not the one that its name says
    public SortedMap<String, byte[]> read(String digest, String folder) throws IOException {
        SortedMap<String, byte[]> files = new TreeMap<>();
        String prefix = folder.endsWith("/") ? folder : folder + "/";
        each(digest, (entry, content) -> {
            if (entry.isFile() && entry.getName().startsWith(prefix) && entry.getName().endsWith(".sql")) {
                files.put(entry.getName().substring(prefix.length()), content.readAllBytes());
            }
        });
        return files;
    }

    private interface Visitor {
        void visit(TarArchiveEntry entry, InputStream content) throws IOException;
    }

    private void each(String digest, Visitor visitor) throws IOException {
        try (InputStream kept = new BufferedInputStream(Files.newInputStream(file(digest)));
                DigestInputStream counted = new DigestInputStream(kept, sha256())) {
            TarArchiveInputStream tar = new TarArchiveInputStream(new GZIPInputStream(counted), "UTF-8");
            for (TarArchiveEntry entry = tar.getNextEntry(); entry != null; entry = tar.getNextEntry()) {
                visitor.visit(entry, tar);
            }
            // What stands behind the last entry counts as well.
            counted.transferTo(OutputStream.nullOutputStream());
            String observed = PREFIX + HexFormat.of().formatHex(counted.getMessageDigest().digest());
            if (!observed.equals(digest)) {
                throw new IllegalArgumentException("the kept package " + digest + " is in truth " + observed);
            }
        } catch (NoSuchFileException e) {
            throw new IOException("the package " + digest + " is no longer kept");
        }
    }

    private Path file(String digest) {
        return store.resolve(hex(digest) + ".tar.gz");
    }

    private static String digest(Path file) throws IOException {
        try (DigestInputStream in = new DigestInputStream(Files.newInputStream(file), sha256())) {
            in.transferTo(OutputStream.nullOutputStream());
            return PREFIX + HexFormat.of().formatHex(in.getMessageDigest().digest());
        }
    }

    private static MessageDigest sha256() {
        try {
            return MessageDigest.getInstance("SHA-256");
        } catch (NoSuchAlgorithmException e) {
            throw new IllegalStateException("every Java platform has SHA-256", e);
        }
    }
}
