package slipway.messaging;

import java.sql.SQLException;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.function.Consumer;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import org.springframework.core.NestedExceptionUtils;
import org.springframework.dao.DataAccessException;
import org.springframework.dao.NonTransientDataAccessResourceException;
import org.springframework.dao.RecoverableDataAccessException;
import org.springframework.dao.TransientDataAccessException;
import org.springframework.kafka.support.KafkaHeaders;
import org.springframework.messaging.Message;
import org.springframework.transaction.TransactionException;
import org.springframework.transaction.support.TransactionTemplate;
import slipway.wire.RegistryClient;

/// The Spring Cloud Stream function `facts`: what others decided, as it comes from Kafka. One transaction per poll batch; when
/// that fails, record by record, and the one that cannot be handled is parked. Offsets are committed after the transaction,
/// so a crash brings records again: the watermark knows them.
///
/// What passes by itself (database or registry away) is thrown: the container tries the same batch again until it works.
final class Inbox implements Consumer<Message<List<byte[]>>> {

    private static final Logger LOG = LoggerFactory.getLogger(Inbox.class);

    /// PostgreSQL's class "program limit exceeded", e.g. a value longer than an index entry: Spring calls it a failing resource, but
    /// it is the value's fault.
    private static final String LIMIT_EXCEEDED = "54";

    /// And of a transaction that may only read, as on a standby or a full disk: that is the server's state, and passes.
    private static final String READ_ONLY = "25006";

    private final Records records;
    private final Watermark watermark;
    private final Parked parked;
    private final TransactionTemplate transaction;
    private final InboxOffsets offsets;
    private final DeadLetters deadLetters;
    private volatile @Nullable Trouble trouble;

    Inbox(
            Records records,
            Watermark watermark,
            Parked parked,
            TransactionTemplate transaction,
            InboxOffsets offsets,
            DeadLetters deadLetters) {
        this.records = records;
        this.watermark = watermark;
        this.parked = parked;
        this.transaction = transaction;
        this.offsets = offsets;
        this.deadLetters = deadLetters;
    }

    @Override
    public void accept(Message<List<byte[]>> batch) {
        try {
            take(batch);
            trouble = null;
        } catch (RuntimeException e) {
            LOG.warn("facts cannot be taken in, trying again: {}", e.toString());
            Trouble since = trouble;
            trouble = new Trouble(since == null ? Instant.now() : since.since(), e.toString());
            throw e;
        }
    }

    /// A batch that cannot be taken in.
    ///
    /// @param since when it was tried first
    record Trouble(Instant since, String cause) {}

    /// Null while facts are taken in.
    @Nullable Trouble trouble() {
        return trouble;
    }

    @SuppressWarnings("unchecked")
    private void take(Message<List<byte[]>> batch) {
        // Not the payload: the function catalog may leave out tombstones, and then payload and headers no longer agree.
        List<ConsumerRecord<byte[], byte[]>> raw =
                (List<ConsumerRecord<byte[], byte[]>>) batch.getHeaders().get(KafkaHeaders.RAW_DATA);
        if (raw == null) {
            throw new IllegalStateException("the binding's converter must carry the raw records");
        }
        List<Delivery> deliveries = new ArrayList<>(raw.size());
        List<Runnable> letters = new ArrayList<>();
        for (ConsumerRecord<byte[], byte[]> record : raw) {
            try {
                deliveries.add(new Delivery(record, records.read(RawRecord.of(record))));
            } catch (RegistryClient.Unavailable e) {
                throw e;
            } catch (RuntimeException e) {
                letters.add(() -> deadLetters.send(record, String.valueOf(e.getMessage())));
            }
        }
        if (!together(deliveries, raw)) {
            deliveries.forEach(this::alone);
            offsets.reach(raw);
        }
        parked.drain();
        // Last, because a batch that is tried again would send them again.
        letters.forEach(Runnable::run);
    }

    /// @param fact what the record says
    private record Delivery(ConsumerRecord<byte[], byte[]> record, Fact fact) {}

    private boolean together(List<Delivery> deliveries, List<ConsumerRecord<byte[], byte[]>> raw) {
        try {
            transaction.executeWithoutResult(_ -> {
                deliveries.forEach(each -> handle(each.fact()));
                offsets.reach(raw);
            });
            return true;
        } catch (RuntimeException e) {
            if (passes(e)) {
                throw e;
            }
            LOG.warn("a batch of {} facts failed, going on one by one: {}", deliveries.size(), e.toString());
            return false;
        }
    }

    private void alone(Delivery delivery) {
        try {
            transaction.executeWithoutResult(_ -> handle(delivery.fact()));
        } catch (RuntimeException e) {
            if (passes(e)) {
                throw e;
            }
            park(delivery, e);
        }
    }

    /// What cannot even be parked (text that no database column takes, an id longer than an index entry) is no fact of ours.
    private void park(Delivery delivery, RuntimeException cause) {
        try {
            parked.park(delivery.fact(), words(cause), true);
        } catch (RuntimeException e) {
            if (passes(e)) {
                throw e;
            }
            deadLetters.send(delivery.record(), "cannot be parked: " + e.getMessage());
        }
    }

    /// What the database says, without the statement: people read it.
    static String words(RuntimeException cause) {
        return cause instanceof DataAccessException
                ? cause.getClass().getSimpleName() + ": " + NestedExceptionUtils.getMostSpecificCause(cause).getMessage()
                : cause.toString();
    }

    private void handle(Fact fact) {
        switch (watermark.apply(fact)) {
            case APPLIED, DUPLICATE -> {}
            case TOO_EARLY -> parked.park(fact, "waits for an earlier fact of " + fact.meta().getAggregateId(), false);
        }
    }

    static boolean passes(RuntimeException e) {
        if (NestedExceptionUtils.getRootCause(e) instanceof SQLException sql && sql.getSQLState() != null) {
            if (sql.getSQLState().startsWith(LIMIT_EXCEEDED)) {
                return false;
            }
            if (sql.getSQLState().equals(READ_ONLY)) {
                return true;
            }
        }
        return e instanceof TransientDataAccessException
                || e instanceof NonTransientDataAccessResourceException
                || e instanceof RecoverableDataAccessException
                || e instanceof TransactionException
                || e instanceof RegistryClient.Unavailable;
    }
}
