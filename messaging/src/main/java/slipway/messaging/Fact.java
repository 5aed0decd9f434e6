package slipway.messaging;

import java.io.ByteArrayOutputStream;
import java.io.IOException;
import org.apache.avro.Schema;
import org.apache.avro.generic.GenericDatumWriter;
import org.apache.avro.generic.IndexedRecord;
import org.apache.avro.io.BinaryEncoder;
import org.apache.avro.io.DecoderFactory;
import org.apache.avro.io.EncoderFactory;
import org.apache.avro.specific.SpecificData;
import org.apache.avro.specific.SpecificDatumReader;
import org.jspecify.annotations.Nullable;
import slipway.events.Meta;
import slipway.events.Topics;
import slipway.wire.Trust;

/// A fact as it went over the wire.
///
/// @param topic its topic
/// @param payload the decoded record: of its generated class, or generic when this program does not know the type
/// @param meta its meta record
/// @param wire the exact bytes
/// @param position where it stands in the log; null while it is only in its owner's journal
/// @param source CloudEvents source; null when the writer gave none
/// @param sourceId CloudEvents id; null when the writer gave none
public record Fact(
        String topic,
        IndexedRecord payload,
        Meta meta,
        byte[] wire,
        @Nullable Position position,
        @Nullable String source,
        @Nullable String sourceId) {

    static {
        Trust.theContract();
    }

    /// @param partition partition of the topic
    /// @param offset offset in the partition
    public record Position(int partition, long offset) {}

    /// The type, as reaction tables and people name it: `ChangeApproved`.
    public String type() {
        return payload.getSchema().getName();
    }

    /// Who asked, for requests from outside: their CloudEvents source, or the actor when they name none.
    String requestSource() {
        return source == null ? "actor:" + meta.getActor().getId() : source;
    }

    /// Which of their requests it is: their CloudEvents id, or the event's.
    String requestId() {
        return sourceId == null ? meta.getEventId() : sourceId;
    }

    /// Why a service acts when this fact moves it. A request from outside carries no story of ours: the change that it becomes
    /// begins one.
    public Cause causeFor(String service) {
        Cause cause = Cause.fact(service, meta);
        return Topics.FACTS.contains(topic) ? cause : cause.beginning();
    }

    /// A record that has no meta is no fact of ours.
    ///
    /// @throws IllegalArgumentException when there is none, or one that does not fit
    public static Meta metaOf(IndexedRecord payload) {
        Schema.Field field = payload.getSchema().getField("meta");
        Object meta = field == null ? null : payload.get(field.pos());
        if (meta instanceof Meta known) {
            return known;
        }
        if (meta instanceof IndexedRecord generic
                && generic.getSchema().getFullName().equals(Meta.getClassSchema().getFullName())) {
            // A type that this program does not know came as a generic record; so did its meta.
            return known(generic);
        }
        throw new IllegalArgumentException(payload.getSchema().getFullName() + " has no meta");
    }

    private static Meta known(IndexedRecord generic) {
        try {
            ByteArrayOutputStream bytes = new ByteArrayOutputStream();
            BinaryEncoder encoder = EncoderFactory.get().directBinaryEncoder(bytes, null);
            new GenericDatumWriter<IndexedRecord>(generic.getSchema()).write(generic, encoder);
            encoder.flush();
            return new SpecificDatumReader<Meta>(generic.getSchema(), Meta.getClassSchema(), SpecificData.getForClass(Meta.class))
                    .read(null, DecoderFactory.get().binaryDecoder(bytes.toByteArray(), null));
        } catch (IOException | RuntimeException e) {
            throw new IllegalArgumentException("its meta is not one of ours: " + e.getMessage(), e);
        }
    }
}
