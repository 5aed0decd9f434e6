package slipway.audit;

import java.util.List;
import java.util.Map;
import org.springframework.jdbc.core.simple.JdbcClient;
import org.springframework.transaction.support.TransactionTemplate;
import slipway.audit.domain.Entry;
import slipway.audit.domain.Leaf;
import slipway.audit.domain.Partition;

/// The order in which facts became leaves of the Merkle tree: one order, whichever instance asks.
final class Leaves {

    private final JdbcClient jdbc;
    private final TransactionTemplate transaction;

    Leaves(JdbcClient jdbc, TransactionTemplate transaction) {
        this.jdbc = jdbc;
        this.transaction = transaction;
    }

    private record Grown(int marks, int leaves) {}

    /// Makes leaves of facts that are none yet, in the order in which they were stored. Other instances wait.
    ///
    /// @param ends facts from there on stay what they are: nobody can have read them
    /// @return how many; fewer than `most`: these were all
    int grow(int most, Map<Partition, Long> ends) {
        return transaction.execute(_ -> {
            jdbc.sql("select pg_advisory_xact_lock(hashtextextended('leaves', 5))").query((_, _) -> true).single();
            Grown grown = jdbc.sql(
                            """
                            with taken as (
                                delete from unleaved where number in (
                                    select number from unleaved where not exists (
                                        select from unnest(?::text[], ?::int[], ?::bigint[]) as beyond (topic, partition, ending)
                                        where beyond.topic = unleaved.topic and beyond.partition = unleaved.partition and log_offset >= ending)
                                    order by number limit ?)
                                returning number, topic, partition, log_offset),
                            grown as (
                                insert into leaf (number, topic, partition, log_offset, hash)
                                select (select coalesce(max(number) + 1, 0) from leaf) + row_number() over (order by taken.number) - 1,
                                    topic, partition, log_offset, hash
                                from taken join ledger using (topic, partition, log_offset)
                                returning 1)
                            select (select count(*) from taken) as marks, (select count(*) from grown) as leaves
                            """)
                    .param(ends.keySet().stream().map(Partition::topic).toArray(String[]::new))
                    .param(ends.keySet().stream().map(Partition::number).toArray(Integer[]::new))
                    .param(ends.values().toArray(Long[]::new))
                    .param(most)
                    .query(Grown.class)
                    .single();
            if (grown.marks() != grown.leaves()) {
                throw new IllegalStateException(
                        "of " + grown.marks() + " facts that are to be leaves the ledger has " + grown.leaves() + ": some were taken away");
            }
            return grown.leaves();
        });
    }

    long count() {
        return jdbc.sql("select coalesce(max(number) + 1, 0) from leaf").query(Long.class).single();
    }

    /// @param from number of the first
    List<Leaf> read(long from, int most) {
        return jdbc.sql("select * from leaf where number >= ? and number < ? order by number")
                .params(from, from + most)
                .query((row, _) -> new Leaf(
                        new Entry.Place(row.getString("topic"), row.getInt("partition"), row.getLong("log_offset")),
                        row.getString("hash")))
                .list();
    }
}
