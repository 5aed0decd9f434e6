package slipway.backup.vault;

import java.net.URI;
import java.net.URISyntaxException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.DateTimeException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;
import software.amazon.awssdk.auth.credentials.DefaultCredentialsProvider;

/// Reads where copies are to lie, and names every fault of it at once.
public final class Locations {

    private static final String PROPERTY = "slipway.backup.locations";
    private static final Pattern S3 = Pattern.compile("s3://([a-z0-9][a-z0-9.-]{1,61}[a-z0-9])(?:/(.*))?");
    /// Neither on the fly nor with options: those could hold secrets, and become arguments.
    private static final Pattern REMOTE = Pattern.compile("rclone:([A-Za-z0-9_][A-Za-z0-9_ .-]*):(.*)");

    private final Given given;
    private final List<Location> locations = new ArrayList<>();
    private final List<String> faults = new ArrayList<>();

    private Locations(Given given) {
        this.given = given;
    }

    /// All of it as it is written, since whoever wrote it is told of all that is wrong.
    ///
    /// @param locations paths, `file:///…`, `s3://bucket/prefix`, `rclone:remote:path`; two at least, the first a directory
    /// @param endpoint URL; null: AWS
    /// @param pathStyle `true` or `false`; null: false
    /// @param retain such as `P30D`; null: no retention
    /// @param mode `GOVERNANCE` or `COMPLIANCE`; null: GOVERNANCE
    /// @param rclone program; null: it is not installed
    /// @param rcloneConfig file that `rclone config` wrote
    public record Given(
            List<String> locations,
            @Nullable String endpoint,
            @Nullable String region,
            @Nullable String pathStyle,
            @Nullable String retain,
            @Nullable String mode,
            @Nullable Path rclone,
            @Nullable Path rcloneConfig) {

        /// Only directories.
        public static Given of(List<String> locations) {
            return new Given(locations, null, null, null, null, null, null, null);
        }
    }

    /// @throws IllegalArgumentException naming every fault
    public static List<Location> of(Given given) {
        Locations reading = new Locations(given);
        reading.read();
        if (!reading.faults.isEmpty()) {
            throw new IllegalArgumentException(String.join("; ", reading.faults));
        }
        return reading.locations;
    }

    private void read() {
        S3Settings s3 = s3();
        for (int i = 0; i < given.locations().size(); i++) {
            String location = given.locations().get(i).strip();
            if (location.startsWith("s3:")) {
                s3(location, i, s3);
            } else if (location.startsWith("rclone:")) {
                rclone(location, i);
            } else {
                directory(location, i);
            }
        }
        if (given.locations().size() < 2) {
            faults.add(PROPERTY + ": two different locations at least");
        }
        if (given.locations().getFirst().matches("(s3|rclone):.*")) {
            faults.add(PROPERTY + ": the first has to be a directory, since sets are sealed there before they are copied");
        }
        for (Location one : locations) {
            for (Location other : locations) {
                if (one != other && one.uri().startsWith(other.uri())
                        && (!one.uri().equals(other.uri()) || locations.indexOf(one) < locations.indexOf(other))) {
                    faults.add(PROPERTY + ": " + one + (one.uri().equals(other.uri())
                            ? " is there twice; two different locations at least"
                            : " lies in " + other + ": whatever happens to one happens to both"));
                }
            }
        }
    }

    private void fault(int number, String fault) {
        faults.add(PROPERTY + "[" + number + "]: " + fault);
    }

    private void directory(String location, int number) {
        try {
            if (location.isEmpty()) {
                fault(number, "is empty");
            } else if (location.startsWith("file:")) {
                locations.add(new DirectoryLocation(Path.of(new URI(location)).normalize()));
            } else if (location.matches("[A-Za-z][A-Za-z0-9+.-]+:.*")) {
                fault(number, "begins with '" + location.substring(0, location.indexOf(':') + 1)
                        + "'; give a path, file:///…, s3://bucket/prefix or rclone:remote:path");
            } else {
                locations.add(new DirectoryLocation(Path.of(location).toAbsolutePath().normalize()));
            }
        } catch (URISyntaxException | IllegalArgumentException e) {
            fault(number, "'" + location + "' is no directory: " + e.getMessage());
        }
    }

    private void s3(String location, int number, @Nullable S3Settings settings) {
        Matcher parts = S3.matcher(location);
        if (!parts.matches()) {
            // It may hold what nobody should see.
            fault(number, "is not s3://bucket/prefix; credentials are no part of it");
            return;
        }
        String prefix = parts.group(2) == null ? "" : parts.group(2).replaceFirst("/$", "");
        if (!prefix.matches("|[^/?#@\\p{Cntrl}]+(/[^/?#@\\p{Cntrl}]+)*")) {
            fault(number, "the prefix '" + prefix + "' cannot be used");
            return;
        }
        if (given.region() == null && given.endpoint() == null) {
            fault(number, "slipway.backup.s3.region is missing");
            return;
        }
        if (settings != null) {
            locations.add(new S3Location(
                    settings, DefaultCredentialsProvider.builder().build(), parts.group(1), prefix));
        }
    }

    private @Nullable S3Settings s3() {
        int before = faults.size();
        URI endpoint = given.endpoint() == null ? null : endpoint(given.endpoint());
        if (given.region() != null && !given.region().matches("[a-z0-9-]+")) {
            faults.add("slipway.backup.s3.region: '" + given.region() + "' is no region; write eu-central-1");
        }
        if (given.pathStyle() != null && !given.pathStyle().matches("true|false")) {
            faults.add("slipway.backup.s3.path-style: '" + given.pathStyle() + "' is neither true nor false");
        }
        Duration retain = given.retain() == null ? null : retain(given.retain());
        S3Settings.Mode mode = S3Settings.Mode.GOVERNANCE;
        if (given.mode() != null) {
            try {
                mode = S3Settings.Mode.valueOf(given.mode().toUpperCase(Locale.ROOT));
            } catch (IllegalArgumentException e) {
                faults.add("slipway.backup.s3.mode: '" + given.mode() + "' is neither GOVERNANCE nor COMPLIANCE");
            }
        }
        return faults.size() > before
                ? null
                : new S3Settings(endpoint, given.region(), "true".equals(given.pathStyle()), retain, mode);
    }

    private @Nullable URI endpoint(String url) {
        try {
            URI endpoint = new URI(url);
            if (List.of("http", "https").contains(String.valueOf(endpoint.getScheme()))
                    && endpoint.getHost() != null
                    && endpoint.getUserInfo() == null) {
                return endpoint;
            }
        } catch (URISyntaxException e) {
            // It is said below.
        }
        faults.add("slipway.backup.s3.endpoint: is no URL such as https://s3.example.com; credentials are no part of it");
        return null;
    }

    private @Nullable Duration retain(String text) {
        try {
            Duration retain = Duration.parse(text);
            if (retain.isPositive()) {
                return retain;
            }
        } catch (DateTimeException e) {
            // It is said below.
        }
        faults.add("slipway.backup.s3.retain: '" + text + "' is no duration; write P30D");
        return null;
    }

    private void rclone(String location, int number) {
        Matcher parts = REMOTE.matcher(location);
        Path program = given.rclone();
        Path config = given.rcloneConfig();
        if (!parts.matches()) {
            fault(number, "is not rclone:remote:path, with the name of a remote in slipway.backup.rclone.config");
        } else if (config == null) {
            fault(number, "slipway.backup.rclone.config is missing: the file that `rclone config` wrote");
        } else if (!Files.isReadable(config)) {
            fault(number, "slipway.backup.rclone.config: " + config + " cannot be read");
        } else if (program == null) {
            fault(number, "rclone is not installed in any of slipway.backup.programs");
        } else {
            locations.add(new RcloneLocation(
                    new Rclone(program, config.toAbsolutePath().normalize()),
                    parts.group(1) + ":" + parts.group(2).replaceFirst("/+$", "")));
        }
    }
}
