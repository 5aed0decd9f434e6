package slipway.messaging;

import org.apache.avro.specific.SpecificRecord;
import org.jspecify.annotations.Nullable;
import slipway.events.Meta;

/// A fact as it went over the wire.
///
/// @param topic its topic
/// @param payload the decoded record
/// @param meta its meta record
/// @param wire the exact bytes
/// @param position where it stands in the log; null while it is only in its owner's journal
/// @param source CloudEvents source; null when the writer gave none
/// @param sourceId CloudEvents id; null when the writer gave none
public record Fact(
        String topic,
        SpecificRecord payload,
        Meta meta,
        byte[] wire,
        @Nullable Position position,
        @Nullable String source,
        @Nullable String sourceId) {

    /// @param partition partition of the topic
    /// @param offset offset in the partition
    public record Position(int partition, long offset) {}

    /// The type, as reaction tables and people name it: `ChangeApproved`.
    public String type() {
        return payload.getSchema().getName();
    }

    static Meta metaOf(SpecificRecord payload) {
        return (Meta) payload.get(payload.getSchema().getField("meta").pos());
    }
}
