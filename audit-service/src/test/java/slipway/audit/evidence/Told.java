package slipway.audit.evidence;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Instant;
import java.util.ArrayList;
import java.util.EnumMap;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.apache.avro.Schema;
import org.apache.avro.specific.SpecificData;
import org.apache.avro.specific.SpecificRecord;
import slipway.audit.domain.Entry;
import slipway.audit.domain.Invariant;
import slipway.events.Topics;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

/// The story of CHG-1, fact by fact, a second after the other.
final class Told {

    static final String CHANGE = "CHG-1";
    static final Instant AT = Instant.parse("2026-03-01T10:00:00Z");

    private static final JsonMapper JSON = new JsonMapper();

    private final List<Proven> facts = new ArrayList<>();
    private final Map<String, Long> sequences = new HashMap<>();
    private final Map<String, String> last = new HashMap<>();
    private final Map<Invariant, Map<String, String>> broken = new EnumMap<>(Invariant.class);

    /// @param said what matters of it, with ' for "
    Told fact(String aggregate, Class<? extends SpecificRecord> type, String said) {
        JsonNode payload = JSON.readTree(said.replace('\'', '"'));
        Schema schema = SpecificData.get().getSchema(type);
        assertThat(schema.getFields().stream().map(Schema.Field::name)).containsAll(payload.propertyNames());
        long number = facts.size();
        facts.add(new Proven(
                number,
                new Entry(
                        new Entry.Place(topic(type), 0, number),
                        type.getSimpleName(),
                        aggregate,
                        sequences.merge(aggregate, 1L, Long::sum),
                        "fact-" + number,
                        CHANGE,
                        null,
                        "rosa",
                        "PERSON",
                        null,
                        AT.plusSeconds(number),
                        AT.plusSeconds(number),
                        "hash-" + number,
                        last.put(aggregate, "hash-" + number),
                        payload.toString()),
                new byte[0],
                payload));
        return this;
    }

    private static String topic(Class<? extends SpecificRecord> type) {
        return switch (type.getPackageName().replaceAll(".*\\.", "")) {
            case "change" -> Topics.CHANGE;
            case "release" -> Topics.RELEASE;
            case "backup" -> Topics.BACKUP;
            default -> Topics.NOTIFICATION;
        };
    }

    Told change(Class<? extends SpecificRecord> type, String said) {
        return fact(CHANGE, type, said);
    }

    Told release(Class<? extends SpecificRecord> type, String said) {
        return fact("REL-1", type, said);
    }

    /// The last fact breaks it.
    Told breaks(Invariant invariant, String what) {
        broken.computeIfAbsent(invariant, _ -> new HashMap<>()).put(facts.getLast().id(), what);
        return this;
    }

    Story story() {
        return new Story(CHANGE, List.copyOf(facts), broken);
    }
}
