package slipway.launcher.evidence;

import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.apache.avro.Schema;
import org.apache.kafka.common.errors.SerializationException;
import slipway.events.Versions;

/// The schemas of a pack, by the id that wire bytes begin with. Nobody signs for them, and with two names exchanged in one the bytes
/// of a fact would say something else: so only those count that this program knows to be versions of the contract.
final class Schemas {

    private static final Pattern FILE = Pattern.compile("schemas/(0|[1-9][0-9]{0,9})\\.avsc");

    private final Map<Integer, Schema> byId = new HashMap<>();
    private final Map<Schema, String> names = new HashMap<>();

    static Schemas of(Pack pack, List<String> faults) {
        Schemas schemas = new Schemas();
        for (String name : pack.in(Pack.SCHEMAS)) {
            schemas.read(name, pack.file(name).flatMap(Text::utf8).orElse(""), faults);
        }
        return schemas;
    }

    private void read(String name, String text, List<String> faults) {
        Optional<Integer> id = id(name);
        Optional<Schema> schema = schema(text);
        if (id.isEmpty() || schema.isEmpty()) {
            faults.add(name + " is no schema of facts");
        } else if (!Versions.know(schema.get())) {
            faults.add(name + ": this program knows no such version of " + schema.get().getFullName()
                    + "; the schema was touched, or the pack was written by a newer program than this one");
        } else {
            String other = names.putIfAbsent(schema.get(), name);
            if (other != null) {
                faults.add(name + " is the same schema as " + other + ": a registry has it once");
            }
            byId.put(id.get(), schema.get());
        }
    }

    /// Empty: no four bytes are this number.
    private static Optional<Integer> id(String name) {
        Matcher file = FILE.matcher(name);
        try {
            return file.matches() ? Optional.of(Integer.parseUnsignedInt(file.group(1))) : Optional.empty();
        } catch (NumberFormatException _) {
            return Optional.empty();
        }
    }

    private static Optional<Schema> schema(String text) {
        try {
            return Optional.of(new Schema.Parser().parse(text));
        } catch (RuntimeException _) {
            // Avro says in many ways that something is no schema.
            return Optional.empty();
        }
    }

    /// @throws SerializationException when the pack has none of that id
    Schema of(int id) {
        Schema schema = byId.get(id);
        if (schema == null) {
            throw new SerializationException("the pack has no schema " + id + " that can be used");
        }
        return schema;
    }
}
