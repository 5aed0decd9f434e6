package slipway.release;

import java.io.IOException;
import java.net.URI;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashMap;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import org.jspecify.annotations.Nullable;
import slipway.release.domain.ReleaseCommand.BackupTerms;
import slipway.release.domain.Strategy;
import slipway.release.domain.VerificationLevel;
import tools.jackson.core.JacksonException;
import tools.jackson.databind.DeserializationFeature;
import tools.jackson.dataformat.yaml.YAMLMapper;

/// How services are delivered: where their packages come from, and their environments. Read from a YAML file at the start; a
/// faulty file stops the start and names every fault.
///
/// @param services by name
record Catalogue(Map<String, Delivery> services) {

    /// @param artifacts folder with one folder per version
    record Delivery(Path artifacts, Map<String, Environment> environments) {}

    /// @param backupPlan plan of backup-service that covers it
    /// @param minLevel how far its backup must be proven before it is touched
    /// @param migrations null when it has no database to migrate
    record Environment(
            String name,
            Strategy strategy,
            String backupPlan,
            long rpoSeconds,
            VerificationLevel minLevel,
            List<Instance> instances,
            Probe probe,
            @Nullable Database migrations) {

        BackupTerms terms() {
            return new BackupTerms(name, backupPlan, rpoSeconds, minLevel);
        }
    }

    /// @param directory holds `releases/<digest>` and the link `current`
    /// @param url where it answers
    record Instance(String name, Path directory, URI url) {}

    /// How an instance is looked at.
    ///
    /// @param path below the instance's url
    /// @param contains what the answer has to contain; empty: anything
    /// @param samples how often the canary is looked at
    /// @param failureLimit how many bad samples are allowed
    /// @param identity path of the file in which an instance tells its digest over HTTP; null: it does not tell
    record Probe(
            String path,
            String contains,
            int samples,
            Duration interval,
            Duration timeout,
            int failureLimit,
            @Nullable String identity) {}

    /// A database whose schema the package may migrate.
    ///
    /// @param path folder inside the package with `*.sql`, applied in the order of their names
    record Database(String url, String user, Path passwordFile, String path) {}

    Optional<Delivery> service(String name) {
        return Optional.ofNullable(services.get(name));
    }

    Optional<Environment> environment(String service, String name) {
        return service(service).map(delivery -> delivery.environments().get(name));
    }

    /// @throws IllegalArgumentException naming every fault
    static Catalogue read(Path file) throws IOException {
        File content;
        try {
            content = YAMLMapper.builder()
                    .enable(DeserializationFeature.FAIL_ON_UNKNOWN_PROPERTIES)
                    .build()
                    .readValue(Files.readString(file), File.class);
        } catch (JacksonException e) {
            throw new IllegalArgumentException(file + ": " + Fault.inWords(e));
        }
        List<String> faults = new ArrayList<>();
        Path folder = Optional.ofNullable(file.toAbsolutePath().getParent()).orElseThrow();
        Map<String, Delivery> services = new LinkedHashMap<>();
        if (content.services() == null || content.services().isEmpty()) {
            faults.add("services: none");
        } else {
            Map<Path, String> taken = new HashMap<>();
            content.services().forEach((name, service) -> services.put(
                    name, new Reader(folder, "services." + name, faults, taken).delivery(service)));
        }
        if (!faults.isEmpty()) {
            throw new IllegalArgumentException(file + ": " + String.join("; ", faults));
        }
        return new Catalogue(services);
    }

    // The file as it is written: anything may be missing.

    private record File(@Nullable Map<String, ServiceEntry> services) {}

    private record ServiceEntry(@Nullable String artifacts, @Nullable List<EnvironmentEntry> environments) {}

    private record EnvironmentEntry(
            @Nullable String name,
            @Nullable String strategy,
            @Nullable String backupPlan,
            @Nullable Long rpoSeconds,
            @Nullable String minLevel,
            @Nullable List<InstanceEntry> instances,
            @Nullable ProbeEntry probe,
            @Nullable DatabaseEntry migrations) {}

    private record InstanceEntry(@Nullable String name, @Nullable String directory, @Nullable String url) {}

    private record ProbeEntry(
            @Nullable String path,
            @Nullable String contains,
            @Nullable Integer samples,
            @Nullable Integer intervalMillis,
            @Nullable Integer timeoutMillis,
            @Nullable Integer failureLimit,
            @Nullable String identity) {}

    private record DatabaseEntry(
            @Nullable String url, @Nullable String user, @Nullable String passwordFile, @Nullable String path) {}

    /// Reads one part and collects its faults; what it gives is used only when there were none.
    ///
    /// @param taken the instances' directories so far, and where they stand in the file
    private record Reader(Path folder, String where, List<String> faults, Map<Path, String> taken) {

        Delivery delivery(@Nullable ServiceEntry entry) {
            if (entry == null) {
                faults.add(where + ": is empty");
                return new Delivery(folder, Map.of());
            }
            Map<String, Environment> environments = new LinkedHashMap<>();
            List<EnvironmentEntry> entries = there(entry.environments());
            if (entries.isEmpty()) {
                faults.add(where + ".environments: none");
            }
            for (int i = 0; i < entries.size(); i++) {
                Environment environment = at(".environments[" + i + "]").environment(entries.get(i));
                if (environments.put(environment.name(), environment) != null) {
                    faults.add(where + ".environments[" + i + "].name: " + environment.name() + " is there twice");
                }
            }
            return new Delivery(path("artifacts", entry.artifacts()), environments);
        }

        private Environment environment(EnvironmentEntry entry) {
            List<Instance> instances = new ArrayList<>();
            List<InstanceEntry> entries = there(entry.instances());
            if (entries.isEmpty()) {
                faults.add(where + ".instances: none");
            }
            Set<String> names = new HashSet<>();
            for (int i = 0; i < entries.size(); i++) {
                Instance instance = at(".instances[" + i + "]").instance(entries.get(i));
                instances.add(instance);
                if (!names.add(instance.name())) {
                    faults.add(where + ".instances[" + i + "].name: " + instance.name() + " is there twice");
                }
            }
            long rpo = entry.rpoSeconds() == null ? 0 : entry.rpoSeconds();
            if (rpo <= 0) {
                faults.add(where + ".rpoSeconds: a number above 0 is needed");
            }
            return new Environment(
                    text("name", entry.name()),
                    known("strategy", Strategy.class, entry.strategy(), Strategy.UNKNOWN),
                    text("backupPlan", entry.backupPlan()),
                    rpo,
                    known("minLevel", VerificationLevel.class, entry.minLevel(), VerificationLevel.UNKNOWN),
                    List.copyOf(instances),
                    at(".probe").probe(entry.probe()),
                    entry.migrations() == null ? null : at(".migrations").database(entry.migrations()));
        }

        private Instance instance(InstanceEntry entry) {
            Path directory = path("directory", entry.directory());
            String before = entry.directory() == null ? null : taken.putIfAbsent(directory, where);
            if (before != null) {
                faults.add(where + ".directory: " + entry.directory() + " is that of " + before + ", too");
            }
            return new Instance(text("name", entry.name()), directory, url("url", entry.url()));
        }

        private Probe probe(@Nullable ProbeEntry entry) {
            if (entry == null) {
                faults.add(where + ": is missing; without it nothing could be judged");
                return new Probe("/", "", 1, Duration.ZERO, Duration.ofSeconds(1), 0, null);
            }
            int samples = number("samples", entry.samples(), 1);
            int limit = number("failureLimit", entry.failureLimit(), 0);
            if (limit >= samples) {
                faults.add(where + ".failureLimit: " + limit + " of " + samples + " samples would always pass");
            }
            return new Probe(
                    text("path", entry.path()),
                    entry.contains() == null ? "" : entry.contains(),
                    samples,
                    Duration.ofMillis(number("intervalMillis", entry.intervalMillis(), 0)),
                    Duration.ofMillis(number("timeoutMillis", entry.timeoutMillis(), 1)),
                    limit,
                    entry.identity());
        }

        private Database database(DatabaseEntry entry) {
            return new Database(
                    text("url", entry.url()),
                    text("user", entry.user()),
                    path("passwordFile", entry.passwordFile()),
                    text("path", entry.path()));
        }

        private Reader at(String part) {
            return new Reader(folder, where + part, faults, taken);
        }

        private String text(String field, @Nullable String value) {
            if (value == null || value.isBlank()) {
                faults.add(where + "." + field + ": is missing");
                return "";
            }
            return value;
        }

        private Path path(String field, @Nullable String value) {
            return folder.resolve(text(field, value)).normalize();
        }

        private URI url(String field, @Nullable String value) {
            try {
                URI url = URI.create(text(field, value));
                if (url.getHost() == null && value != null) {
                    faults.add(where + "." + field + ": " + value + " is no URL");
                }
                return url;
            } catch (IllegalArgumentException e) {
                faults.add(where + "." + field + ": " + e.getMessage());
                return URI.create("");
            }
        }

        private <E extends Enum<E>> E known(String field, Class<E> type, @Nullable String value, E unknown) {
            List<E> choice = Arrays.stream(type.getEnumConstants())
                    .filter(each -> each != unknown)
                    .toList();
            Optional<E> chosen =
                    choice.stream().filter(each -> each.name().equals(value)).findFirst();
            if (chosen.isEmpty()) {
                String fault = value == null ? "is missing" : value + " is none of " + choice;
                faults.add(where + "." + field + ": " + fault);
            }
            return chosen.orElse(unknown);
        }

        /// A dash with nothing behind it is an entry without any field.
        private <T> List<T> there(@Nullable List<@Nullable T> entries) {
            List<T> there = new ArrayList<>();
            for (T entry : entries == null ? List.<T>of() : entries) {
                if (entry == null) {
                    faults.add(where + ": has an empty entry");
                } else {
                    there.add(entry);
                }
            }
            return there;
        }

        private int number(String field, @Nullable Integer value, int least) {
            if (value == null || value < least) {
                faults.add(where + "." + field + ": a number from " + least + " on is needed");
                return least;
            }
            return value;
        }
    }
}
