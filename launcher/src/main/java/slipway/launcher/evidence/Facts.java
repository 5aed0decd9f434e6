package slipway.launcher.evidence;

import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import java.util.Optional;
import java.util.Set;
import java.util.TreeSet;
import org.apache.avro.generic.IndexedRecord;
import org.apache.kafka.common.errors.SerializationException;
import org.jspecify.annotations.Nullable;
import slipway.audit.Entries;
import slipway.audit.domain.Digest;
import slipway.audit.domain.Entry;
import slipway.audit.domain.Leaf;
import slipway.events.Topics;
import slipway.wire.AvroDeserializer;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.node.ObjectNode;

/// The lines of `facts.jsonl`: the bytes of each fact, and what they say in words that people can read. Only the bytes are under a
/// signature; the words are held against them.
final class Facts {

    private static final int LONGEST = 200;
    private static final Set<String> PLACE = Set.of("leaf", "topic", "partition", "offset", "wire");

    private final Entries entries;
    private final AvroDeserializer specific;
    private final List<String> faults;

    private Facts(Schemas schemas, List<String> faults) {
        this.entries = new Entries(new AvroDeserializer(schemas::of, false));
        this.specific = new AvroDeserializer(schemas::of, true);
        this.faults = faults;
    }

    /// A line whose place and bytes could be read, whatever these say.
    ///
    /// @param fact empty: the bytes are no fact
    record Line(int number, long leaf, Leaf entry, Optional<Fact> fact) {}

    static List<Line> read(Pack pack, Schemas schemas, List<String> faults) {
        Optional<String> text = pack.file(Pack.FACTS).flatMap(Text::utf8);
        if (text.isEmpty()) {
            faults.add(Pack.FACTS + " is missing, or no text");
            return List.of();
        }
        Facts facts = new Facts(schemas, faults);
        List<Line> lines = new ArrayList<>();
        long last = -1;
        int number = 0;
        for (String each : Text.lines(text.get())) {
            number++;
            Line line = facts.line(number, each);
            if (line != null) {
                if (line.leaf() <= last) {
                    faults.add(where(number) + ": leaf " + line.leaf() + " stands behind leaf " + last + ": swapped, or told twice");
                }
                last = line.leaf();
                lines.add(line);
            }
        }
        return lines;
    }

    private static String where(int line) {
        return Pack.FACTS + ", line " + line;
    }

    private @Nullable Line line(int number, String text) {
        JsonNode said = Text.object(text).orElse(null);
        byte[] wire = said == null ? null : Text.base64(said.path("wire").asString("-")).orElse(null);
        Leaf leaf = said == null || wire == null ? null : leaf(said, wire);
        if (said == null || wire == null || leaf == null) {
            faults.add(where(number) + " is no fact with a leaf, a place in the log, and its bytes");
            return null;
        }
        long at = said.path("leaf").longValue();
        return new Line(number, at, leaf, fact(number, said, at, leaf, wire));
    }

    private static @Nullable Leaf leaf(JsonNode said, byte[] wire) {
        if (!said.path("leaf").isIntegralNumber() || !said.path("leaf").canConvertToLong() || !said.path("topic").isString()
                || !said.path("partition").canConvertToInt() || !said.path("offset").canConvertToLong()) {
            return null;
        }
        Leaf leaf = new Leaf(
                new Entry.Place(said.path("topic").stringValue(), said.path("partition").intValue(), said.path("offset").longValue()),
                Digest.hash(wire));
        try {
            // A topic of several lines could be the entry of another fact.
            return Leaf.parse(leaf.entry()).equals(leaf) ? leaf : null;
        } catch (IllegalArgumentException _) {
            return null;
        }
    }

    private Optional<Fact> fact(int number, JsonNode said, long at, Leaf leaf, byte[] wire) {
        try {
            Entry entry = entries.read(leaf.place(), wire);
            IndexedRecord record = Objects.requireNonNull(specific.deserialize(leaf.place().topic(), wire));
            Fact fact = new Fact(at, entry, record);
            String schema = record.getSchema().getFullName();
            if (!Topics.FACTS.contains(leaf.place().topic()) || !Topics.belongs(schema, leaf.place().topic())) {
                faults.add(where(number) + ": a " + schema + " is never told on " + leaf.place().topic());
            }
            compare(number, said, fact);
            return Optional.of(fact);
        } catch (SerializationException e) {
            faults.add(where(number) + ": its bytes are no fact that can be read: " + e.getMessage());
            return Optional.empty();
        }
    }

    private void compare(int number, JsonNode said, Fact fact) {
        JsonNode expected = words(fact.entry());
        Set<String> names = new TreeSet<>(expected.propertyNames());
        names.addAll(said.propertyNames());
        names.removeAll(PLACE);
        for (String name : names) {
            JsonNode told = said.path(name);
            JsonNode bytes = expected.path(name);
            boolean absent = (told.isMissingNode() || told.isNull()) && (bytes.isMissingNode() || bytes.isNull());
            if (!absent && !told.equals(bytes)) {
                faults.add(where(number) + ": " + fact.name() + ": " + different(name, told, bytes));
            }
        }
    }

    /// Of a whole payload only what differs is told.
    private static String different(String name, JsonNode told, JsonNode bytes) {
        if (told.isObject() && bytes.isObject()) {
            for (String field : bytes.propertyNames()) {
                if (!bytes.path(field).equals(told.path(field))) {
                    return different(name + "." + field, told.path(field), bytes.path(field));
                }
            }
        }
        return name + " is told as " + shortened(told) + ", and its bytes say " + shortened(bytes);
    }

    private static String shortened(JsonNode node) {
        String text = node.toString();
        return text.length() <= LONGEST ? text : text.substring(0, LONGEST) + "…";
    }

    /// What a line has to say of a fact, as if it had been read from one.
    private static JsonNode words(Entry entry) {
        ObjectNode words = Text.JSON.createObjectNode();
        words.put("type", entry.type());
        words.put("aggregate", entry.aggregateId());
        words.put("sequence", entry.sequence());
        words.put("eventId", entry.eventId());
        words.put("story", entry.correlationId());
        words.put("causationId", entry.causationId());
        words.put("actor", entry.actor());
        words.put("actorKind", entry.actorKind());
        words.put("onBehalfOf", entry.onBehalfOf());
        words.put("occurredAt", entry.occurredAt().toString());
        words.put("recordedAt", entry.recordedAt().toString());
        words.put("prevHash", entry.prevHash());
        words.set("payload", Text.JSON.readTree(entry.payload()));
        return Text.JSON.readTree(Text.JSON.writeValueAsString(words));
    }
}
