package slipway.change.intake;

import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.stream.Stream;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import org.springframework.beans.factory.annotation.Value;
import org.springframework.stereotype.Component;
import slipway.change.intake.Source.Rule;
import slipway.http.Misconfigured;
import slipway.http.Refusal;

/// Every source: those that come with the product, and those of the folder `slipway.intake.sources`, which take their place when they
/// have the same name. A service with a bad file does not start, and says everything that is wrong with all of them.
@Component
class Sources {

    private static final Logger LOG = LoggerFactory.getLogger(Sources.class);

    static final List<String> BROUGHT = List.of("alertmanager", "argocd", "cloudevents", "github", "gitlab", "jenkins", "jira", "servicenow");

    private final Map<String, Source> sources = new TreeMap<>();
    private final Installation installation;

    /// @throws Misconfigured naming every fault of every file
    Sources(
            @Value("${slipway.intake.file:}") String file, @Value("${slipway.intake.sources:}") String folder) {
        List<String> faults = new ArrayList<>();
        Set<String> known = new TreeSet<>();
        files(folder, faults).forEach((name, yaml) -> {
            // One with faults is there: what is said of it elsewhere is not a fault besides.
            known.add(name.replaceFirst("\\.yaml$", ""));
            try {
                Source source = SourceFile.read(yaml);
                if (name.equals(source.name() + ".yaml")) {
                    sources.put(source.name(), source);
                } else {
                    faults.add(name + ": source: is " + source.name() + "; name the file after it");
                }
            } catch (Refusal e) {
                e.reasons().forEach(fault -> faults.add(name + ": " + fault));
            }
        });
        installation = installation(file, known, faults);
        if (!faults.isEmpty()) {
            throw new Misconfigured(faults);
        }
    }

    Optional<Source> find(String name) {
        return Optional.ofNullable(sources.get(name));
    }

    /// A delivery that was handled before, as it is read today.
    record Today(Reading reading, Rule rule) {}

    /// @return empty: nothing of it can be read any more, or no rule is for it
    Optional<Today> today(Delivery early) {
        return find(early.source()).flatMap(source -> {
            try {
                Reading reading = Reading.of(source, here(early.source()), early);
                return Optional.ofNullable(reading.rule()).map(rule -> new Today(reading, rule));
            } catch (Expression.Failing | Refusal e) {
                LOG.warn("{} says nothing any more: {}", early.id(), e.getMessage());
                return Optional.empty();
            }
        });
    }

    Set<String> names() {
        return sources.keySet();
    }

    Installation.Here here(String source) {
        return installation.of(source);
    }

    private static Map<String, byte[]> files(String folder, List<String> faults) {
        Map<String, byte[]> files = new LinkedHashMap<>();
        BROUGHT.forEach(name -> files.put(name + ".yaml", brought(name)));
        if (!folder.isBlank()) {
            try (Stream<Path> own = Files.list(Path.of(folder))) {
                for (Path file : own.filter(each -> each.toString().endsWith(".yaml")).sorted().toList()) {
                    try {
                        files.put(String.valueOf(file.getFileName()), Files.readAllBytes(file));
                    } catch (IOException e) {
                        faults.add(file + " cannot be read: " + e.getMessage());
                    }
                }
            } catch (IOException e) {
                faults.add("slipway.intake.sources: " + folder + " cannot be read: " + e);
            }
        }
        return files;
    }

    static byte[] brought(String name) {
        try (InputStream yaml = Sources.class.getResourceAsStream("/intake/" + name + ".yaml")) {
            return Objects.requireNonNull(yaml, name).readAllBytes();
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    private static Installation installation(String file, Set<String> known, List<String> faults) {
        if (file.isBlank()) {
            return new Installation(Map.of());
        }
        try {
            return Misconfigured.reading("slipway.intake.file: " + file, () -> Installation.read(Files.readAllBytes(Path.of(file)), known));
        } catch (Misconfigured e) {
            faults.addAll(e.faults());
            return new Installation(Map.of());
        }
    }
}
