package slipway.wire;

import static org.assertj.core.api.Assertions.assertThat;

import io.confluent.kafka.serializers.KafkaAvroDeserializer;
import io.confluent.kafka.serializers.KafkaAvroSerializer;
import io.confluent.kafka.serializers.subject.TopicRecordNameStrategy;
import java.io.IOException;
import java.time.Instant;
import java.util.Map;
import org.junit.jupiter.api.Test;
import slipway.events.Actor;
import slipway.events.ActorKind;
import slipway.events.Meta;
import slipway.events.change.ChangeCancelled;

/// Same bytes, same settings: what one writes the other reads. Runs with the Maven profile `confluent` only, because Confluent's
/// artifacts are not on Maven Central.
class ConfluentInteropTest {

    private static final String TOPIC = "change.events";

    @Test
    void what_one_writes_the_other_reads() throws IOException {
        try (FakeRegistry registry = new FakeRegistry();
                KafkaAvroSerializer theirs = new KafkaAvroSerializer();
                KafkaAvroDeserializer reads = new KafkaAvroDeserializer()) {
            Map<String, Object> settings = Map.of(
                    "schema.registry.url", registry.url(),
                    "auto.register.schemas", true,
                    "avro.remove.java.properties", true,
                    "value.subject.name.strategy", TopicRecordNameStrategy.class.getName(),
                    "specific.avro.reader", true);
            theirs.configure(settings, false);
            reads.configure(settings, false);
            AvroSerializer ours = new AvroSerializer();
            ours.configure(settings, false);
            AvroDeserializer read = new AvroDeserializer();
            read.configure(settings, false);
            ChangeCancelled fact = new ChangeCancelled(meta(), "dana", "no longer needed");

            assertThat(theirs.serialize(TOPIC, fact)).isEqualTo(ours.serialize(TOPIC, fact));
            assertThat(reads.deserialize(TOPIC, ours.serialize(TOPIC, fact))).isEqualTo(fact);
            assertThat(read.deserialize(TOPIC, theirs.serialize(TOPIC, fact))).isEqualTo(fact);
        }
    }

    private static Meta meta() {
        Instant at = Instant.ofEpochMilli(1);
        return new Meta("e-1", "CHG-1", 1L, at, at, new Actor("dana", ActorKind.HUMAN, null), "CHG-1", null, null, null);
    }
}
