package slipway.audit;

import java.sql.Timestamp;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;
import org.springframework.jdbc.core.simple.JdbcClient;
import org.springframework.transaction.TransactionDefinition;
import org.springframework.transaction.support.TransactionTemplate;

/// Holds the live ledger and each read table against those that were rebuilt, by one canonical hash of each: SHA-256 over the sorted SHA-256
/// hashes of its rows, a row as PostgreSQL writes it, with times in UTC. Where they differ, each row that does is named.
///
/// All of the live side is seen at one moment. What got facts that were not read is left out.
final class Comparison {

    private static final int MOST = 100;

    /// A live fact has the hash of the bytes that are there, whatever its column says; and its chain holds, or not, by the facts that are there.
    private static final String LIVE =
            """
            select topic, partition, log_offset, type, aggregate_id, sequence, event_id, correlation_id, causation_id, actor, actor_kind, on_behalf_of,
                occurred_at, recorded_at, encode(sha256(wire), 'hex') as bytes, hash, prev_hash, payload, chain_holds or :part as chain_holds
            from public.ledger
            where exists (
                select from progress where progress.topic = ledger.topic and progress.partition = ledger.partition
                    and ledger.log_offset < progress.next_offset)
            """;

    private static final String REBUILT =
            """
            select fact.topic, fact.partition, fact.log_offset, fact.type, fact.aggregate_id, fact.sequence, fact.event_id, fact.correlation_id,
                fact.causation_id, fact.actor, fact.actor_kind, fact.on_behalf_of, fact.occurred_at, fact.recorded_at, fact.hash as bytes, fact.hash,
                fact.prev_hash, fact.payload, fact.prev_hash is not distinct from before.hash or :part as chain_holds
            from ledger as fact left join ledger as before
                on before.topic = fact.topic and before.aggregate_id = fact.aggregate_id and before.sequence = fact.sequence - 1
            """;

    private static final String PLACE = "topic || '-' || partition || '@' || log_offset";

    private final JdbcClient jdbc;
    private final TransactionTemplate transaction;
    private final Selection selection;

    Comparison(JdbcClient jdbc, TransactionTemplate transactions, Selection selection) {
        this.jdbc = jdbc;
        this.transaction = new TransactionTemplate(transactions.getTransactionManager());
        this.transaction.setIsolationLevel(TransactionDefinition.ISOLATION_REPEATABLE_READ);
        this.selection = selection;
    }

    /// One table, live and rebuilt.
    ///
    /// @param rows of what was rebuilt
    /// @param digest its canonical hash, in hexadecimal
    /// @param liveDigest that of the live one
    record Compared(String name, long rows, String digest, String liveDigest) {

        boolean identical() {
            return digest.equals(liveDigest);
        }
    }

    /// @param moved stories that got facts meanwhile, and were left out
    record Result(List<Compared> projections, long moved) {}

    /// @param faults gets each, with its place
    Result run(Consumer<String> faults) {
        return transaction.execute(_ -> {
            jdbc.sql("set local search_path to replay").update();
            jdbc.sql("set local time zone 'UTC'").update();
            choose();
            chains(faults);
            List<Compared> all = new ArrayList<>();
            all.add(compare("ledger", PLACE, without(LIVE, "correlation_id"), without(REBUILT, "correlation_id"), faults));
            for (View view : View.values()) {
                String column = view.key().column();
                all.add(compare(
                        view.table(),
                        column,
                        without("select * from public." + view.table(), column),
                        without("select * from " + view.table(), column),
                        faults));
            }
            return new Result(all, jdbc.sql("select count(*) from (select distinct correlation_id from moved) as each").query(Long.class).single());
        });
    }

    /// Which keys are compared, and which got facts meanwhile.
    private void choose() {
        jdbc.sql(
                        """
                        create temporary table moved on commit drop as
                            select distinct correlation_id, aggregate_id from public.ledger where not exists (
                                select from progress where progress.topic = ledger.topic and progress.partition = ledger.partition
                                    and ledger.log_offset < progress.next_offset)
                        """)
                .update();
        jdbc.sql("create temporary table compared (key text primary key) on commit drop").update();
        if (selection.isAll()) {
            return;
        }
        String which = selection.change() != null
                ? "select ?::text from (values (?::timestamptz, ?::timestamptz)) as unused"
                : """
                  select correlation_id from (
                      select correlation_id, recorded_at from ledger union all select correlation_id, recorded_at from public.ledger) as fact
                  where ?::text is null
                  group by correlation_id
                  having min(recorded_at) >= coalesce(?, '-infinity'::timestamptz) and min(recorded_at) < coalesce(?, 'infinity'::timestamptz)
                  except select correlation_id from skipped
                  """;
        jdbc.sql("insert into compared " + which)
                .params(selection.change(), time(selection.from()), time(selection.to()))
                .update();
        // An aggregate with facts in another story, too, is not all here.
        jdbc.sql(
                        """
                        insert into compared
                            select aggregate_id from (select aggregate_id, correlation_id from ledger union select aggregate_id, correlation_id from public.ledger) as fact
                            group by aggregate_id
                            having bool_and(correlation_id in (select key from compared))
                        on conflict do nothing
                        """)
                .update();
    }

    private static @Nullable Timestamp time(@Nullable Instant time) {
        return time == null ? null : Timestamp.from(time);
    }

    private String without(String rows, String key) {
        // Of a part of the facts nobody knows whose hash the first ones carry.
        return "select * from (" + rows.replace(":part", String.valueOf(!selection.isAll())) + ") as each where "
                + (selection.isAll() ? "true" : key + " in (select key from compared)")
                + " and " + key + " not in (select " + key + " from moved)";
    }

    private void chains(Consumer<String> faults) {
        if (!selection.isAll()) {
            return;
        }
        jdbc.sql("select * from (" + REBUILT.replace(":part", "false") + ") as fact where not chain_holds order by topic, partition, log_offset limit ?")
                .param(MOST)
                .query((row, _) -> Scratch.name(row) + " does not carry the hash of the fact before it")
                .list()
                .forEach(faults);
    }

    private Compared compare(String name, String called, String live, String rebuilt, Consumer<String> faults) {
        Hashed ours = hashed(rebuilt);
        Hashed theirs = hashed(live);
        if (!ours.digest().equals(theirs.digest())) {
            String rows = "select " + called + " as called, each::text as said from (%s) as each";
            String ourRows = rows.formatted(rebuilt);
            String theirRows = rows.formatted(live);
            jdbc.sql("select distinct called from ((" + ourRows + " except " + theirRows + ") union all (" + theirRows + " except " + ourRows
                            + ")) as different order by called limit ?")
                    .param(MOST)
                    .query(String.class)
                    .list()
                    .forEach(row -> faults.accept("the live " + name + " differs at " + row + " from what the topics give"));
        }
        return new Compared(name, ours.rows(), ours.digest(), theirs.digest());
    }

    private record Hashed(long rows, String digest) {}

    private Hashed hashed(String rows) {
        return jdbc.sql(
                        """
                        select count(*) as rows, encode(sha256(coalesce(string_agg(hash, ''::bytea order by hash), ''::bytea)), 'hex') as digest
                        from (select sha256(convert_to(each::text, 'UTF8')) as hash from (%s) as each) as hashes
                        """
                                .formatted(rows))
                .query(Hashed.class)
                .single();
    }
}
