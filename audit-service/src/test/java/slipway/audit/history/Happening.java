package slipway.audit.history;

import org.apache.avro.specific.SpecificRecord;
import slipway.events.Meta;

/// One fact, as it stands in a topic.
///
/// @param key the aggregate's id
/// @param wire the bytes of its value
public record Happening(String topic, String key, SpecificRecord fact, byte[] wire) {

    public Meta meta() {
        return (Meta) fact.get(fact.getSchema().getField("meta").pos());
    }

    public String type() {
        return fact.getSchema().getName();
    }
}
