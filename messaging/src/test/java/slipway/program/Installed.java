package slipway.program;

import static org.junit.jupiter.api.Assertions.fail;
import static org.junit.jupiter.api.Assumptions.abort;

import java.io.IOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.TimeUnit;
import java.util.stream.Stream;

/// A program of this machine, run for a test as it is in production. Where it is not installed, the test is left out; in CI, where it
/// has to be, it fails.
public final class Installed implements AutoCloseable {

    private final Process process;
    private final Path log;

    private Installed(Process process, Path log) {
        this.process = process;
        this.log = log;
    }

    /// Where a program is.
    public static String program(String name) {
        String path = Optional.ofNullable(System.getenv("PATH")).orElse("") + ":/usr/sbin:/usr/local/sbin";
        Optional<Path> found = Stream.of(path.split(":"))
                .filter(folder -> !folder.isEmpty())
                .map(folder -> Path.of(folder, name))
                .filter(Files::isExecutable)
                .findFirst();
        return found.isPresent() ? found.get().toString() : missing(name);
    }

    /// A program that is in no folder of programs.
    public static String program(Path path) {
        return Files.isExecutable(path) ? path.toString() : missing(path.toString());
    }

    private static String missing(String name) {
        String missing = name + " is not installed";
        return "true".equals(System.getenv("CI")) ? fail(missing + ", and in CI it has to be") : abort(missing);
    }

    /// @param folder in which it runs; what it says goes to a log there
    /// @param argv program and arguments
    public static Installed start(Path folder, List<String> argv) throws IOException {
        Path log = folder.resolve(Path.of(argv.getFirst()).getFileName() + ".log");
        return new Installed(
                new ProcessBuilder(argv)
                        .directory(folder.toFile())
                        .redirectErrorStream(true)
                        .redirectOutput(log.toFile())
                        .start(),
                log);
    }

    /// A port of the loopback that nobody used a moment ago.
    public static int freePort() throws IOException {
        try (ServerSocket socket = new ServerSocket(0, 1, InetAddress.getLoopbackAddress())) {
            return socket.getLocalPort();
        }
    }

    /// Whether it still runs; what it said is the message when it does not.
    public boolean runs() throws IOException {
        if (!process.isAlive()) {
            fail(process + " has ended: " + Files.readString(log));
        }
        return true;
    }

    @Override
    public void close() {
        process.destroy();
        try {
            if (!process.waitFor(10, TimeUnit.SECONDS)) {
                process.destroyForcibly();
            }
        } catch (InterruptedException e) {
            process.destroyForcibly();
            Thread.currentThread().interrupt();
        }
    }
}
