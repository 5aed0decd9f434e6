package slipway.audit;

import java.sql.ResultSet;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.function.Consumer;
import org.apache.kafka.common.errors.SerializationException;
import org.jspecify.annotations.Nullable;
import org.springframework.jdbc.core.simple.JdbcClient;
import slipway.audit.domain.Digest;
import slipway.audit.domain.Entry;
import slipway.audit.domain.Leaf;
import slipway.audit.transparency.LogCheck;
import slipway.wire.RegistryClient;

/// Holds the ledger against the leaves of its log: each fact is there with the bytes that were signed for, says what these bytes say,
/// follows the one before it, and none is there besides.
final class LedgerCheck implements LogCheck.Reader {

    private final JdbcClient jdbc;
    private final Entries entries;
    private final Consumer<String> faults;
    private final Progress progress;

    /// Of facts whose bytes are not those of their leaf: whose they are by the hash that they have.
    private final Map<String, String> changed = new HashMap<>();

    private long facts;

    LedgerCheck(JdbcClient jdbc, Entries entries, Consumer<String> faults, Progress progress) {
        this.jdbc = jdbc;
        this.entries = entries;
        this.faults = faults;
        this.progress = progress;
    }

    long facts() {
        return facts;
    }

    /// A leaf as the database has it, with its fact.
    ///
    /// @param stored null: there is no such fact
    private record Row(Leaf leaf, Ledger.@Nullable Stored stored, byte @Nullable [] wire) {}

    @Override
    public void read(long first, List<byte[]> leaves) {
        Map<Long, Row> rows = new HashMap<>();
        jdbc.sql(
                        """
                        select leaf.number, leaf.hash as leaf_hash, leaf.topic as leaf_topic, leaf.partition as leaf_partition,
                            leaf.log_offset as leaf_offset, ledger.*
                        from leaf left join ledger using (topic, partition, log_offset) where number >= ? and number < ?
                        """)
                .params(first, first + leaves.size())
                .query((ResultSet row) -> {
                    Entry.Place place = new Entry.Place(row.getString("leaf_topic"), row.getInt("leaf_partition"), row.getLong("leaf_offset"));
                    byte[] wire = row.getBytes("wire");
                    rows.put(
                            row.getLong("number"),
                            new Row(new Leaf(place, row.getString("leaf_hash")), wire == null ? null : Ledger.stored(row), wire));
                });
        long number = first;
        for (byte[] entry : leaves) {
            read(number, entry, rows.get(number));
            number++;
        }
        progress.done(number);
    }

    private void read(long number, byte[] bytes, @Nullable Row row) {
        Leaf leaf;
        try {
            leaf = Leaf.parse(bytes);
        } catch (IllegalArgumentException e) {
            faults.accept("leaf " + number + ": " + e.getMessage());
            return;
        }
        facts++;
        // What the topics are held against has to be what was signed.
        if (row == null || !row.leaf().equals(leaf)) {
            faults.accept("leaf " + number + " of the database is " + (row == null ? "missing" : row.leaf().place() + " with " + row.leaf().hash())
                    + ", and was signed for " + leaf.place() + " with " + leaf.hash());
            return;
        }
        Ledger.Stored stored = row.stored();
        if (stored == null) {
            faults.accept("the fact at " + leaf.place() + " is missing in the ledger: leaf " + number + " was signed for it");
            return;
        }
        String hash = Digest.hash(row.wire());
        String name = Rebuild.name(stored.entry());
        if (!hash.equals(leaf.hash())) {
            changed.put(leaf.hash(), name);
            faults.accept(name + ": its bytes have the hash " + hash + ", and leaf " + number + " was signed for " + leaf.hash()
                    + (changed.containsKey(hash) ? "; they are those of " + changed.get(hash) + ": swapped" : ""));
            return;
        }
        says(name, stored, row.wire());
    }

    private void says(String name, Ledger.Stored stored, byte[] wire) {
        Entry said;
        try {
            said = entries.read(stored.entry().place(), wire);
        } catch (RegistryClient.Unavailable e) {
            throw e;
        } catch (SerializationException e) {
            faults.accept(name + " cannot be read: " + e.getMessage());
            return;
        }
        if (!said.equals(stored.entry())) {
            faults.accept(name + ": what the ledger says of it is not what its bytes say");
        }
    }

    /// Each fact follows the one before it. Of the columns: that they say what the bytes say was looked at before.
    void chains() {
        jdbc.sql(
                        """
                        select * from (
                            select fact.*, before.sequence is not null as follows, fact.prev_hash is not distinct from before.hash as holds
                            from ledger as fact left join ledger as before
                                on before.topic = fact.topic and before.aggregate_id = fact.aggregate_id and before.sequence = fact.sequence - 1) as fact
                        where sequence < 1 or sequence > 1 and not follows or not holds or holds <> chain_holds
                        order by topic, partition, log_offset limit 1000
                        """)
                .query((row, _) -> {
                    String name = Rebuild.name(Ledger.stored(row).entry());
                    long sequence = row.getLong("sequence");
                    if (sequence < 1) {
                        return name + " has a sequence that nothing has";
                    }
                    if (sequence > 1 && !row.getBoolean("follows")) {
                        return name + " comes where fact " + (sequence - 1) + " is missing";
                    }
                    return name + (row.getBoolean("holds") ? ": what the ledger says of its chain is not so" : " does not carry the hash of the fact before it");
                })
                .list()
                .forEach(faults);
        // Whoever owns the database can take its constraints away.
        jdbc.sql(
                        """
                        select ledger.* from ledger join (
                            select topic, aggregate_id, sequence, min(partition || ' ' || lpad(log_offset::text, 20, '0')) as first
                            from ledger group by topic, aggregate_id, sequence having count(*) > 1) as twice using (topic, aggregate_id, sequence)
                        where partition || ' ' || lpad(log_offset::text, 20, '0') > first order by topic, partition, log_offset limit 1000
                        """)
                .query((row, _) -> Rebuild.name(Ledger.stored(row).entry()) + " has a sequence that was taken before")
                .list()
                .forEach(faults);
    }

    /// What is in the ledger without having come through the door.
    void besides() {
        jdbc.sql(
                        """
                        select ledger.* from ledger
                        left join leaf using (topic, partition, log_offset)
                        left join unleaved using (topic, partition, log_offset)
                        where leaf.number is null and unleaved.number is null
                        order by topic, partition, log_offset limit 100
                        """)
                .query((row, _) -> Rebuild.name(Ledger.stored(row).entry()))
                .list()
                .forEach(name -> faults.accept(name + " was put into the ledger beside its log: it is no leaf"));
    }
}
