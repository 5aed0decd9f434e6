package slipway.audit;

import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.apache.kafka.common.errors.SerializationException;
import org.jspecify.annotations.Nullable;
import slipway.audit.domain.Entry;
import slipway.audit.domain.Partition;
import slipway.events.Topics;
import slipway.wire.RegistryClient;
import tools.jackson.databind.json.JsonMapper;

/// The checkpoints that their topic keeps, read once.
final class Published implements WholeLog.Reader {

    static final String CHECKPOINT = "CheckpointSigned";

    private final Entries entries;
    private final JsonMapper json = new JsonMapper();
    private final Map<String, String> notes = new LinkedHashMap<>();
    private final List<String> faults = new ArrayList<>();
    private final List<String> unreadable = new ArrayList<>();

    private Published(Entries entries) {
        this.entries = entries;
    }

    /// @throws WholeLog.Unreadable when it cannot be read to its end
    static Published read(WholeLog topics, Entries entries) {
        Published published = new Published(entries);
        topics.read(List.of(Topics.AUDIT_CHECKPOINTS), published);
        return published;
    }

    /// Where each note stands.
    Map<String, String> notes() {
        return notes;
    }

    List<String> faults() {
        return faults;
    }

    /// Records that are none: anybody's litter.
    List<String> unreadable() {
        return unreadable;
    }

    @Override
    public void take(Entry.Place place, byte @Nullable [] wire) {
        try {
            Entry entry = entries.read(place, wire);
            // What was found broken is on the same topic.
            if (entry.type().equals(CHECKPOINT)) {
                notes.putIfAbsent(json.readTree(entry.payload()).path("note").asString(""), entry.aggregateId() + " at " + place);
            }
        } catch (RegistryClient.Unavailable e) {
            throw e;
        } catch (SerializationException e) {
            unreadable.add(place + ": " + e.getMessage());
        }
    }

    @Override
    public void beginsAt(Partition partition, long offset) {
        faults.add(partition + " begins at offset " + offset + ": the checkpoints before are gone from the topic");
    }
}
