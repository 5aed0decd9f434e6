package slipway.audit;

import java.sql.ResultSet;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import org.apache.kafka.common.TopicPartition;
import org.springframework.jdbc.core.simple.JdbcClient;
import slipway.audit.domain.Partition;

/// Facts at places that their topics do not have. Nobody has read them there: whoever can write to the database put them in, or the tail
/// of the topic was cut.
final class Beyond {

    private static final int MOST = 10;

    private final JdbcClient jdbc;
    private final CaughtUp inbox;

    Beyond(JdbcClient jdbc, CaughtUp inbox) {
        this.jdbc = jdbc;
        this.inbox = inbox;
    }

    /// @param ends where the topics end, of the partitions in which there are such facts
    /// @param names of the first ones, for people
    record Found(Map<Partition, Long> ends, List<String> names) {}

    /// Of those that are no leaves yet.
    ///
    /// @throws CaughtUp.Unknown when Kafka does not answer
    Found unsigned() {
        return of("unleaved");
    }

    /// Of leaves that are not signed for yet: whoever can write to the database makes leaves, too.
    ///
    /// @param signed leaves that are
    /// @throws CaughtUp.Unknown when Kafka does not answer
    Found leaves(long signed) {
        return of("leaf where number >= " + signed);
    }

    /// @throws CaughtUp.Unknown when Kafka does not answer
    Found all() {
        return of("ledger");
    }

    private Found of(String table) {
        Map<Partition, Long> last = new TreeMap<>();
        jdbc.sql("select topic, partition, max(log_offset) as last from " + table + " group by topic, partition").query((ResultSet row) -> {
            last.put(new Partition(row.getString("topic"), row.getInt("partition")), row.getLong("last"));
        });
        if (last.isEmpty()) {
            return new Found(Map.of(), List.of());
        }
        // After that: what was stored before has been in the topics before.
        Map<TopicPartition, Long> ends = inbox.ends().offsets();
        Map<Partition, Long> beyond = new TreeMap<>();
        List<String> names = new ArrayList<>();
        last.forEach((partition, offset) -> {
            long end = ends.getOrDefault(new TopicPartition(partition.topic(), partition.number()), 0L);
            if (offset >= end) {
                beyond.put(partition, end);
                names.addAll(named(jdbc, partition, end));
            }
        });
        return new Found(beyond, names);
    }

    /// The first of the facts that the ledger has from there on.
    static List<String> named(JdbcClient jdbc, Partition partition, long end) {
        return jdbc.sql("select * from ledger where topic = ? and partition = ? and log_offset >= ? order by log_offset limit ?")
                .params(partition.topic(), partition.number(), end, MOST)
                .query((row, _) -> Scratch.name(row) + " is in the ledger, and " + partition + " ends at offset " + end
                        + ": the tail of the topic was cut, or the fact was put in")
                .list();
    }
}
