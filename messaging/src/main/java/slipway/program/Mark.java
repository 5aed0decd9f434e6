package slipway.program;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.UUID;
import java.util.concurrent.TimeUnit;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/// A variable in the environment of a program, by which all that it started is found: whoever has a session of its own (`setsid`), and whose
/// parent has ended, is no descendant any more, but has the environment of those who started it. Looked for in
/// [/proc](https://man7.org/linux/man-pages/man5/proc.5.html), as Linux has it; elsewhere nobody is found. Whoever cleans its environment isn't
/// either, nor who writes its title over it.
///
/// @param word that nobody else has
public record Mark(String name, String word) {

    private static final Path PROCESSES = Path.of("/proc");

    private static final Logger LOG = LoggerFactory.getLogger(Mark.class);

    /// Who starts another process while the others are looked for is found in a later round; so is who takes a moment to die.
    private static final int ROUNDS = 50;

    private static final Duration PAUSE = Duration.ofMillis(20);

    public static Mark fresh(String name) {
        return new Mark(name, UUID.randomUUID().toString());
    }

    /// To be put into an environment.
    public Map<String, String> variable() {
        return Map.of(name, word);
    }

    Set<ProcessHandle> processes() {
        try (Stream<Path> all = Files.list(PROCESSES)) {
            return all.filter(each -> each.getFileName().toString().matches("[0-9]+") && isOn(each))
                    .flatMap(each -> ProcessHandle.of(Long.parseLong(each.getFileName().toString())).stream())
                    .filter(each -> each.isAlive() && each.pid() != ProcessHandle.current().pid())
                    .collect(Collectors.toSet());
        } catch (IOException e) {
            return Set.of();
        }
    }

    private boolean isOn(Path process) {
        try {
            String environment = Files.readString(process.resolve("environ"), StandardCharsets.ISO_8859_1);
            return List.of(environment.split("\0")).contains(name + "=" + word);
        } catch (IOException e) {
            // It has ended, or is another's.
            return false;
        }
    }

    /// Ends all that have it: asks first, and after a while no longer.
    public void end() {
        Set<ProcessHandle> found = processes();
        if (!found.isEmpty()) {
            Programs.end(found);
        }
        destroy();
    }

    /// Without asking.
    void destroy() {
        boolean interrupted = Thread.interrupted();
        Set<ProcessHandle> left = processes();
        for (int round = 0; round < ROUNDS && !left.isEmpty(); round++) {
            left.forEach(ProcessHandle::destroyForcibly);
            try {
                TimeUnit.NANOSECONDS.sleep(PAUSE.toNanos());
            } catch (InterruptedException e) {
                interrupted = true;
            }
            left = processes();
        }
        if (!left.isEmpty()) {
            LOG.warn("these processes do not end: {}", left.stream().map(ProcessHandle::pid).sorted().toList());
        }
        if (interrupted) {
            Thread.currentThread().interrupt();
        }
    }
}
