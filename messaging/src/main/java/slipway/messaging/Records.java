package slipway.messaging;

import org.apache.avro.generic.IndexedRecord;
import slipway.events.Meta;
import slipway.events.Topics;
import slipway.wire.AvroDeserializer;
import slipway.wire.RegistryClient;

/// Reads what lies in the log as facts.
public final class Records {

    private final AvroDeserializer deserializer;
    private final Watermark watermark;

    Records(AvroDeserializer deserializer, Watermark watermark) {
        this.deserializer = deserializer;
        this.watermark = watermark;
    }

    /// It is no fact, or none that belongs there.
    public static final class Unreadable extends RuntimeException {
        Unreadable(String why) {
            super(why);
        }

        Unreadable(RuntimeException cause) {
            super(String.valueOf(cause.getMessage()), cause);
        }
    }

    /// @throws Unreadable saying why
    /// @throws RegistryClient.Unavailable when the schema cannot be asked for now
    public Fact read(RawRecord record) {
        try {
            return fact(record);
        } catch (RegistryClient.Unavailable | Unreadable e) {
            throw e;
        } catch (RuntimeException e) {
            throw new Unreadable(e);
        }
    }

    private Fact fact(RawRecord record) {
        byte[] value = record.value();
        IndexedRecord payload = deserializer.deserialize(record.topic(), value);
        if (payload == null || value == null) {
            throw new Unreadable("a tombstone is no fact");
        }
        String type = payload.getSchema().getFullName();
        if (!Topics.belongs(type, record.topic())) {
            throw new Unreadable("a " + type + " does not belong on " + record.topic());
        }
        Meta meta = Fact.metaOf(payload);
        if (Topics.FACTS.contains(record.topic()) && meta.getSequence() < 1) {
            throw new Unreadable("sequences begin at 1, not at " + meta.getSequence());
        }
        return new Fact(
                record.topic(), payload, meta, value, record.position(), record.text("ce_source"), record.text("ce_id"));
    }

    /// Notes that somebody handles this request from outside, in the caller's transaction.
    ///
    /// @return false: one that is known by the same came before
    public boolean first(Fact request) {
        return watermark.take(request.requestSource(), request.requestId()) == Watermark.Verdict.APPLIED;
    }
}
