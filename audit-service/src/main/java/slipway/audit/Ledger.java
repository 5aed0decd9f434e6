package slipway.audit;

import java.sql.ResultSet;
import java.sql.SQLException;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import org.springframework.jdbc.core.simple.JdbcClient;
import org.springframework.transaction.support.TransactionSynchronization;
import org.springframework.transaction.support.TransactionSynchronizationManager;
import slipway.audit.domain.Entry;
import slipway.events.Topics;
import slipway.messaging.Fact;
import slipway.messaging.Reactions;

/// Every fact that came from Kafka, exactly as it came. Written in the transaction of the inbox, so each once and in
/// the order of its aggregate.
final class Ledger implements Reactions.Watcher {

    /// All but the hash and the bytes.
    static final String COLUMNS =
            """
            topic, partition, log_offset, type, aggregate_id, sequence, event_id, correlation_id, causation_id,
            actor, actor_kind, on_behalf_of, occurred_at, recorded_at, prev_hash, chain_holds, payload
            """;

    private final JdbcClient jdbc;
    private final Entries entries;
    private final Views views;
    private final JdbcClient reading;

    /// @param reading for people's questions
    Ledger(JdbcClient jdbc, Entries entries, Views views, JdbcClient reading) {
        this.reading = reading;
        this.jdbc = jdbc;
        this.entries = entries;
        this.views = views;
    }

    /// @param entry what is stored
    /// @param chainHolds whether its prevHash is the hash of the fact before it
    record Stored(Entry entry, boolean chainHolds) {}

    /// Of every topic every fact but checkpoints: one in the ledger would be a leaf more, and need another.
    static boolean keeps(Entry entry) {
        return !(entry.place().topic().equals(Topics.AUDIT_CHECKPOINTS) && entry.type().equals(Published.CHECKPOINT));
    }

    @Override
    public void see(Fact fact) {
        Entry entry = entry(fact);
        if (!keeps(entry)) {
            return;
        }
        Arrived arrived = arrived();
        arrived.entries.add(entry);
        arrived.wires.add(fact.wire());
    }

    private Arrived arrived() {
        Arrived arrived = (Arrived) TransactionSynchronizationManager.getResource(this);
        if (arrived == null) {
            arrived = new Arrived();
            TransactionSynchronizationManager.registerSynchronization(arrived);
            TransactionSynchronizationManager.bindResource(this, arrived);
        }
        return arrived;
    }

    /// A repetition is harmless. What says something else under a number that is used is in no ledger, and is told of by [Conformance].
    @Override
    public void seeAgain(Fact fact) {
        arrived().again.add(entry(fact));
    }

    private Entry entry(Fact fact) {
        Fact.Position position = fact.position();
        if (position == null) {
            throw new IllegalStateException(fact.type() + " came without its place in the log");
        }
        return entries.read(new Entry.Place(fact.topic(), position.partition(), position.offset()), fact.wire());
    }

    /// What came in one transaction: it is stored at its end, all at once.
    private final class Arrived implements TransactionSynchronization {

        private final List<Entry> entries = new ArrayList<>();
        private final List<byte[]> wires = new ArrayList<>();
        private final List<Entry> again = new ArrayList<>();

        @Override
        public void beforeCommit(boolean readOnly) {
            if (!entries.isEmpty()) {
                insert(entries, wires);
                views.follow(entries);
            }
            // After them: the number may have been given twice in one go.
            again.forEach(Ledger.this::stray);
        }

        @Override
        public void afterCompletion(int status) {
            TransactionSynchronizationManager.unbindResource(Ledger.this);
        }
    }

    private void stray(Entry entry) {
        jdbc.sql(
                        """
                        insert into stray (topic, partition, log_offset, type, aggregate_id, sequence, correlation_id)
                        select ?, ?, ?, ?, aggregate_id, sequence, correlation_id from ledger
                        where topic = ? and aggregate_id = ? and sequence = ? and hash <> ?
                        on conflict do nothing
                        """)
                .params(
                        entry.place().topic(),
                        entry.place().partition(),
                        entry.place().offset(),
                        entry.type(),
                        entry.place().topic(),
                        entry.aggregateId(),
                        entry.sequence(),
                        entry.hash())
                .update();
    }

    private void insert(List<Entry> arrived, List<byte[]> wires) {
        jdbc.sql(
                        """
                        with arrived as (
                            select * from (select *, row_number() over () as number from %2$s) as fact (%1$s, number)
                            join (select *, row_number() over () as number from unnest(?::bytea[]) as wire) as bytes using (number)),
                        stored as (
                            insert into ledger (%1$s, wire, chain_holds)
                            select %3$s, fact.wire,
                                case when fact.sequence = 1 then fact.prev_hash is null
                                else coalesce(fact.prev_hash = coalesce(together.hash, before.hash), false) end
                            from arrived as fact
                            left join arrived as together on together.topic = fact.topic and together.aggregate_id = fact.aggregate_id
                                and together.sequence = fact.sequence - 1
                            left join ledger as before on before.topic = fact.topic and before.aggregate_id = fact.aggregate_id
                                and before.sequence = fact.sequence - 1
                            returning topic, partition, log_offset)
                        insert into unleaved (topic, partition, log_offset)
                            select topic, partition, log_offset from stored join arrived using (topic, partition, log_offset) order by number
                        """
                                .formatted(Columns.NAMES, Columns.ROWS, Columns.NAMES.strip().replaceAll("(\\w+)", "fact.$1")))
                .params(Columns.of(arrived))
                .param(wires.toArray(byte[][]::new))
                .update();
    }

    /// All facts of one story and those of others that led to any of them, such as the drift that a change was registered for, in no
    /// particular order.
    ///
    /// @param id of a change; or of what has a part in the story of one, such as a backup set: then of that alone
    List<Stored> story(String id) {
        return reading.sql("select " + COLUMNS
                        + """
                        , hash from ledger where event_id in (
                            select event_id from ledger where correlation_id = :id or aggregate_id = :id
                            union
                            select causation_id from ledger where correlation_id = :id or aggregate_id = :id)
                        """)
                .param("id", id)
                .query((row, _) -> stored(row))
                .list();
    }

    Optional<Stored> fact(String eventId) {
        return reading.sql("select " + COLUMNS + ", hash from ledger where event_id = ? limit 1")
                .param(eventId)
                .query((row, _) -> stored(row))
                .optional();
    }

    static Stored stored(ResultSet row) throws SQLException {
        Entry entry = new Entry(
                new Entry.Place(row.getString("topic"), row.getInt("partition"), row.getLong("log_offset")),
                row.getString("type"),
                row.getString("aggregate_id"),
                row.getLong("sequence"),
                row.getString("event_id"),
                row.getString("correlation_id"),
                row.getString("causation_id"),
                row.getString("actor"),
                row.getString("actor_kind"),
                row.getString("on_behalf_of"),
                row.getTimestamp("occurred_at").toInstant(),
                row.getTimestamp("recorded_at").toInstant(),
                row.getString("hash"),
                row.getString("prev_hash"),
                row.getString("payload"));
        return new Stored(entry, row.getBoolean("chain_holds"));
    }
}
