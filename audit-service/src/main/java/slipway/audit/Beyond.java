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

    /// Of those that are no leaves yet.
    ///
    /// @throws CaughtUp.Unknown when Kafka does not answer
    List<String> unsigned() {
        return of("unleaved");
    }

    /// @throws CaughtUp.Unknown when Kafka does not answer
    List<String> all() {
        return of("ledger");
    }

    private List<String> of(String table) {
        Map<Partition, Long> last = new TreeMap<>();
        jdbc.sql("select topic, partition, max(log_offset) as last from " + table + " group by topic, partition").query((ResultSet row) -> {
            last.put(new Partition(row.getString("topic"), row.getInt("partition")), row.getLong("last"));
        });
        if (last.isEmpty()) {
            return List.of();
        }
        // After that: what was stored before has been in the topics before.
        Map<TopicPartition, Long> ends = inbox.ends().offsets();
        List<String> beyond = new ArrayList<>();
        last.forEach((partition, offset) -> {
            long end = ends.getOrDefault(new TopicPartition(partition.topic(), partition.number()), 0L);
            if (offset >= end) {
                beyond.addAll(named(jdbc, partition, end));
            }
        });
        return beyond;
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
