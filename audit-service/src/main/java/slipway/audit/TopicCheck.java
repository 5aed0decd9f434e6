package slipway.audit;

import java.sql.ResultSet;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import java.util.concurrent.TimeUnit;
import java.util.function.Consumer;
import org.apache.kafka.common.errors.SerializationException;
import org.jspecify.annotations.Nullable;
import org.springframework.jdbc.core.simple.JdbcClient;
import slipway.audit.domain.Digest;
import slipway.audit.domain.Entry;
import slipway.audit.domain.Partition;
import slipway.wire.RegistryClient;

/// Holds the topics against the leaves: at each place the bytes that were signed for, and at each other place nothing that could be
/// taken for a fact.
final class TopicCheck implements WholeLog.Reader {

    private static final int AT_ONCE = 500;
    private static final Duration OFTEN = Duration.ofMillis(100);

    private final JdbcClient jdbc;
    private final Entries entries;
    private final Consumer<String> faults;
    private final Progress progress;
    private final Map<Partition, Batch> batches = new HashMap<>();

    /// Facts that the ledger has not, or not yet.
    private final List<Entry> unknown = new ArrayList<>();

    TopicCheck(JdbcClient jdbc, Entries entries, Consumer<String> faults, Progress progress) {
        this.jdbc = jdbc;
        this.entries = entries;
        this.faults = faults;
        this.progress = progress;
    }

    /// Records of a partition that were not compared yet.
    private static final class Batch {
        private final TreeMap<Long, byte[]> records = new TreeMap<>();
        private long from;
    }

    @Override
    public void take(Entry.Place place, byte @Nullable [] wire) {
        Partition partition = new Partition(place.topic(), place.partition());
        Batch batch = batches.computeIfAbsent(partition, _ -> new Batch());
        batch.records.put(place.offset(), wire == null ? new byte[0] : wire);
        if (batch.records.size() == AT_ONCE) {
            compare(partition, batch, place.offset() + 1);
        }
    }

    @Override
    public void beginsAt(Partition partition, long offset) {
        faults.accept(partition + " begins at offset " + offset + ": the facts before are gone from the topic");
        batches.computeIfAbsent(partition, _ -> new Batch()).from = offset;
    }

    @Override
    public void polled(Map<Partition, Long> next, long left) {
        progress.left(left);
    }

    /// @param ends the first offset that was not read, of each partition
    /// @param leaves the last offset of which there was a leaf before the reading began, of each partition
    /// @param patience how long the ledger may be behind the topics
    void end(Map<Partition, Long> ends, Map<Partition, Long> leaves, Duration patience) throws InterruptedException {
        ends.forEach((partition, end) -> compare(partition, batches.computeIfAbsent(partition, _ -> new Batch()), end));
        leaves.forEach((partition, last) -> {
            long end = ends.getOrDefault(partition, 0L);
            if (last >= end) {
                Beyond.named(jdbc, partition, end).forEach(faults);
            }
        });
        long begin = System.nanoTime();
        while (!unknown.isEmpty()) {
            unknown.removeIf(this::isKnown);
            if (System.nanoTime() - begin > patience.toNanos()) {
                unknown.forEach(entry -> faults.accept(Rebuild.name(entry) + " is in the topic and not in the ledger"));
                return;
            }
            TimeUnit.MILLISECONDS.sleep(OFTEN.toMillis());
        }
    }

    /// The last leaf of each partition.
    static Map<Partition, Long> leaves(JdbcClient jdbc) {
        Map<Partition, Long> last = new TreeMap<>();
        jdbc.sql("select topic, partition, max(log_offset) as last from leaf group by topic, partition")
                .query((ResultSet row) -> {
                    last.put(new Partition(row.getString("topic"), row.getInt("partition")), row.getLong("last"));
                });
        return last;
    }

    private void compare(Partition partition, Batch batch, long end) {
        Map<Long, String> signed = new TreeMap<>();
        jdbc.sql("select log_offset, hash from leaf where topic = ? and partition = ? and log_offset >= ? and log_offset < ?")
                .params(partition.topic(), partition.number(), batch.from, end)
                .query((ResultSet row) -> {
                    signed.put(row.getLong("log_offset"), row.getString("hash"));
                });
        batch.records.forEach((offset, wire) -> {
            Entry.Place place = new Entry.Place(partition.topic(), partition.number(), offset);
            String expected = signed.remove(offset);
            String hash = Digest.hash(wire);
            if (expected == null) {
                noLeaf(place, wire);
            } else if (!hash.equals(expected)) {
                faults.accept("the topic has other bytes at " + place + " than were signed for: " + hash + " for " + expected);
            }
        });
        signed.keySet().forEach(offset -> faults.accept("the topic has nothing at "
                + new Entry.Place(partition.topic(), partition.number(), offset) + ", where a fact was signed for"));
        batch.records.clear();
        batch.from = end;
    }

    /// A repetition of a relay that died, or what nobody could read; otherwise something that the ledger lacks.
    private void noLeaf(Entry.Place place, byte[] wire) {
        Entry entry;
        try {
            entry = entries.read(place, wire);
        } catch (RegistryClient.Unavailable e) {
            throw e;
        } catch (SerializationException _) {
            return;
        }
        if (Ledger.keeps(entry) && !isKnown(entry)) {
            unknown.add(entry);
        }
    }

    private boolean isKnown(Entry entry) {
        Optional<String> known = jdbc.sql("select hash from ledger where topic = ? and aggregate_id = ? and sequence = ?")
                .params(entry.place().topic(), entry.aggregateId(), entry.sequence())
                .query(String.class)
                .optional();
        known.filter(hash -> !hash.equals(entry.hash()))
                .ifPresent(_ -> faults.accept(Rebuild.name(entry) + " is in the topic beside the fact that has its sequence in the ledger"));
        return known.isPresent();
    }
}
