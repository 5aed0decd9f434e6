package slipway.audit.history;

import org.apache.avro.specific.SpecificRecord;

/// How a fact becomes bytes: the next fact of its aggregate carries their hash.
@FunctionalInterface
public interface Wire {

    byte[] bytes(String topic, SpecificRecord fact);
}
