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
import org.springframework.beans.factory.annotation.Value;
import org.springframework.stereotype.Component;
import slipway.http.Refusal;
import slipway.messaging.Misconfigured;

/// Every source: those that come with the product, and those of the folder `slipway.intake.sources`, which take their place when they
/// have the same name. A service with a bad file does not start, and says everything that is wrong with all of them.
@Component
class Sources {

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
            return Installation.read(Files.readAllBytes(Path.of(file)), known);
        } catch (IOException e) {
            faults.add("slipway.intake.file: " + file + " cannot be read: " + e);
        } catch (Refusal e) {
            e.reasons().forEach(fault -> faults.add("slipway.intake.file: " + fault));
        }
        return new Installation(Map.of());
    }
}
