package slipway.audit;

import java.sql.ResultSet;
import java.sql.SQLException;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.function.Supplier;
import org.springframework.jdbc.core.simple.JdbcClient;
import org.springframework.transaction.support.TransactionTemplate;
import slipway.audit.domain.Entry;
import slipway.audit.domain.Partition;

/// The schema `replay`: a ledger that is built from the topics beside the live one, and how far. What was read stays there, with its
/// offsets, until the replay ends: it goes on where it stopped, whoever died.
///
/// Its tables are unlogged: after a crash of PostgreSQL they are empty, and the replay begins anew.
final class Scratch {

    private static final int MOST = 1_000;

    private final JdbcClient jdbc;
    private final TransactionTemplate transaction;

    Scratch(JdbcClient jdbc, TransactionTemplate transaction) {
        this.jdbc = jdbc;
        this.transaction = transaction;
    }

    /// What was read of a topic, in one go.
    ///
    /// @param skipped stories that had begun before those which are looked for
    /// @param next the first offsets that were not read
    record Portion(List<Entry> entries, Set<String> skipped, List<String> unreadable, Map<Partition, Long> next) {}

    /// Goes on with what is there, when it was begun for the same.
    ///
    /// @return whether something is there
    boolean open(Selection selection) {
        return here(() -> {
            boolean there = jdbc.sql("select to_regclass('replay.wanted') is not null").query(Boolean.class).single();
            if (there
                    && jdbc.sql("select count(*) > 0 from wanted where selection = ? and program = ?")
                            .params(selection.toString(), program())
                            .query(Boolean.class)
                            .single()) {
                return true;
            }
            drop();
            jdbc.sql(
                            """
                            create unlogged table wanted (selection text not null, program text not null);
                            create unlogged table ledger (like public.ledger);
                            alter table ledger alter wire drop not null, alter chain_holds drop not null,
                                add unique (topic, aggregate_id, sequence);
                            create unlogged table progress (topic text, partition int, next_offset bigint not null, primary key (topic, partition));
                            create unlogged table unreadable (what text not null);
                            create unlogged table repeated (topic text, partition int, log_offset bigint, type text, aggregate_id text, sequence bigint, hash text);
                            create unlogged table skipped (correlation_id text primary key);
                            create unlogged table lost (what text primary key);
                            create unlogged table too_early (like public.ledger);
                            alter table too_early alter wire drop not null, alter chain_holds drop not null;
                            """)
                    .update();
            for (View view : View.values()) {
                jdbc.sql("create unlogged table " + view.table() + " (like public." + view.table() + ")").update();
            }
            jdbc.sql("insert into wanted values (?, ?)").params(selection.toString(), program()).update();
            return false;
        });
    }

    /// By which queries its tables are made; what another version of this program began is not gone on with.
    private static String program() {
        StringBuilder program = new StringBuilder();
        for (View view : View.values()) {
            program.append(view.queryHash());
        }
        return program.toString();
    }

    void close() {
        here(() -> {
            drop();
            return true;
        });
    }

    private void drop() {
        jdbc.sql("select tablename from pg_tables where schemaname = 'replay'")
                .query(String.class)
                .list()
                .forEach(table -> jdbc.sql("drop table replay." + table).update());
    }

    /// In a transaction that sees these tables and no live ones, unless by their full names.
    <T> T here(Supplier<T> work) {
        return transaction.execute(_ -> {
            jdbc.sql("set local search_path to replay").update();
            jdbc.sql("set local time zone 'UTC'").update();
            return work.get();
        });
    }

    Map<Partition, Long> next() {
        return here(() -> {
            Map<Partition, Long> next = new HashMap<>();
            jdbc.sql("select * from progress").query((ResultSet row) -> {
                next.put(new Partition(row.getString("topic"), row.getInt("partition")), row.getLong("next_offset"));
            });
            return next;
        });
    }

    /// All of it, or nothing.
    void store(Portion portion) {
        here(() -> {
            List<Entry> again = insert(portion.entries());
            again.forEach(entry -> jdbc.sql("insert into repeated values (?, ?, ?, ?, ?, ?, ?)")
                    .params(
                            entry.place().topic(),
                            entry.place().partition(),
                            entry.place().offset(),
                            entry.type(),
                            entry.aggregateId(),
                            entry.sequence(),
                            entry.hash())
                    .update());
            jdbc.sql("insert into unreadable select unnest(?::text[])").param(portion.unreadable().toArray(String[]::new)).update();
            jdbc.sql("insert into skipped select unnest(?::text[]) on conflict do nothing")
                    .param(portion.skipped().toArray(String[]::new))
                    .update();
            portion.next().forEach((partition, next) -> jdbc.sql(
                            "insert into progress values (?, ?, ?) on conflict (topic, partition) do update set next_offset = excluded.next_offset")
                    .params(partition.topic(), partition.number(), next)
                    .update());
            return true;
        });
    }

    /// @return those whose sequence was taken before
    private List<Entry> insert(List<Entry> entries) {
        Set<Entry.Place> stored = new HashSet<>(jdbc.sql("insert into ledger (" + Columns.NAMES + ") select * from " + Columns.ROWS
                        + " on conflict (topic, aggregate_id, sequence) do nothing returning topic, partition, log_offset")
                .params(Columns.of(entries))
                .query((row, _) -> new Entry.Place(row.getString("topic"), row.getInt("partition"), row.getLong("log_offset")))
                .list());
        if (stored.size() == entries.size()) {
            return List.of();
        }
        List<Entry> again = new ArrayList<>(entries);
        again.removeIf(entry -> stored.contains(entry.place()));
        return again;
    }

    /// Every read table, from the facts that are here.
    void build() {
        for (View view : View.values()) {
            here(() -> jdbc.sql("delete from " + view.table()).update() + jdbc.sql("insert into " + view.table() + " " + view.query()).update());
        }
    }

    long facts() {
        return here(() -> jdbc.sql("select count(*) from ledger").query(Long.class).single());
    }

    long aggregates() {
        return here(() -> jdbc.sql("select count(*) from (select distinct topic, aggregate_id from ledger) as each").query(Long.class).single());
    }

    List<String> unreadable() {
        return here(() -> jdbc.sql("select what from unreadable order by what limit ?").param(MOST).query(String.class).list());
    }

    /// Records that say again what was said, and others in the place of one that was said.
    ///
    /// @param repetitions byte by byte the same: a relay sends again after a crash
    /// @param contradictions other facts under a sequence that was taken
    record Again(long repetitions, List<String> contradictions) {}

    Again again() {
        return here(() -> new Again(
                jdbc.sql("select count(*) from repeated join ledger using (topic, aggregate_id, sequence) where repeated.hash = ledger.hash")
                        .query(Long.class)
                        .single(),
                jdbc.sql(
                                """
                                select repeated.* from repeated join ledger using (topic, aggregate_id, sequence)
                                where repeated.hash <> ledger.hash order by topic, partition, log_offset limit ?
                                """)
                        .param(MOST)
                        .query((row, _) -> name(row) + " is another fact than the one that had this sequence before")
                        .list()));
    }

    /// A partition does not begin at its beginning.
    void lost(String what) {
        here(() -> jdbc.sql("insert into lost values (?) on conflict do nothing").param(what).update());
    }

    List<String> lost() {
        return here(() -> jdbc.sql("select what from lost order by what").query(String.class).list());
    }

    /// Facts that come where one is missing are applied by nobody: they are put aside until that one is read.
    ///
    /// @return of each aggregate the first of them
    List<String> gaps() {
        return here(() -> {
            jdbc.sql("with again as (delete from too_early returning *) insert into ledger select * from again").update();
            List<String> gaps = jdbc.sql(
                            """
                            select distinct on (topic, aggregate_id) * from (
                                select *, row_number() over (partition by topic, aggregate_id order by sequence) as expected from ledger) as fact
                            where sequence <> expected order by topic, aggregate_id, sequence limit ?
                            """)
                    .param(MOST)
                    .query((row, _) -> name(row) + " comes where fact " + row.getLong("expected") + " is missing")
                    .list();
            if (!gaps.isEmpty()) {
                jdbc.sql(
                                """
                                with early as (
                                    delete from ledger using (
                                        select topic, partition, log_offset, sequence,
                                            row_number() over (partition by topic, aggregate_id order by sequence) as expected from ledger) as fact
                                    where fact.sequence <> fact.expected and ledger.topic = fact.topic and ledger.partition = fact.partition
                                        and ledger.log_offset = fact.log_offset
                                    returning ledger.*)
                                insert into too_early select * from early
                                """)
                        .update();
            }
            return gaps;
        });
    }

    /// For people.
    static String name(ResultSet row) throws SQLException {
        return "%s, fact %d of %s at %s-%d@%d"
                .formatted(
                        row.getString("type"),
                        row.getLong("sequence"),
                        row.getString("aggregate_id"),
                        row.getString("topic"),
                        row.getInt("partition"),
                        row.getLong("log_offset"));
    }
}
