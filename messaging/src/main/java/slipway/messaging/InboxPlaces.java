package slipway.messaging;

import java.util.HashMap;
import java.util.Map;
import java.util.TreeMap;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.common.TopicPartition;
import org.springframework.jdbc.core.simple.JdbcClient;

/// How far this database has read what the service listens to: what its consumer group says, too, but comes back with the database when that
/// is set back.
final class InboxPlaces {

    /// Never back: of two consumers of one partition (after a rebalance) the later may be the one that is behind.
    private static final String REACH =
            """
            insert into inbox_place (topic, partition, next_offset) values (?, ?, ?)
            on conflict (topic, partition) do update
            set next_offset = greatest(inbox_place.next_offset, excluded.next_offset)
            """;

    private final JdbcClient jdbc;

    InboxPlaces(JdbcClient jdbc) {
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

    Map<TopicPartition, Long> all() {
        Map<TopicPartition, Long> places = new HashMap<>();
        jdbc.sql("select topic, partition, next_offset from inbox_place").query(row -> {
            places.put(new TopicPartition(row.getString("topic"), row.getInt("partition")), row.getLong("next_offset"));
        });
        return places;
    }

    /// It is read from its beginning.
    void forget(TopicPartition partition) {
        jdbc.sql("delete from inbox_place where topic = ? and partition = ?")
                .params(partition.topic(), partition.partition())
                .update();
    }
}
