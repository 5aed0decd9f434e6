package slipway.audit;

import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.function.Supplier;
import org.apache.kafka.clients.consumer.Consumer;
import org.apache.kafka.clients.consumer.OffsetAndMetadata;
import org.apache.kafka.common.KafkaException;
import org.apache.kafka.common.PartitionInfo;
import org.apache.kafka.common.TopicPartition;

/// Whether the ledger has what was in the topics at some moment. Whatever allowed a fact was published before it: when all of that was
/// read, and it is not there, it never was.
final class CaughtUp {

    private final Supplier<Consumer<byte[], byte[]>> consumers;
    private final List<String> topics;

    /// @param consumers opens a consumer in the group of the service, which subscribes to nothing
    /// @param topics that the service listens to
    CaughtUp(Supplier<Consumer<byte[], byte[]>> consumers, List<String> topics) {
        this.consumers = consumers;
        this.topics = List.copyOf(topics);
    }

    /// Kafka does not say.
    static final class Unknown extends RuntimeException {
        Unknown(KafkaException cause) {
            super("Kafka does not say how far the topics were read: " + cause.getMessage(), cause);
        }
    }

    /// Where the topics ended.
    record Ends(Map<TopicPartition, Long> offsets) {}

    /// @throws Unknown when Kafka does not answer
    Ends ends() {
        try (Consumer<byte[], byte[]> consumer = consumers.get()) {
            List<TopicPartition> partitions = new ArrayList<>();
            for (String topic : topics) {
                List<PartitionInfo> known = consumer.partitionsFor(topic);
                if (known.isEmpty()) {
                    throw new KafkaException("there is no topic " + topic);
                }
                for (PartitionInfo partition : known) {
                    partitions.add(new TopicPartition(topic, partition.partition()));
                }
            }
            return new Ends(consumer.endOffsets(partitions));
        } catch (KafkaException e) {
            throw new Unknown(e);
        }
    }

    /// @throws Unknown when Kafka does not answer
    boolean read(Ends ends) {
        try (Consumer<byte[], byte[]> consumer = consumers.get()) {
            Map<TopicPartition, OffsetAndMetadata> committed = consumer.committed(new HashSet<>(ends.offsets().keySet()));
            return ends.offsets().entrySet().stream().allMatch(end -> {
                OffsetAndMetadata read = committed.get(end.getKey());
                return end.getValue() == 0 || read != null && read.offset() >= end.getValue();
            });
        } catch (KafkaException e) {
            throw new Unknown(e);
        }
    }
}
