package slipway.release;

import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.nio.file.Files;
import java.nio.file.LinkOption;
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
import java.util.Objects;
import java.util.Optional;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import org.springframework.beans.factory.annotation.Value;
import org.springframework.stereotype.Component;
import slipway.release.domain.CommandRun;
import slipway.release.domain.PlannedCommand;

/// Runs what builds and tests, and keeps what it said and reported, each under its digest.
@Component
class Evidence {

    private static final Logger LOG = LoggerFactory.getLogger(Evidence.class);
    private static final String PREFIX = "sha256:";

    /// People read reports; what is larger is no report.
    private static final int LARGEST_REPORT = 16 << 20;

    private final Path store;

    Evidence(@Value("${slipway.packages}") Path packages) {
        this.store = packages.resolve("evidence");
    }

    /// @param values for `{version}`, `{digest}`, `{package}` in arguments and in the report's path; programs get the same as
    ///     `SLIPWAY_VERSION` and so on
    /// @throws IOException when it cannot be started, does not end in time, or reports what is no report; it names what was said
    CommandRun run(String releaseId, PlannedCommand command, Workbench workbench, Map<String, String> values)
            throws IOException, InterruptedException {
        Path kept = Files.createDirectories(store.resolve(releaseId));
        List<String> argv = new ArrayList<>();
        command.argv().forEach(each -> argv.add(fill(each, values)));
        Map<String, String> environment = new LinkedHashMap<>();
        values.forEach((name, value) -> environment.put("SLIPWAY_" + name.toUpperCase(Locale.ROOT), value));
        String report = command.report() == null ? null : fill(command.report(), values);
        if (report != null) {
            // One of an earlier run would be no evidence of this one.
            Files.deleteIfExists(within(workbench.folder(), report));
        }
        Path log = Files.createTempFile(kept, "said-", ".log");
        long began = System.nanoTime();
        try {
            int exit = workbench.run(argv, environment, Duration.ofSeconds(command.timeoutSeconds()), log);
            long millis = Duration.ofNanos(System.nanoTime() - began).toMillis();
            String reported = report == null ? null : report(kept, workbench.folder(), report);
            long bytes = Files.size(log);
            return new CommandRun(command.name(), argv, exit, millis, keep(kept, log), bytes, reported);
        } catch (IOException e) {
            // Also who did not end, or was stopped with the service, had something to say.
            throw new IOException(
                    command.name() + ": " + Fault.inWords(e) + "; what it said is kept as " + keep(kept, log), e);
        } catch (InterruptedException e) {
            LOG.warn("{} of {} was ended; what it said is kept as {}", command.name(), releaseId, keep(kept, log));
            throw e;
        }
    }

    private static @Nullable String report(Path kept, Path folder, String name) throws IOException {
        Path report = within(folder, name);
        if (!Files.exists(report, LinkOption.NOFOLLOW_LINKS)) {
            return null;
        }
        if (!Files.isRegularFile(report, LinkOption.NOFOLLOW_LINKS)) {
            throw new IOException("its report " + name + " is no regular file");
        }
        byte[] bytes;
        try (InputStream in = Files.newInputStream(report, LinkOption.NOFOLLOW_LINKS)) {
            bytes = in.readNBytes(LARGEST_REPORT + 1);
        }
        if (bytes.length > LARGEST_REPORT) {
            throw new IOException("its report " + name + " is larger than " + (LARGEST_REPORT >> 20) + " MiB");
        }
        return keep(kept, Files.write(Files.createTempFile(kept, "report-", ".tmp"), bytes));
    }

    /// @throws IOException when it is elsewhere: a program could make us delete or publish what is not the workshop's
    private static Path within(Path folder, String name) throws IOException {
        Path file = folder.resolve(name).normalize();
        // As far as its folder is there; the program may make it.
        Path there = Objects.requireNonNull(file.getParent());
        while (!Files.exists(there, LinkOption.NOFOLLOW_LINKS)) {
            there = Objects.requireNonNull(there.getParent());
        }
        if (!file.startsWith(folder) || file.equals(folder) || !there.toRealPath().startsWith(folder)) {
            throw new IOException("its report " + name + " leads out of the workshop");
        }
        return file;
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
