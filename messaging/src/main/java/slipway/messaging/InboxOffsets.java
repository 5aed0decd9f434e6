package slipway.messaging;

import java.time.Duration;
import java.util.ArrayList;
import java.util.Collection;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.function.Supplier;
import org.apache.kafka.clients.consumer.Consumer;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.clients.consumer.OffsetAndMetadata;
import org.apache.kafka.common.KafkaException;
import org.apache.kafka.common.TopicPartition;
import org.apache.kafka.common.errors.RetriableException;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import org.springframework.cloud.stream.binder.kafka.KafkaBindingRebalanceListener;
import org.springframework.dao.DataAccessException;
import org.springframework.jdbc.core.simple.JdbcClient;

/// How far this database has read what the service listens to, which is where it goes on reading. The consumer group says it, too, but does not go
/// back with a database that is restored to an earlier moment. What is read twice is known by the watermark.
final class InboxOffsets implements KafkaBindingRebalanceListener {

    private static final Logger LOG = LoggerFactory.getLogger(InboxOffsets.class);
    private static final Duration PAUSE = Duration.ofSeconds(1);

    /// Never back: of two consumers of one partition (after a rebalance) the later may be the one that is behind.
    private static final String REACH =
            """
            insert into inbox_place (topic, partition, next_offset) values (?, ?, ?)
            on conflict (topic, partition) do update
            set next_offset = greatest(inbox_place.next_offset, excluded.next_offset)
            """;

    private final JdbcClient jdbc;

    InboxOffsets(JdbcClient jdbc) {
        this.jdbc = jdbc;
    }

    /// These were read, in the transaction of the caller if there is one.
    void reach(Iterable<ConsumerRecord<byte[], byte[]>> batch) {
        // In an order, because another instance may write of several partitions, too.
        Map<String, Map<Integer, Long>> next = new TreeMap<>();
        batch.forEach(record -> next.computeIfAbsent(record.topic(), _ -> new TreeMap<>())
                .merge(record.partition(), record.offset() + 1, Math::max));
        next.forEach((topic, places) -> places.forEach((partition, offset) ->
                jdbc.sql(REACH).params(topic, partition, offset).update()));
    }

    /// It is read from its beginning.
    void forget(String topic) {
        jdbc.sql("delete from inbox_place where topic = ?").param(topic).update();
    }

    @Override
    public void onPartitionsAssigned(
            String binding, Consumer<?, ?> consumer, Collection<TopicPartition> partitions, boolean initial) {
        Map<TopicPartition, Long> read = untilAnswered(this::all);
        Map<TopicPartition, Long> ends = untilAnswered(() -> consumer.endOffsets(partitions));
        Map<TopicPartition, OffsetAndMetadata> committed = untilAnswered(() -> consumer.committed(new HashSet<>(partitions)));
        Map<TopicPartition, OffsetAndMetadata> places = new HashMap<>();
        List<String> back = new ArrayList<>();
        for (TopicPartition partition : partitions) {
            // A log that lost its tail is read again, instead of from somewhere behind it.
            long here = read.getOrDefault(partition, 0L) > ends.get(partition) ? 0 : read.getOrDefault(partition, 0L);
            consumer.seek(partition, here);
            OffsetAndMetadata group = committed.get(partition);
            if (group == null ? here > 0 : group.offset() != here) {
                places.put(partition, new OffsetAndMetadata(here));
            }
            if (group != null && group.offset() > here) {
                back.add(partition + "@" + here);
            }
        }
        if (!back.isEmpty()) {
            LOG.warn("this database has read less than its group: it goes on from {}", back);
        }
        try {
            // For whoever goes by the group: the lag in a dashboard, and whether the ledger has all.
            consumer.commitSync(places);
        } catch (KafkaException e) {
            LOG.info("the group is told with the next batch: {}", e.getMessage());
        }
    }

    /// Without a database, or a broker, nothing can be taken in anyway; and who gave up here would read on from where the group is.
    private static <T> T untilAnswered(Supplier<T> question) {
        while (true) {
            try {
                return question.get();
            } catch (DataAccessException | RetriableException e) {
                LOG.warn("nobody says how far this database has read, trying again: {}", e.toString());
                try {
                    Thread.sleep(PAUSE);
                } catch (InterruptedException stopped) {
                    Thread.currentThread().interrupt();
                    throw e;
                }
            }
        }
    }

    private Map<TopicPartition, Long> all() {
        Map<TopicPartition, Long> places = new HashMap<>();
        jdbc.sql("select topic, partition, next_offset from inbox_place").query(row -> {
            places.put(new TopicPartition(row.getString("topic"), row.getInt("partition")), row.getLong("next_offset"));
        });
        return places;
    }
}
