package slipway.launcher.local;

import java.io.File;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;

/// Child processes, written down with their start time, so that the next start can end what a killed launcher left behind
/// and never somebody else's process that got the same number.
public final class Children implements AutoCloseable {

    private static final Duration PATIENCE = Duration.ofSeconds(40);

    private static final Duration PATIENCE_WITH_LEFT_OVER = Duration.ofSeconds(4);

    /// The exit code of whoever is ended by a signal is that much more than the signal; a JVM that obeys one says the same.
    private static final int BY_SIGNAL = 128;

    private static final Map<Integer, String> SIGNALS = Map.of(
            1, "SIGHUP", 2, "SIGINT", 3, "SIGQUIT", 6, "SIGABRT", 7, "SIGBUS", 9, "SIGKILL", 11, "SIGSEGV", 15, "SIGTERM");

    private final Path register;
    private final Path logs;
    private final List<Process> running = new ArrayList<>();

    public Children(Home home) {
        this.register = home.directory().resolve("children");
        this.logs = home.sub("logs");
        endLeftOver();
    }

    /// Starts a program; what it says goes to a log file of that name.
    public synchronized Process start(String name, List<String> argv, Map<String, String> environment) {
        ProcessBuilder builder = new ProcessBuilder(argv);
        builder.environment().putAll(environment);
        File log = logs.resolve(name + ".log").toFile();
        builder.redirectErrorStream(true).redirectOutput(ProcessBuilder.Redirect.appendTo(log));
        builder.redirectInput(ProcessBuilder.Redirect.from(new File("/dev/null")));
        Process process;
        try {
            process = builder.start();
        } catch (IOException e) {
            throw new Trouble("cannot start " + name + ": " + e.getMessage(), e);
        }
        running.removeIf(each -> !each.isAlive());
        running.add(process);
        try {
            write();
        } catch (UncheckedIOException e) {
            // Nobody would find it: neither whoever asked for it, nor the next start.
            process.destroyForcibly();
            running.remove(process);
            throw new Trouble("cannot start " + name + ": it cannot be written down in " + register + ": " + e.getMessage(), e);
        }
        return process;
    }

    public Path log(String name) {
        return logs.resolve(name + ".log");
    }

    /// How it ended; empty while it runs.
    public static Optional<String> end(Process process) {
        if (process.isAlive()) {
            return Optional.empty();
        }
        int code = process.exitValue();
        String signal = SIGNALS.get(code - BY_SIGNAL);
        return Optional.of("ended with exit code " + code + (signal == null ? "" : " (" + signal + ")"));
    }

    /// Asks it to end, insists after a while.
    public static void stop(Process process) {
        stop(process, PATIENCE);
    }

    static void stop(Process process, Duration patience) {
        process.destroy();
        try {
            if (!process.waitFor(patience)) {
                process.destroyForcibly();
            }
        } catch (InterruptedException e) {
            process.destroyForcibly();
            Thread.currentThread().interrupt();
        }
    }

    @Override
    public synchronized void close() {
        for (Process each : running.reversed()) {
            each.destroy();
        }
        running.reversed().forEach(Children::stop);
        running.clear();
        write();
    }

    private void write() {
        List<String> lines = running.stream()
                .filter(Process::isAlive)
                .map(each -> each.pid() + " " + started(each.toHandle()).orElse(Instant.EPOCH))
                .toList();
        try {
            Files.write(register, lines);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    private void endLeftOver() {
        if (!Files.exists(register)) {
            return;
        }
        try {
            List<ProcessHandle> left = Files.readAllLines(register).stream()
                    .map(line -> line.split(" "))
                    .filter(parts -> parts.length == 2)
                    .flatMap(parts -> leftOver(parts[0], parts[1]).stream())
                    .toList();
            left.forEach(ProcessHandle::destroy);
            // Their broker is gone, so they would wait for it in vain: what they have not written down is done again anyway.
            Instant until = Instant.now().plus(PATIENCE_WITH_LEFT_OVER);
            for (ProcessHandle each : left) {
                await(each, Duration.between(Instant.now(), until));
            }
            Files.delete(register);
        } catch (IOException | NumberFormatException e) {
            throw new Trouble("cannot read " + register + ": " + e.getMessage(), e);
        }
    }

    private static Optional<ProcessHandle> leftOver(String pid, String started) {
        return ProcessHandle.of(Long.parseLong(pid))
                .filter(each -> started(each).map(Instant::toString).equals(Optional.of(started)));
    }

    private static void await(ProcessHandle left, Duration patience) {
        try {
            left.onExit().get(Math.max(1, patience.toMillis()), TimeUnit.MILLISECONDS);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        } catch (ExecutionException | TimeoutException e) {
            left.destroyForcibly();
        }
    }

    private static Optional<Instant> started(ProcessHandle process) {
        return process.info().startInstant();
    }
}
