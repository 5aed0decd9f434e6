package slipway.events;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.TreeSet;
import java.util.stream.Stream;
import org.apache.avro.Schema;
import org.apache.avro.specific.SpecificData;
import org.apache.avro.specific.SpecificRecord;

/// The committed baseline: `baseline/<full name>/<version>.avsc`, every version of every fact's schema that was ever merged.
/// The build compares the contract with it and fails on a change that is not FULL_TRANSITIVE, on a fact that disappeared,
/// and on a version that is not committed yet (`accept` writes it).
public final class Baseline {

    private final Path folder;

    public Baseline(Path folder) {
        this.folder = folder;
    }

    /// `check` or `accept`, the folder of the baseline, the folder of the compiled contract. Exit code 1 names every fault.
    public static void main(String[] args) throws IOException {
        Baseline baseline = new Baseline(Path.of(args[1]));
        List<Schema> contract = contract(Path.of(args[2]));
        List<String> faults =
                switch (args[0]) {
                    case "check" -> baseline.check(contract);
                    case "accept" -> baseline.accept(contract);
                    default -> List.of("neither check nor accept: " + args[0]);
                };
        faults.forEach(System.err::println);
        if (!faults.isEmpty()) {
            System.exit(1);
        }
    }

    /// Every fault of the contract against the baseline.
    public List<String> check(List<Schema> contract) throws IOException {
        List<String> faults = new ArrayList<>(breaks(contract));
        if (faults.isEmpty()) {
            for (Schema schema : contract) {
                List<Schema> versions = versions(schema.getFullName());
                if (versions.isEmpty() || !versions.getLast().equals(schema)) {
                    faults.add(schema.getFullName()
                            + " is compatible but not in the baseline: commit what `./mvnw -pl schemas process-classes"
                            + " -Dbaseline=accept` writes");
                }
            }
        }
        return faults;
    }

    /// Writes the versions that are new; writes nothing when one of them breaks.
    public List<String> accept(List<Schema> contract) throws IOException {
        List<String> faults = breaks(contract);
        if (faults.isEmpty()) {
            for (Schema schema : contract) {
                List<Schema> versions = versions(schema.getFullName());
                if (versions.isEmpty() || !versions.getLast().equals(schema)) {
                    Path file = file(schema.getFullName(), versions.size() + 1);
                    Files.createDirectories(file.getParent());
                    Files.writeString(file, schema.toString(true) + "\n");
                }
            }
        }
        return faults;
    }

    /// The schemas of all facts, as compiled: records below `slipway.events` that carry `meta`, in plain form.
    public static List<Schema> contract(Path classes) throws IOException {
        List<Schema> contract = new ArrayList<>();
        try (Stream<Path> files = Files.walk(classes.resolve("slipway/events"))) {
            for (Path file : files.filter(each -> each.toString().endsWith(".class")).sorted().toList()) {
                String name = classes.relativize(file).toString().replace('/', '.').replace('\\', '.');
                Class<?> type = load(name.substring(0, name.length() - ".class".length()));
                if (SpecificRecord.class.isAssignableFrom(type)) {
                    Schema schema = SpecificData.get().getSchema(type);
                    if (schema.getField("meta") != null) {
                        contract.add(Compatibility.plain(schema));
                    }
                }
            }
        }
        return contract;
    }

    private List<String> breaks(List<Schema> contract) throws IOException {
        List<String> faults = new ArrayList<>();
        TreeSet<String> gone = new TreeSet<>(names());
        for (Schema schema : contract) {
            gone.remove(schema.getFullName());
            for (String violation : Compatibility.violations(schema, versions(schema.getFullName()))) {
                faults.add(schema.getFullName() + ": " + violation);
            }
        }
        gone.forEach(name -> faults.add(name + " is in the baseline but no longer in the contract: old logs hold it"));
        return faults;
    }

    private List<String> names() throws IOException {
        if (!Files.isDirectory(folder)) {
            return List.of();
        }
        try (Stream<Path> folders = Files.list(folder)) {
            return folders.filter(Files::isDirectory).map(each -> each.getFileName().toString()).toList();
        }
    }

    private List<Schema> versions(String name) throws IOException {
        List<Schema> versions = new ArrayList<>();
        for (int version = 1; Files.exists(file(name, version)); version++) {
            versions.add(new Schema.Parser().parse(Files.readString(file(name, version))));
        }
        return versions;
    }

    private Path file(String name, int version) {
        return folder.resolve(name).resolve(version + ".avsc");
    }

    private static Class<?> load(String name) {
        try {
            return Class.forName(name);
        } catch (ClassNotFoundException e) {
            throw new IllegalStateException(name + " was compiled but cannot be loaded", e);
        }
    }
}
