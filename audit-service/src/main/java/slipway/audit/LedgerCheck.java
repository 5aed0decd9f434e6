package slipway.audit;

import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.function.Consumer;
import org.apache.kafka.common.errors.SerializationException;
import org.jspecify.annotations.Nullable;
import org.springframework.jdbc.core.simple.JdbcClient;
import slipway.audit.domain.Chain;
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
    private final Chain chain = new Chain();

    /// Of facts whose bytes are not those of their leaf: whose they are by the hash that they have.
    private final Map<String, String> changed = new HashMap<>();

    private long facts;

    LedgerCheck(JdbcClient jdbc, Entries entries, Consumer<String> faults) {
        this.jdbc = jdbc;
        this.entries = entries;
        this.faults = faults;
    }

    long facts() {
        return facts;
    }

    /// A row of the ledger, by the number of its leaf; nothing of it where there is none.
    private record Row(@Nullable Entry stored, byte @Nullable [] wire) {}

    @Override
    public void read(long first, List<byte[]> leaves) {
        Map<Entry.Place, Row> rows = new HashMap<>();
        jdbc.sql("select ledger.* from leaf join ledger using (topic, partition, log_offset) where number >= ? and number < ?")
                .params(first, first + leaves.size())
                .query((row, _) -> new Row(Ledger.stored(row).entry(), row.getBytes("wire")))
                .list()
                .forEach(row -> rows.put(row.stored().place(), row));
        long number = first;
        for (byte[] entry : leaves) {
            read(number++, entry, rows);
        }
    }

    private void read(long number, byte[] bytes, Map<Entry.Place, Row> rows) {
        Leaf leaf;
        try {
            leaf = Leaf.parse(bytes);
        } catch (IllegalArgumentException e) {
            faults.accept("leaf " + number + ": " + e.getMessage());
            return;
        }
        facts++;
        Row row = rows.get(leaf.place());
        if (row == null) {
            faults.accept("the fact at " + leaf.place() + " is missing in the ledger: leaf " + number + " was signed for it");
            return;
        }
        String hash = Digest.hash(row.wire());
        String name = Rebuild.name(row.stored());
        if (!hash.equals(leaf.hash())) {
            changed.put(leaf.hash(), name);
            faults.accept(name + ": its bytes have the hash " + hash + ", and leaf " + number + " was signed for " + leaf.hash()
                    + (changed.containsKey(hash) ? "; they are those of " + changed.get(hash) + ": swapped" : ""));
            return;
        }
        follow(name, row);
    }

    private void follow(String name, Row row) {
        Entry said;
        try {
            said = entries.read(row.stored().place(), row.wire());
        } catch (RegistryClient.Unavailable e) {
            throw e;
        } catch (SerializationException e) {
            faults.accept(name + " cannot be read: " + e.getMessage());
            return;
        }
        if (!said.equals(row.stored())) {
            faults.accept(name + ": what the ledger says of it is not what its bytes say");
        }
        switch (chain.follow(said)) {
            case Chain.Link.Next(boolean holds) -> {
                if (!holds) {
                    faults.accept(name + " does not carry the hash of the fact before it");
                }
            }
            case Chain.Link.Repetition(), Chain.Link.Contradiction() -> faults.accept(name + " has a sequence that was taken before");
            case Chain.Link.Gap(long expected) -> faults.accept(name + " comes where fact " + expected + " is missing");
        }
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
