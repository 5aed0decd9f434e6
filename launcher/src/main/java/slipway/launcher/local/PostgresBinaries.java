package slipway.launcher.local;

import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.attribute.PosixFilePermissions;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.ArrayList;
import java.util.HexFormat;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import org.apache.commons.compress.archivers.tar.TarArchiveEntry;
import org.apache.commons.compress.archivers.tar.TarArchiveInputStream;
import org.apache.commons.compress.compressors.xz.XZCompressorInputStream;

/// The PostgreSQL programs that come on the class path, unpacked once. They stay where they are unpacked: a server that is
/// restored later is started again by the path it was started with.
public final class PostgresBinaries {

    private final Path directory;
    private final List<String> prefix;

    private PostgresBinaries(Path directory, List<String> prefix) {
        this.directory = directory;
        this.prefix = prefix;
    }

    public static PostgresBinaries unpackedIn(Path parent) {
        String resource = "postgres-" + system() + "-" + architecture() + ".txz";
        try (InputStream in = PostgresBinaries.class.getResourceAsStream("/" + resource)) {
            if (in == null) {
                throw new Trouble("no PostgreSQL for this machine on the class path: " + resource);
            }
            byte[] archive = in.readAllBytes();
            Path directory = parent.resolve("postgres-" + digest(archive));
            if (!Files.isDirectory(directory)) {
                Path half = Files.createTempDirectory(Files.createDirectories(parent), "unpacking");
                unpack(new ByteArrayInputStream(archive), half);
                Files.setPosixFilePermissions(half, PosixFilePermissions.fromString("rwxr-xr-x"));
                Files.move(half, directory, StandardCopyOption.ATOMIC_MOVE);
            }
            return new PostgresBinaries(directory, isRoot() ? List.of("unshare", "-U") : List.of());
        } catch (IOException e) {
            throw new Trouble("cannot unpack PostgreSQL: " + e.getMessage(), e);
        }
    }

    /// Runs one of its programs to the end and gives its exit code; what it says goes to the log.
    int run(Path log, String program, String... arguments) {
        List<String> argv = new ArrayList<>(prefix);
        argv.add(directory.resolve("bin").resolve(program).toString());
        argv.addAll(List.of(arguments));
        ProcessBuilder builder = new ProcessBuilder(argv)
                .redirectErrorStream(true)
                .redirectOutput(ProcessBuilder.Redirect.appendTo(log.toFile()));
        builder.environment().putAll(Map.of("LC_ALL", "C", "TZ", "UTC"));
        try {
            Process process = builder.start();
            process.getOutputStream().close();
            if (!process.waitFor(120, TimeUnit.SECONDS)) {
                process.destroyForcibly();
                throw new Trouble(program + " does not end, see " + log);
            }
            return process.exitValue();
        } catch (IOException e) {
            throw new Trouble("cannot run " + program + ": " + e.getMessage(), e);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new Trouble("interrupted while running " + program, e);
        }
    }

    private static void unpack(InputStream in, Path directory) throws IOException {
        try (TarArchiveInputStream tar =
                new TarArchiveInputStream(new XZCompressorInputStream(in))) {
            for (TarArchiveEntry entry = tar.getNextEntry(); entry != null; entry = tar.getNextEntry()) {
                Path target = directory.resolve(entry.getName()).normalize();
                if (!target.startsWith(directory)) {
                    throw new IOException("leads outside: " + entry.getName());
                }
                if (entry.isDirectory()) {
                    Files.createDirectories(target);
                } else if (entry.isSymbolicLink()) {
                    Files.createDirectories(target.getParent());
                    Files.createSymbolicLink(target, Path.of(entry.getLinkName()));
                } else {
                    Files.createDirectories(target.getParent());
                    Files.copy(tar, target);
                    boolean runs = (entry.getMode() & 0100) != 0;
                    Files.setPosixFilePermissions(
                            target, PosixFilePermissions.fromString(runs ? "rwxr-xr-x" : "rw-r--r--"));
                }
            }
        }
    }

    private static String digest(byte[] archive) {
        try {
            return HexFormat.of()
                    .formatHex(MessageDigest.getInstance("SHA-256").digest(archive))
                    .substring(0, 12);
        } catch (NoSuchAlgorithmException e) {
            throw new IllegalStateException(e);
        }
    }

    private static String system() {
        return System.getProperty("os.name").toLowerCase(Locale.ROOT).startsWith("mac") ? "darwin" : "linux";
    }

    private static String architecture() {
        String name = System.getProperty("os.arch");
        return switch (name) {
            case "amd64", "x86_64" -> "x86_64";
            case "aarch64", "arm64" -> "arm_64";
            default -> name;
        };
    }

    /// PostgreSQL refuses to run as root; inside a user namespace of its own it does not see that it is.
    private static boolean isRoot() throws IOException {
        return Files.exists(Path.of("/proc/self"))
                && (Integer) Files.getAttribute(Path.of("/proc/self"), "unix:uid") == 0;
    }
}
