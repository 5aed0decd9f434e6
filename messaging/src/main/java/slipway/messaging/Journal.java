package slipway.messaging;

import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.time.Instant;
import java.time.OffsetDateTime;
import java.time.ZoneOffset;
import java.time.temporal.ChronoUnit;
import java.util.HexFormat;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.UUID;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.function.Consumer;
import java.util.function.Function;
import java.util.stream.Stream;
import org.apache.avro.generic.IndexedRecord;
import org.apache.avro.specific.SpecificRecord;
import org.jspecify.annotations.Nullable;
import org.springframework.jdbc.core.simple.JdbcClient;
import org.springframework.transaction.support.TransactionSynchronization;
import org.springframework.transaction.support.TransactionSynchronizationManager;
import org.springframework.transaction.support.TransactionTemplate;
import slipway.decider.Decider;
import slipway.events.Meta;
import slipway.wire.AvroDeserializer;
import slipway.wire.AvroSerializer;
import slipway.wire.Mapping;

/// The append-only table of every fact that this service decided. Its unpublished tail is the outbox.
public final class Journal {

    /// Kafka refuses larger records by default (1 MiB with overhead); a fact that could not be published must not be stored.
    private static final int MAX_WIRE_BYTES = 900_000;

    private static final String TIP =
            """
            select clock_timestamp() as now, tip.sequence, tip.hash, tip.correlation_id
            from (select 1) as one
            left join lateral (
                select sequence, hash, correlation_id from journal
                where aggregate_id = ? order by sequence desc limit 1) as tip on true
            """;

    private static final String APPEND =
            """
            insert into journal (aggregate_id, sequence, type, event_id, correlation_id, occurred_at, recorded_at, traceparent,
                wire, hash)
            values (?, ?, ?, ?, ?, ?, ?, ?, ?, ?)
            """;

    private static final String STORIES =
            """
            select wire from journal
            where aggregate_id in (
                select aggregate_id from journal where type = ? and recorded_at >= ? and recorded_at < ?)
            order by aggregate_id, sequence
            """;

    /// So many facts are in memory at a time.
    private static final int PORTION = 500;

    private final JdbcClient jdbc;
    private final TransactionTemplate transaction;
    private final AvroSerializer serializer;
    private final AvroDeserializer deserializer;
    private final ServiceProperties service;
    private final Reactor reactor;
    private final Relay relay;
    /// Who decides facts of a type, by the full name of its schema.
    private final Map<String, Decisions<?, ?, ?>> owners = new ConcurrentHashMap<>();
    private final List<Numbers> numbers = new CopyOnWriteArrayList<>();

    Journal(
            JdbcClient jdbc,
            TransactionTemplate transaction,
            AvroSerializer serializer,
            AvroDeserializer deserializer,
            ServiceProperties service,
            Reactor reactor,
            Relay relay) {
        this.jdbc = jdbc;
        this.transaction = transaction;
        this.serializer = serializer;
        this.deserializer = deserializer;
        this.service = service;
        this.reactor = reactor;
        this.relay = relay;
    }

    /// Binds rules to this journal, and registers their schemas, so that a disagreement with the contract or the registry shows
    /// at the start. `avroPackage`: namespace of the schemas of `facts`, e.g. `slipway.events.change`.
    @SafeVarargs
    public final <C, S, E> Decisions<C, S, E> decisions(
            Decider<C, S, E> decider, Class<E> facts, String avroPackage, Projection<E>... projections) {
        Mapping<E> mapping = Mapping.of(facts, avroPackage);
        mapping.schemas().forEach(schema -> serializer.id(service.topic(), schema));
        Decisions<C, S, E> decisions = new Decisions<>(decider, mapping, List.of(projections), this, transaction);
        mapping.schemas().forEach(schema -> owners.put(schema.getFullName(), decisions));
        return decisions;
    }

    /// Ids of aggregates that people read, counted by a sequence of the database, such as `CHG-7` by `change_number`.
    public Numbers numbers(String prefix, String sequence) {
        Numbers counted = new Numbers(jdbc, prefix, sequence);
        numbers.add(counted);
        return counted;
    }

    /// Until the transaction ends nobody else decides on this aggregate.
    void lock(String aggregateId) {
        jdbc.sql("select pg_advisory_xact_lock(hashtextextended(?, 0))")
                .param(aggregateId)
                .query((row, _) -> true)
                .single();
    }

    List<SpecificRecord> read(String aggregateId) {
        return jdbc.sql("select wire from journal where aggregate_id = ? order by sequence")
                .param(aggregateId)
                .query((row, _) -> known(row.getBytes("wire")))
                .list();
    }

    /// The same, one fact after the other, however many there are.
    void each(String aggregateId, Consumer<SpecificRecord> to) {
        each("select wire from journal where aggregate_id = ? order by sequence", List.of(aggregateId), to);
    }

    /// All facts of each aggregate of which a fact of this type was recorded in this time; those of one aggregate follow one another.
    void each(String type, Instant since, Instant until, Consumer<SpecificRecord> to) {
        each(STORIES, List.of(type, since.atOffset(ZoneOffset.UTC), until.atOffset(ZoneOffset.UTC)), to);
    }

    /// The driver reads in portions only within a transaction.
    private void each(String sql, List<?> parameters, Consumer<SpecificRecord> to) {
        transaction.executeWithoutResult(_ -> {
            try (Stream<byte[]> wires = jdbc.sql(sql)
                    .params(parameters)
                    .withFetchSize(PORTION)
                    .query((row, _) -> row.getBytes("wire"))
                    .stream()) {
                wires.forEach(wire -> to.accept(known(wire)));
            }
        });
    }

    /// @throws Newer when it is of a type that came after this version
    private SpecificRecord known(byte[] wire) {
        IndexedRecord fact = Objects.requireNonNull(deserializer.deserialize(service.topic(), wire));
        if (fact instanceof SpecificRecord known) {
            return known;
        }
        throw new Newer(fact.getSchema().getName());
    }

    /// How many facts there are, from the index alone.
    long sequence(String aggregateId) {
        return jdbc.sql("select coalesce(max(sequence), 0) from journal where aggregate_id = ?")
                .param(aggregateId)
                .query(Long.class)
                .single();
    }

    private record Tip(
            Instant now, long sequence, @Nullable String hash, @Nullable String correlationId) {}

    /// What is told of the future has happened when it was told.
    private static Instant occurred(Cause cause, Instant now) {
        Instant at = cause.occurredAt();
        return at == null || at.isAfter(now) ? now : at.truncatedTo(ChronoUnit.MILLIS);
    }

    Fact append(String aggregateId, Function<Meta, SpecificRecord> fact, Cause cause) {
        Tip tip = jdbc.sql(TIP)
                .param(aggregateId)
                .query((row, _) -> new Tip(
                        row.getObject("now", OffsetDateTime.class).toInstant().truncatedTo(ChronoUnit.MILLIS),
                        row.getLong("sequence"),
                        row.getString("hash"),
                        row.getString("correlation_id")))
                .single();
        Meta meta = new Meta(
                UUID.randomUUID().toString(),
                aggregateId,
                tip.sequence() + 1,
                occurred(cause, tip.now()),
                tip.now(),
                cause.actor(),
                correlation(aggregateId, tip, cause),
                cause.causationId(),
                Traceparent.within(cause.traceparent()),
                tip.hash());
        SpecificRecord payload = fact.apply(meta);
        byte[] wire = serializer.serialize(service.topic(), payload);
        if (wire.length > MAX_WIRE_BYTES) {
            throw new IllegalArgumentException("a " + payload.getSchema().getName() + " of " + wire.length
                    + " bytes is larger than the " + MAX_WIRE_BYTES + " that can be published");
        }
        append(meta, payload, wire);
        return new Fact(service.topic(), payload, meta, wire, null, null, null);
    }

    private void append(Meta meta, SpecificRecord payload, byte[] wire) {
        jdbc.sql(APPEND)
                .params(
                        meta.getAggregateId(),
                        meta.getSequence(),
                        payload.getSchema().getFullName(),
                        meta.getEventId(),
                        meta.getCorrelationId(),
                        meta.getOccurredAt().atOffset(ZoneOffset.UTC),
                        meta.getRecordedAt().atOffset(ZoneOffset.UTC),
                        meta.getTraceparent(),
                        wire,
                        hash(wire))
                .update();
    }

    /// It is out, at this place: somebody else found it there.
    void sent(Fact fact) {
        Fact.Position place = Objects.requireNonNull(fact.position());
        jdbc.sql(
                        """
                        update journal set published_at = clock_timestamp(), partition = ?, log_offset = ?
                        where event_id = ? and published_at is null
                        """)
                .params(place.partition(), place.offset(), fact.meta().getEventId())
                .update();
    }

    /// A fact that was decided before the database was set back comes back as it was, with its read tables. Nothing reacts to it yet.
    ///
    /// @throws IllegalStateException when this version does not decide such facts
    void takeBack(Fact fact) {
        Decisions<?, ?, ?> owner = owners.get(fact.payload().getSchema().getFullName());
        if (owner == null || !(fact.payload() instanceof SpecificRecord payload)) {
            throw new IllegalStateException("this version knows no " + fact.type() + ": start the version that decided it, number "
                    + fact.meta().getSequence() + " of " + fact.meta().getAggregateId());
        }
        append(fact.meta(), payload, fact.wire());
        sent(fact);
        owner.project(payload, fact.meta());
    }

    /// Facts that were taken back, in the order of the journal. Nobody else gets them until the transaction ends.
    List<Fact> notReactedTo(int atMost) {
        return jdbc.sql(
                        """
                        select wire from journal join taken_back using (event_id) where not reacted
                        order by position limit ? for update of taken_back
                        """)
                .param(atMost)
                .query((row, _) -> {
                    byte[] wire = row.getBytes("wire");
                    SpecificRecord payload = known(wire);
                    return new Fact(service.topic(), payload, Fact.metaOf(payload), wire, null, null, null);
                })
                .list();
    }

    /// Counted on behind what the journal has by now.
    void catchUpNumbers() {
        numbers.forEach(Numbers::catchUp);
    }

    /// All facts of a decision are in: react to them, and let them go out once they are committed.
    void stored(List<Fact> facts) {
        if (facts.isEmpty()) {
            return;
        }
        facts.forEach(reactor::react);
        TransactionSynchronizationManager.registerSynchronization(new TransactionSynchronization() {
            @Override
            public void afterCommit() {
                relay.wake();
            }
        });
    }

    /// An aggregate belongs to one story; a new one to that of its cause; without a cause it begins its own.
    private static String correlation(String aggregateId, Tip tip, Cause cause) {
        if (tip.correlationId() != null) {
            return tip.correlationId();
        }
        return cause.correlationId() == null ? aggregateId : cause.correlationId();
    }

    /// Links the facts of an aggregate: SHA-256 of the exact bytes on the wire, in hexadecimal.
    public static String hash(byte[] wire) {
        try {
            return HexFormat.of().formatHex(MessageDigest.getInstance("SHA-256").digest(wire));
        } catch (NoSuchAlgorithmException e) {
            throw new IllegalStateException("every Java platform has SHA-256", e);
        }
    }
}
