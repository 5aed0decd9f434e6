package slipway.events;

import java.util.ArrayList;
import java.util.List;
import java.util.stream.Stream;
import org.apache.avro.Schema;
import org.apache.avro.SchemaCompatibility;
import org.apache.avro.SchemaCompatibility.Incompatibility;

/// FULL_TRANSITIVE: a schema reads what every earlier version wrote (a replay starts at offset 0), and every earlier version
/// reads what it writes (a rolling upgrade has both). Rules: Avro 1.12 specification, "Schema Resolution".
public final class Compatibility {

    private Compatibility() {}

    /// What breaks, one sentence each; empty when nothing does.
    public static List<String> violations(Schema candidate, List<Schema> earlier) {
        List<String> violations = new ArrayList<>();
        for (int i = 0; i < earlier.size(); i++) {
            String version = "version " + (i + 1);
            for (Incompatibility each : incompatibilities(candidate, earlier.get(i))) {
                violations.add("cannot read what " + version + " wrote: " + sentence(each));
            }
            for (Incompatibility each : incompatibilities(earlier.get(i), candidate)) {
                violations.add(version + " cannot read what it writes: " + sentence(each));
            }
            Meaning.changes(earlier.get(i), candidate)
                    .forEach(change -> violations.add("means something else than " + version + ": " + change));
        }
        return violations;
    }

    /// The schema as other languages write it: without the marks that the Java generator leaves, which would make a
    /// different schema of it to a registry.
    public static Schema plain(Schema schema) {
        String json = schema.toString().replace("{\"type\":\"string\",\"avro.java.string\":\"String\"}", "\"string\"");
        return new Schema.Parser().parse(json);
    }

    private static List<Incompatibility> incompatibilities(Schema reader, Schema writer) {
        return Stream.of(SchemaCompatibility.checkReaderWriterCompatibility(reader, writer))
                .flatMap(pair -> pair.getResult().getIncompatibilities().stream())
                .toList();
    }

    private static String sentence(Incompatibility each) {
        return each.getType() + " at " + each.getLocation() + " (" + each.getMessage() + ")";
    }
}
