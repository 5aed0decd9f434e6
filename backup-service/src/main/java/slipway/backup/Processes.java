package slipway.backup;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;

/// Runs programs: arguments as a list, no shell, a clean environment, a timeout, and the whole process tree ended.
final class Processes {

    private static final int LONGEST_OUTPUT = 2_000;

    private Processes() {}

    /// @param exit the program's exit code
    /// @param output the end of what it printed
    record Result(int exit, String output) {}

    /// @throws IOException when it cannot be started, or does not end in time
    static Result run(List<String> argv, Path folder, Duration timeout) throws IOException, InterruptedException {
        Path output = Files.createTempFile("slipway-", ".out");
        try {
            ProcessBuilder builder = new ProcessBuilder(argv)
                    .directory(folder.toFile())
                    .redirectErrorStream(true)
                    .redirectOutput(output.toFile());
            Map<String, String> environment = builder.environment();
            environment.keySet().retainAll(List.of("PATH", "HOME", "LANG", "TZ"));
            Process process = builder.start();
            try {
                process.getOutputStream().close();
                if (!process.waitFor(timeout.toMillis(), TimeUnit.MILLISECONDS)) {
                    throw new IOException(argv.getFirst() + " did not end within " + timeout.toSeconds() + " s");
                }
            } finally {
                if (process.isAlive()) {
                    process.descendants().forEach(ProcessHandle::destroyForcibly);
                    process.destroyForcibly();
                }
            }
            String said = Files.readString(output);
            return new Result(
                    process.exitValue(), said.substring(Math.max(0, said.length() - LONGEST_OUTPUT)));
        } finally {
            Files.deleteIfExists(output);
        }
    }
}
