package slipway.release;

import java.io.IOException;
import java.io.OutputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.security.DigestInputStream;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HexFormat;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import org.jspecify.annotations.Nullable;
import org.springframework.beans.factory.annotation.Value;
import org.springframework.stereotype.Component;
import slipway.release.deployer.Programs;
import slipway.release.domain.ReleaseEvent.CommandRun;
import slipway.release.domain.ReleaseEvent.PlannedCommand;

/// Runs what builds and tests, and keeps what it said and reported, each under its digest.
@Component
class Evidence {

    private static final String PREFIX = "sha256:";

    private final Path store;

    Evidence(@Value("${slipway.packages}") Path packages) {
        this.store = packages.resolve("evidence");
    }

    /// @param values for `{version}`, `{digest}`, `{package}` in arguments and in the report's path; programs get the same as
    ///     `SLIPWAY_VERSION` and so on
    /// @throws IOException when it cannot be started, or does not end in time
    CommandRun run(String releaseId, PlannedCommand command, Path folder, Map<String, String> values)
            throws IOException, InterruptedException {
        Path kept = Files.createDirectories(store.resolve(releaseId));
        List<String> argv = new ArrayList<>();
        command.argv().forEach(each -> argv.add(fill(each, values)));
        Map<String, String> environment = new LinkedHashMap<>();
        values.forEach((name, value) -> environment.put("SLIPWAY_" + name.toUpperCase(Locale.ROOT), value));
        Path report = command.report() == null ? null : folder.resolve(fill(command.report(), values));
        if (report != null) {
            // One of an earlier run would be no evidence of this one.
            Files.deleteIfExists(report);
        }
        Path log = Files.createTempFile(kept, "said-", ".log");
        long began = System.nanoTime();
        int exit = Programs.run(argv, folder, environment, Duration.ofSeconds(command.timeoutSeconds()), log);
        long millis = Duration.ofNanos(System.nanoTime() - began).toMillis();
        long bytes = Files.size(log);
        String said = keep(kept, log);
        return new CommandRun(
                command.name(), argv, exit, millis, said, bytes, report(kept, report));
    }

    private static @Nullable String report(Path kept, @Nullable Path report) throws IOException {
        if (report == null || !Files.isRegularFile(report)) {
            return null;
        }
        Path copy = Files.createTempFile(kept, "report-", ".tmp");
        Files.copy(report, copy, StandardCopyOption.REPLACE_EXISTING);
        return keep(kept, copy);
    }

    /// @param digest `sha256:…`, as facts name it
    Optional<Path> find(String releaseId, String digest) {
        if (!digest.matches(PREFIX + "[0-9a-f]{64}")) {
            return Optional.empty();
        }
        Path file = store.resolve(releaseId).resolve(digest.substring(PREFIX.length()));
        return Files.isRegularFile(file) ? Optional.of(file) : Optional.empty();
    }

    private static String keep(Path kept, Path file) throws IOException {
        String hex = hex(file);
        Files.move(file, kept.resolve(hex), StandardCopyOption.ATOMIC_MOVE, StandardCopyOption.REPLACE_EXISTING);
        return PREFIX + hex;
    }

    private static String hex(Path file) throws IOException {
        try (DigestInputStream in =
                new DigestInputStream(Files.newInputStream(file), MessageDigest.getInstance("SHA-256"))) {
            in.transferTo(OutputStream.nullOutputStream());
            return HexFormat.of().formatHex(in.getMessageDigest().digest());
        } catch (NoSuchAlgorithmException e) {
            throw new IllegalStateException("every Java platform has SHA-256", e);
        }
    }

    private static String fill(String text, Map<String, String> values) {
        String filled = text;
        for (var value : values.entrySet()) {
            filled = filled.replace("{" + value.getKey() + "}", value.getValue());
        }
        return filled;
    }
}
