package slipway.audit;

import java.util.Arrays;
import java.util.EnumMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import org.springframework.dao.TransientDataAccessResourceException;
import org.springframework.jdbc.core.simple.JdbcClient;
import org.springframework.transaction.support.TransactionTemplate;
import slipway.audit.domain.Entry;

/// Keeps the read tables in step with the ledger: what got a fact is made anew, once, at the end of the transaction that stores it.
final class Views {

    private static final Logger LOG = LoggerFactory.getLogger(Views.class);

    /// Facts of one story come from several topics at once: who makes its rows waits until the others' facts can be seen.
    private static final int LOCKS = 64;
    private static final int LOCK = 1_986_358_643;

    private final JdbcClient jdbc;
    private final TransactionTemplate transaction;

    Views(JdbcClient jdbc, TransactionTemplate transaction) {
        this.jdbc = jdbc;
        this.transaction = transaction;
        Arrays.stream(View.values()).forEach(this::make);
    }

    /// In the transaction that stores the entries, after them.
    void follow(List<Entry> entries) {
        mustBeMine();
        Map<View, Set<String>> touched = new EnumMap<>(View.class);
        for (View view : View.values()) {
            touched.put(view, view.touched(entries));
        }
        lock(touched.values().stream().flatMap(Set::stream).map(key -> Math.floorMod(key.hashCode(), LOCKS)).collect(Collectors.toSet()));
        touched.forEach((view, keys) -> {
            if (keys.isEmpty()) {
                return;
            }
            if (view.grows()) {
                add(view, entries);
            } else {
                refresh(view, keys);
            }
        });
    }

    /// What these facts add.
    private void add(View view, List<Entry> entries) {
        jdbc.sql("insert into " + view.table() + " with ledger as (select ledger.* from ledger join unnest(?::text[], ?::int[], ?::bigint[])"
                        + " as arrived (topic, partition, log_offset) using (topic, partition, log_offset)) " + view.query() + " on conflict do nothing")
                .params(
                        entries.stream().map(entry -> entry.place().topic()).toArray(String[]::new),
                        entries.stream().map(entry -> entry.place().partition()).toArray(Integer[]::new),
                        entries.stream().map(entry -> entry.place().offset()).toArray(Long[]::new))
                .update();
    }

    /// While another version of this program takes over, this one adds no rows by its queries.
    private void mustBeMine() {
        Set<String> made = Set.copyOf(jdbc.sql("select query_hash from view_made for share").query(String.class).list());
        if (Arrays.stream(View.values()).anyMatch(view -> !made.contains(view.queryHash()))) {
            throw new TransientDataAccessResourceException("another version of audit-service has made the read tables; this one is to be stopped");
        }
    }

    private void lock(Set<Integer> which) {
        // In one order, so that nobody waits for each other.
        jdbc.sql("select pg_advisory_xact_lock(?, number) from (select number from unnest(?::int[]) as number order by number offset 0) as numbers")
                .params(LOCK, which.toArray(Integer[]::new))
                .query((_, _) -> true)
                .list();
    }

    private void refresh(View view, Set<String> keys) {
        String[] these = keys.toArray(String[]::new);
        jdbc.sql("delete from " + view.table() + " where " + view.key().column() + " = any(?)").param(these).update();
        jdbc.sql("insert into " + view.table() + " select * from (" + view.query() + ") as made where " + view.key().column() + " = any(?)")
                .param(these)
                .update();
    }

    /// All rows, when they were made by another query than this program's, or never.
    private void make(View view) {
        transaction.executeWithoutResult(_ -> {
            // Nobody else makes them, nor adds facts meanwhile.
            jdbc.sql("lock table view_made in exclusive mode").update();
            boolean made = jdbc.sql("select count(*) > 0 from view_made where view = ? and query_hash = ?")
                    .params(view.table(), view.queryHash())
                    .query(Boolean.class)
                    .single();
            if (made) {
                return;
            }
            lock(IntStream.range(0, LOCKS).boxed().collect(Collectors.toSet()));
            jdbc.sql("delete from " + view.table()).update();
            int rows = jdbc.sql("insert into " + view.table() + " " + view.query()).update();
            jdbc.sql("insert into view_made (view, query_hash) values (?, ?) on conflict (view) do update set query_hash = excluded.query_hash")
                    .params(view.table(), view.queryHash())
                    .update();
            LOG.info("made {} rows of {} from the ledger", rows, view.table());
        });
    }
}
