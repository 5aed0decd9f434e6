package slipway.audit;

import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Timestamp;
import java.util.List;
import java.util.Optional;
import org.springframework.jdbc.core.simple.JdbcClient;
import slipway.audit.domain.Entry;
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

    Ledger(JdbcClient jdbc, Entries entries, Views views) {
        this.jdbc = jdbc;
        this.entries = entries;
        this.views = views;
    }

    /// @param entry what is stored
    /// @param chainHolds whether its prevHash is the hash of the fact before it
    record Stored(Entry entry, boolean chainHolds) {}

    @Override
    public void see(Fact fact) {
        Fact.Position position = fact.position();
        if (position == null) {
            throw new IllegalStateException(fact.type() + " came without its place in the log");
        }
        Entry entry = entries.read(new Entry.Place(fact.topic(), position.partition(), position.offset()), fact.wire());
        insert(entry, fact.wire());
        views.follow(entry);
    }

    private void insert(Entry entry, byte[] wire) {
        jdbc.sql(
                        """
                        with stored as (insert into ledger (
                            topic, partition, log_offset, type, aggregate_id, sequence, event_id, correlation_id,
                            causation_id, actor, actor_kind, on_behalf_of, occurred_at, recorded_at, wire, hash,
                            prev_hash, payload, chain_holds)
                        values (
                            :topic, :partition, :offset, :type, :aggregate, :sequence, :event, :correlation,
                            :causation, :actor, :kind, :onBehalfOf, :occurred, :recorded, :wire, :hash,
                            :prev, :payload,
                            case when :sequence = 1 then :prev::text is null
                            else exists (
                                select from ledger where topic = :topic and aggregate_id = :aggregate
                                    and sequence = :sequence - 1 and hash = :prev)
                            end)
                        returning topic, partition, log_offset)
                        insert into unleaved (topic, partition, log_offset) select topic, partition, log_offset from stored
                        """)
                .param("topic", entry.place().topic())
                .param("partition", entry.place().partition())
                .param("offset", entry.place().offset())
                .param("type", entry.type())
                .param("aggregate", entry.aggregateId())
                .param("sequence", entry.sequence())
                .param("event", entry.eventId())
                .param("correlation", entry.correlationId())
                .param("causation", entry.causationId())
                .param("actor", entry.actor())
                .param("kind", entry.actorKind())
                .param("onBehalfOf", entry.onBehalfOf())
                .param("occurred", Timestamp.from(entry.occurredAt()))
                .param("recorded", Timestamp.from(entry.recordedAt()))
                .param("wire", wire)
                .param("hash", entry.hash())
                .param("prev", entry.prevHash())
                .param("payload", entry.payload())
                .update();
    }

    /// All facts of one story and those of others that led to any of them, such as the drift that a change was registered for, in no
    /// particular order.
    ///
    /// @param id of a change; or of what has a part in the story of one, such as a backup set: then of that alone
    List<Stored> story(String id) {
        return jdbc.sql("select " + COLUMNS
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
        return jdbc.sql("select " + COLUMNS + ", hash from ledger where event_id = ? limit 1")
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
