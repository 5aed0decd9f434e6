package slipway.messaging;

import java.time.Instant;
import java.time.OffsetDateTime;
import java.util.Arrays;
import java.util.List;
import java.util.Objects;
import java.util.Optional;
import org.apache.avro.generic.IndexedRecord;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import org.springframework.jdbc.core.RowMapper;
import org.springframework.jdbc.core.simple.JdbcClient;
import org.springframework.transaction.support.TransactionTemplate;
import slipway.events.Topics;
import slipway.wire.AvroDeserializer;
import slipway.wire.RegistryClient;

/// Facts that could not be handled wait here with their cause; later facts of the same aggregate wait behind them, in order;
/// everybody else goes on. What merely waited is applied as soon as its turn comes; what failed needs a person, who mends
/// the cause and retries, or skips it. Nothing is deleted.
final class Parked {

    private static final Logger LOG = LoggerFactory.getLogger(Parked.class);

    private static final String PARK =
            """
            insert into parked (topic, partition, log_offset, aggregate_id, sequence, type, wire, source, source_id, reason,
                failed)
            values (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?) on conflict do nothing
            """;

    private static final String NEXT =
            """
            select p.* from parked p left join inbox i on i.topic = p.topic and i.aggregate_id = p.aggregate_id
            where p.resolution is null and not p.failed and p.sequence <= coalesce(i.sequence, 0) + 1
            order by p.id limit 1 for update of p skip locked
            """;

    private final JdbcClient jdbc;
    private final TransactionTemplate transaction;
    private final AvroDeserializer deserializer;
    private final Watermark watermark;

    Parked(JdbcClient jdbc, TransactionTemplate transaction, AvroDeserializer deserializer, Watermark watermark) {
        this.jdbc = jdbc;
        this.transaction = transaction;
        this.deserializer = deserializer;
        this.watermark = watermark;
    }

    /// One that waits, as an operator sees it.
    ///
    /// @param failed true: its own handling failed and a person has to act; false: it waits for an earlier one
    record Entry(
            long id,
            String topic,
            int partition,
            long offset,
            String aggregateId,
            long sequence,
            String type,
            String reason,
            boolean failed,
            Instant parkedAt) {}

    private static final RowMapper<Entry> ENTRY = (row, _) -> new Entry(
            row.getLong("id"),
            row.getString("topic"),
            row.getInt("partition"),
            row.getLong("log_offset"),
            row.getString("aggregate_id"),
            row.getLong("sequence"),
            row.getString("type"),
            row.getString("reason"),
            row.getBoolean("failed"),
            row.getObject("parked_at", OffsetDateTime.class).toInstant());

    /// As it lies in the table; it may not be readable any more.
    ///
    /// @param source as its writer gave it
    /// @param sourceId as its writer gave it
    private record Waiting(
            long id,
            String topic,
            Fact.Position position,
            String aggregateId,
            long sequence,
            byte[] wire,
            @Nullable String source,
            @Nullable String sourceId,
            boolean failed) {}

    private static final RowMapper<Waiting> WAITING = (row, _) -> new Waiting(
            row.getLong("id"),
            row.getString("topic"),
            new Fact.Position(row.getInt("partition"), row.getLong("log_offset")),
            row.getString("aggregate_id"),
            row.getLong("sequence"),
            row.getBytes("wire"),
            row.getString("source"),
            row.getString("source_id"),
            row.getBoolean("failed"));

    void park(Fact fact, String reason, boolean failed) {
        Fact.Position position = Objects.requireNonNull(fact.position(), "only what came from the log is parked");
        LOG.warn(
                "parked {} {} of {}: {}",
                fact.type(),
                fact.meta().getSequence(),
                fact.meta().getAggregateId(),
                reason);
        jdbc.sql(PARK)
                .params(Arrays.asList(
                        fact.topic(),
                        position.partition(),
                        position.offset(),
                        fact.meta().getAggregateId(),
                        // A request from outside waits for nobody, whatever sequence it claims.
                        Topics.FACTS.contains(fact.topic()) ? fact.meta().getSequence() : 0L,
                        fact.payload().getSchema().getFullName(),
                        fact.wire(),
                        fact.source(),
                        fact.sourceId(),
                        reason,
                        failed))
                .update();
    }

    List<Entry> open() {
        return jdbc.sql("select * from parked where resolution is null order by id")
                .query(ENTRY)
                .list();
    }

    long count() {
        return jdbc.sql("select count(*) from parked where resolution is null")
                .query(Long.class)
                .single();
    }

    /// Applies everything whose turn has come, each in a transaction of its own.
    void drain() {
        if (count() == 0) {
            return;
        }
        boolean more = true;
        while (more) {
            more = drainOne();
        }
    }

    private boolean drainOne() {
        Waiting[] tried = new Waiting[1];
        try {
            return Boolean.TRUE.equals(transaction.execute(_ -> {
                Optional<Waiting> next = jdbc.sql(NEXT).query(WAITING).optional();
                return next.isPresent() && applied(next.get(), tried);
            }));
        } catch (RuntimeException e) {
            if (tried[0] == null || Inbox.passes(e)) {
                throw e;
            }
            jdbc.sql("update parked set failed = true, reason = ? where id = ? and resolution is null")
                    .params(Inbox.words(e), tried[0].id())
                    .update();
            LOG.warn("parked fact {} failed again: {}", tried[0].id(), e.toString());
            return true;
        }
    }

    private boolean applied(Waiting waiting, Waiting[] tried) {
        tried[0] = waiting;
        return switch (watermark.apply(fact(waiting))) {
            case APPLIED -> resolve(waiting.id(), "APPLIED", null);
            case DUPLICATE -> resolve(waiting.id(), "DUPLICATE", null);
            // Another consumer was faster with one that came before; it goes on waiting.
            case TOO_EARLY -> false;
        };
    }

    /// Tries again what failed, and then what waited behind it; and takes back that one was skipped which only waited.
    ///
    /// @return false when there is no such open entry
    boolean retry(long id) {
        int found = jdbc.sql(
                        """
                        update parked set failed = false, resolution = null, resolved_by = null, resolved_at = null
                        where id = ? and (resolution is null or resolution = 'SKIPPED' and not failed)
                        """)
                .param(id)
                .update();
        drain();
        return found == 1;
    }

    /// Leaves this fact out for good, on somebody's responsibility, and goes on with what waited behind it. One that waits for a fact that
    /// never came takes no number with it: should that one come after all, the next one of its number is due.
    ///
    /// @return false when there is no such open entry, or it waits behind another one
    boolean skip(long id, String who) {
        boolean skipped = Boolean.TRUE.equals(transaction.execute(_ -> {
            Optional<Waiting> found = jdbc.sql(
                            """
                            select * from parked where id = ? and resolution is null and (failed or not exists (
                                select from parked as before where before.resolution is null and before.topic = parked.topic
                                    and before.aggregate_id = parked.aggregate_id and before.sequence < parked.sequence))
                            for update
                            """)
                    .param(id)
                    .query(WAITING)
                    .optional();
            found.ifPresent(waiting -> {
                if (waiting.failed()) {
                    leaveOut(waiting);
                }
                resolve(id, "SKIPPED", who);
            });
            return found.isPresent();
        }));
        drain();
        return skipped;
    }

    private void leaveOut(Waiting waiting) {
        if (Topics.FACTS.contains(waiting.topic())) {
            watermark.skip(waiting.topic(), waiting.aggregateId(), waiting.sequence(), waiting.wire());
            return;
        }
        if (waiting.source() != null && waiting.sourceId() != null) {
            watermark.take(waiting.source(), waiting.sourceId());
            return;
        }
        Fact request;
        try {
            request = fact(waiting);
        } catch (RegistryClient.Unavailable e) {
            throw e;
        } catch (RuntimeException e) {
            // What nobody can read, nobody handles either when it comes again.
            LOG.warn("parked request {} is skipped, and cannot be read any more: {}", waiting.id(), e.toString());
            return;
        }
        watermark.take(request.requestSource(), request.requestId());
    }

    private boolean resolve(long id, String resolution, @Nullable String who) {
        return jdbc.sql("update parked set resolution = ?, resolved_by = ?, resolved_at = clock_timestamp() where id = ?")
                        .params(Arrays.asList(resolution, who, id))
                        .update()
                == 1;
    }

    /// @throws RuntimeException when its schema is gone, for one: then a person has to look, like at any other that failed
    private Fact fact(Waiting waiting) {
        IndexedRecord payload = Objects.requireNonNull(deserializer.deserialize(waiting.topic(), waiting.wire()));
        return new Fact(
                waiting.topic(),
                payload,
                Fact.metaOf(payload),
                waiting.wire(),
                waiting.position(),
                waiting.source(),
                waiting.sourceId());
    }
}
