package slipway.launcher.demo;

import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.apache.avro.generic.IndexedRecord;
import org.apache.avro.specific.SpecificRecord;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.clients.consumer.KafkaConsumer;
import org.apache.kafka.common.TopicPartition;
import org.apache.kafka.common.errors.SerializationException;
import org.apache.kafka.common.serialization.ByteArrayDeserializer;
import org.jspecify.annotations.Nullable;
import slipway.events.Meta;
import slipway.events.Topics;
import slipway.wire.AvroDeserializer;

/// The facts as they happen, from Kafka as anybody could read them: a plain consumer without a group, from the end of each
/// topic at the time it was opened.
final class Facts implements AutoCloseable {

    private final KafkaConsumer<byte[], byte[]> consumer;
    private final AvroDeserializer deserializer = new AvroDeserializer();
    private final Set<String> seen = new HashSet<>();

    Facts(Map<String, Object> kafka, String registry) {
        Map<String, Object> settings = new HashMap<>(kafka);
        settings.put("auto.offset.reset", "earliest");
        settings.put("fetch.max.wait.ms", "100");
        consumer = new KafkaConsumer<>(settings, new ByteArrayDeserializer(), new ByteArrayDeserializer());
        deserializer.configure(Map.of("schema.registry.url", registry, "specific.avro.reader", "true"), false);
        List<TopicPartition> partitions = Topics.FACTS.stream()
                .flatMap(topic -> consumer.partitionsFor(topic).stream())
                .map(each -> new TopicPartition(each.topic(), each.partition()))
                .toList();
        consumer.assign(partitions);
        consumer.seekToEnd(partitions);
        // Asked for, because seeking waits for the first poll otherwise, and what happens until then would be missed.
        partitions.forEach(consumer::position);
    }

    /// What has come, of the story of that change; waits a moment when there is nothing.
    List<SpecificRecord> of(String changeId) {
        List<SpecificRecord> facts = new ArrayList<>();
        for (ConsumerRecord<byte[], byte[]> each : consumer.poll(Duration.ofMillis(200))) {
            // A relay that was killed sends some facts again: people act on each once.
            if (decoded(each) instanceof SpecificRecord fact
                    && meta(fact).getCorrelationId().equals(changeId)
                    && seen.add(meta(fact).getEventId())) {
                facts.add(fact);
            }
        }
        return facts;
    }

    static Meta meta(SpecificRecord fact) {
        return (Meta) fact.get(fact.getSchema().getField("meta").pos());
    }

    private @Nullable IndexedRecord decoded(ConsumerRecord<byte[], byte[]> record) {
        try {
            return deserializer.deserialize(record.topic(), record.value());
        } catch (SerializationException e) {
            // not a fact; the services put it aside, and so do we
            return null;
        }
    }

    @Override
    public void close() {
        consumer.close();
    }
}
