package slipway.audit;

import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.function.Supplier;
import org.apache.kafka.clients.consumer.Consumer;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.common.KafkaException;
import org.apache.kafka.common.PartitionInfo;
import org.apache.kafka.common.TopicPartition;
import org.apache.kafka.common.errors.SerializationException;
import org.jspecify.annotations.Nullable;
import slipway.audit.domain.Entry;
import slipway.audit.domain.Partition;

/// Topics from offset 0 to their end, as it was when the reading began: by a consumer of its own without a group, beside the live
/// service, so that no offset moves and nobody reacts to anything.
final class WholeLog {

    private static final Duration POLL = Duration.ofMillis(250);

    private final Supplier<Consumer<byte[], byte[]>> consumers;
    private final Duration patience;

    /// @param consumers opens a consumer of bytes without a group
    /// @param patience how long the log may say nothing before its end
    WholeLog(Supplier<Consumer<byte[], byte[]>> consumers, Duration patience) {
        this.consumers = consumers;
        this.patience = patience;
    }

    /// Gets each record; those of a partition in order.
    interface Reader {

        void take(Entry.Place place, byte @Nullable [] wire);

        /// The facts before this offset are gone.
        void beginsAt(Partition partition, long offset);

        /// After each portion.
        ///
        /// @param next the first offset that was not read, of each partition
        /// @param left how many records are to come
        default void polled(Map<Partition, Long> next, long left) {}
    }

    /// The log fell silent before its end, or cannot be read.
    static final class Unreadable extends RuntimeException {
        Unreadable(String message, @Nullable Throwable cause) {
            super(message, cause);
        }
    }

    /// How many records there are.
    ///
    /// @param from where to begin; a partition that is not in it: at its beginning
    /// @throws Unreadable when nobody answers
    long left(List<String> topics, Map<Partition, Long> from) {
        try (Consumer<byte[], byte[]> consumer = consumers.get()) {
            List<TopicPartition> partitions = partitions(topics, consumer);
            Map<TopicPartition, Long> begins = consumer.beginningOffsets(partitions);
            return consumer.endOffsets(partitions).entrySet().stream()
                    .mapToLong(end -> end.getValue() - from.getOrDefault(partitionOf(end.getKey()), begins.get(end.getKey())))
                    .sum();
        } catch (KafkaException e) {
            throw new Unreadable("the log cannot be read: " + e.getMessage(), e);
        }
    }

    private static List<TopicPartition> partitions(List<String> topics, Consumer<byte[], byte[]> consumer) {
        List<TopicPartition> partitions = new ArrayList<>();
        for (String topic : topics) {
            for (PartitionInfo partition : consumer.partitionsFor(topic)) {
                partitions.add(new TopicPartition(topic, partition.partition()));
            }
        }
        return partitions;
    }

    /// @return the first offset that was not read, of each partition
    /// @throws Unreadable when it cannot be read to its end
    Map<Partition, Long> read(List<String> topics, Reader reader) {
        return read(topics, Map.of(), reader);
    }

    /// @param from where to begin; a partition that is not in it: at its beginning
    Map<Partition, Long> read(List<String> topics, Map<Partition, Long> from, Reader reader) {
        try (Consumer<byte[], byte[]> consumer = consumers.get()) {
            List<TopicPartition> partitions = partitions(topics, consumer);
            consumer.assign(partitions);
            Map<TopicPartition, Long> ends = consumer.endOffsets(partitions);
            consumer.beginningOffsets(partitions).forEach((partition, first) -> {
                Long next = from.get(partitionOf(partition));
                if (first > (next == null ? 0 : next)) {
                    reader.beginsAt(partitionOf(partition), first);
                }
                consumer.seek(partition, next == null ? first : Math.max(first, next));
            });
            readTo(ends, consumer, reader);
            Map<Partition, Long> read = new HashMap<>();
            ends.forEach((partition, end) -> read.put(partitionOf(partition), end));
            return read;
        } catch (SerializationException e) {
            throw e;
        } catch (KafkaException e) {
            throw new Unreadable("the log cannot be read: " + e.getMessage(), e);
        }
    }

    private static Partition partitionOf(TopicPartition partition) {
        return new Partition(partition.topic(), partition.partition());
    }

    private void readTo(Map<TopicPartition, Long> ends, Consumer<byte[], byte[]> consumer, Reader reader) {
        Set<TopicPartition> open = new HashSet<>(ends.keySet());
        long heard = System.nanoTime();
        while (true) {
            open.removeIf(partition -> consumer.position(partition) >= ends.get(partition));
            if (open.isEmpty()) {
                return;
            }
            boolean silent = true;
            for (ConsumerRecord<byte[], byte[]> record : consumer.poll(POLL)) {
                silent = false;
                if (record.offset() < ends.get(new TopicPartition(record.topic(), record.partition()))) {
                    reader.take(new Entry.Place(record.topic(), record.partition(), record.offset()), record.value());
                }
            }
            if (!silent) {
                heard = System.nanoTime();
                Map<Partition, Long> next = new HashMap<>();
                long left = 0;
                for (Map.Entry<TopicPartition, Long> end : ends.entrySet()) {
                    long position = Math.min(consumer.position(end.getKey()), end.getValue());
                    next.put(partitionOf(end.getKey()), position);
                    left += end.getValue() - position;
                }
                reader.polled(next, left);
            } else if (System.nanoTime() - heard > patience.toNanos()) {
                String silence = "the log says nothing for " + patience.toSeconds() + " s, before the end of " + open;
                throw new Unreadable(silence, null);
            }
        }
    }
}
