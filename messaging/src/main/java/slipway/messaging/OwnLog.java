package slipway.messaging;

import java.time.Duration;
import java.util.ArrayDeque;
import java.util.Comparator;
import java.util.Deque;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.function.Predicate;
import org.apache.kafka.clients.consumer.Consumer;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.common.TopicPartition;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/// The facts in the topic that a service owns, from some place on to the end as it was when the reading began: partition beside partition,
/// so that they can be put in an order. Of each, only a portion is in memory.
final class OwnLog {

    private static final Logger LOG = LoggerFactory.getLogger(OwnLog.class);

    private static final Duration POLL = Duration.ofMillis(250);
    private static final Duration PATIENCE = Duration.ofSeconds(60);
    private static final int PORTION = 1_000;

    private final Consumer<byte[], byte[]> consumer;
    private final Predicate<RawRecord> own;
    private final Records records;
    private final Map<TopicPartition, Long> ends;
    private final Map<TopicPartition, Deque<Fact>> read = new HashMap<>();

    /// @param own which of those that nobody can read are this service's all the same
    /// @param from where to begin in each partition
    /// @param ends behind the last record of each partition
    OwnLog(
            Consumer<byte[], byte[]> consumer,
            Predicate<RawRecord> own,
            Records records,
            Map<TopicPartition, Long> from,
            Map<TopicPartition, Long> ends) {
        this.consumer = consumer;
        this.own = own;
        this.records = records;
        this.ends = Map.copyOf(ends);
        consumer.assign(ends.keySet());
        consumer.beginningOffsets(ends.keySet()).forEach((partition, first) -> {
            consumer.seek(partition, Math.max(first, from.get(partition)));
            read.put(partition, new ArrayDeque<>());
        });
    }

    /// The next fact of each partition that has one; what was recorded first is the first.
    ///
    /// @throws Unreconciled when one of this service's own cannot be read
    /// @throws IllegalStateException when the log falls silent before its end
    List<Fact> heads() {
        long heard = System.nanoTime();
        while (ends.keySet().stream().anyMatch(this::isDry)) {
            consumer.pause(those(partition -> read.get(partition).size() >= PORTION));
            consumer.resume(those(partition -> read.get(partition).size() < PORTION));
            for (ConsumerRecord<byte[], byte[]> record : consumer.poll(POLL)) {
                heard = System.nanoTime();
                take(record);
            }
            if (System.nanoTime() - heard > PATIENCE.toNanos()) {
                throw new IllegalStateException(
                        "the log says nothing for " + PATIENCE.toSeconds() + " s, before the end of " + those(this::isDry));
            }
        }
        return read.values().stream()
                .filter(facts -> !facts.isEmpty())
                .map(Deque::getFirst)
                .sorted(Comparator.comparing(fact -> fact.meta().getRecordedAt()))
                .toList();
    }

    /// The next of its partition is the next.
    void pass(Fact head) {
        read.get(partition(head)).removeFirst();
    }

    private TopicPartition partition(Fact fact) {
        return new TopicPartition(fact.topic(), Objects.requireNonNull(fact.position()).partition());
    }

    /// There is more of it, and nothing is here.
    private boolean isDry(TopicPartition partition) {
        return read.get(partition).isEmpty() && consumer.position(partition) < ends.get(partition);
    }

    private List<TopicPartition> those(Predicate<TopicPartition> wanted) {
        return ends.keySet().stream().filter(wanted).toList();
    }

    private void take(ConsumerRecord<byte[], byte[]> record) {
        TopicPartition partition = new TopicPartition(record.topic(), record.partition());
        if (record.offset() < ends.get(partition)) {
            RawRecord raw = RawRecord.of(record);
            try {
                read.get(partition).add(records.read(raw));
            } catch (Records.Unreadable e) {
                if (own.test(raw)) {
                    // What stands behind it would not be known as the next one.
                    throw new Unreconciled(
                            partition + " at " + record.offset() + " says that it is of this service, and cannot be read: " + e.getMessage(),
                            "Was the registry set back? It has to have the schemas of all that is in the log. When somebody else wrote it, start with"
                                    + " SLIPWAY_RECOVER=leave.");
                }
                LOG.warn("{} at {} is no fact of this service: {}", partition, record.offset(), e.getMessage());
            }
        }
    }
}
