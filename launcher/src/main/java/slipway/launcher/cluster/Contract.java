package slipway.launcher.cluster;

import java.io.IOException;
import java.net.URI;
import java.net.URISyntaxException;
import java.nio.file.FileSystem;
import java.nio.file.FileSystems;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.Stream;
import org.apache.avro.Schema;
import org.jspecify.annotations.Nullable;
import slipway.events.Baseline;
import slipway.events.Topics;
import slipway.wire.RegistryClient;

/// The schemas of all facts, and the subjects that hold them (`<topic>-<full name>`, Confluent's TopicRecordNameStrategy).
public final class Contract {

    private final String address;
    private final RegistryClient registry;

    /// @param address of the registry; of several, separated by commas, the next one is asked when one does not answer
    /// @param userInfo `user:password`, or null
    public Contract(String address, @Nullable String userInfo) {
        this.address = address;
        this.registry = new RegistryClient(address, userInfo);
    }

    /// Holds every subject to FULL_TRANSITIVE, then registers what it does not have yet.
    ///
    /// @return how many subjects there are
    /// @throws Unprepared when it does not answer, or naming every schema that it does not take
    public int register() {
        List<String> faults = new ArrayList<>();
        int subjects = 0;
        for (Schema schema : schemas()) {
            for (String topic : topics(schema)) {
                String subject = topic + "-" + schema.getFullName();
                subjects++;
                try {
                    registry.holdToFullTransitive(subject);
                    registry.register(subject, schema);
                } catch (RegistryClient.Rejected e) {
                    faults.add(subject + ": " + e.getMessage());
                } catch (RegistryClient.Unavailable e) {
                    throw new Unprepared("the schema registry cannot be asked at " + address + ": " + Absence.why(e.getCause() == null ? e : e.getCause()), e);
                }
            }
        }
        if (!faults.isEmpty()) {
            throw new Unprepared("the schema registry refuses: " + String.join("; ", faults));
        }
        return subjects;
    }

    private static List<String> topics(Schema schema) {
        return Stream.concat(Topics.FACTS.stream(), Stream.of(Topics.CHANGE_REQUESTS))
                .filter(topic -> Topics.belongs(schema.getFullName(), topic))
                .toList();
    }

    /// From where the classes of the contract were loaded: a folder, or a jar.
    private static List<Schema> schemas() {
        try {
            URI from = Topics.class.getProtectionDomain().getCodeSource().getLocation().toURI();
            Path place = Path.of(from);
            if (Files.isDirectory(place)) {
                return Baseline.contract(place);
            }
            try (FileSystem jar = FileSystems.newFileSystem(place)) {
                return Baseline.contract(jar.getPath("/"));
            }
        } catch (IOException | URISyntaxException e) {
            throw new Unprepared("the contract cannot be read: " + e.getMessage(), e);
        }
    }
}
