package slipway.messaging;

import java.nio.charset.StandardCharsets;
import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.time.Duration;
import java.time.Instant;
import java.time.OffsetDateTime;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.Semaphore;
import java.util.concurrent.TimeUnit;
import javax.sql.DataSource;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.apache.kafka.clients.producer.RecordMetadata;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import org.springframework.context.SmartLifecycle;
import org.springframework.kafka.core.KafkaTemplate;
import org.springframework.kafka.support.SendResult;

/// Brings facts from the journal to Kafka, in the order of the journal, at least once; those that the topic has lost before all
/// others, in the order in which they were sent. One relay at a time per service: it holds an advisory lock on the connection
/// on which it also marks what is out, so that whoever loses the lock cannot mark.
/// Facts are claimed by their mark, never by "position > cursor": a late commit may have a lower position.
final class Relay implements SmartLifecycle {

    private static final Logger LOG = LoggerFactory.getLogger(Relay.class);
    private static final int BATCH = 500;
    /// Less than a phase of the shutdown may take.
    private static final Duration TO_END = Duration.ofSeconds(20);

    private static final String COLUMNS = "select position, aggregate_id, type, event_id, occurred_at, traceparent, wire from journal ";

    private static final String LOST = COLUMNS
            + """
            where published_at is null and turn is not null order by turn limit %d
            """
                    .formatted(BATCH);

    private static final String UNPUBLISHED = COLUMNS
            + """
            where published_at is null and turn is null order by position limit %d
            """
                    .formatted(BATCH);

    private static final String MARK =
            "update journal set published_at = clock_timestamp(), partition = ?, log_offset = ? where position = ?";

    private final DataSource dataSource;
    private final KafkaTemplate<byte[], byte[]> kafka;
    private final ServiceProperties service;
    private final RelayLock lock;
    private final Semaphore woken = new Semaphore(0);
    /// Aggregates with a fact that could not be sent.
    private final Set<String> stuck = new HashSet<>();
    private volatile boolean running;
    private @Nullable Thread thread;

    Relay(DataSource dataSource, KafkaTemplate<byte[], byte[]> kafka, ServiceProperties service) {
        this.dataSource = dataSource;
        this.kafka = kafka;
        this.service = service;
        this.lock = new RelayLock(service.topic());
    }

    private record Row(
            long position,
            String aggregateId,
            String type,
            String eventId,
            Instant occurredAt,
            @Nullable String traceparent,
            byte[] wire) {}

    /// There is something new.
    void wake() {
        woken.release();
    }

    private void run() {
        while (running) {
            try (Connection connection = dataSource.getConnection()) {
                connection.setAutoCommit(true);
                if (getTurn(connection)) {
                    try {
                        while (running) {
                            if (publish(connection) < BATCH) {
                                rest();
                            }
                        }
                        publish(connection);
                    } finally {
                        lock.giveBack(connection);
                    }
                }
            } catch (InterruptedException e) {
                return;
            } catch (SQLException | ExecutionException | RuntimeException e) {
                LOG.warn("facts cannot go out, trying again: {}", e.toString());
                restAfterFailure();
            }
        }
    }

    /// @return false: stopped while it was another's turn, who has sent what is not marked yet, or will
    private boolean getTurn(Connection connection) throws SQLException, InterruptedException {
        while (!lock.take(connection)) {
            if (!running) {
                return false;
            }
            rest();
        }
        return true;
    }

    /// @return how many facts went out
    private int publish(Connection connection) throws SQLException, InterruptedException, ExecutionException {
        // What the topic has lost was there before all else.
        List<Row> rows = rows(connection, LOST);
        if (rows.size() < BATCH) {
            rows.addAll(rows(connection, UNPUBLISHED));
        }
        List<Row> tried = new ArrayList<>(rows.size());
        List<CompletableFuture<SendResult<byte[], byte[]>>> sent = new ArrayList<>(rows.size());
        Set<String> waiting = new HashSet<>();
        for (Row row : rows) {
            // Of an aggregate that is stuck only the first: what is behind it would go out again with every try.
            if (!stuck.contains(row.aggregateId()) || waiting.add(row.aggregateId())) {
                tried.add(row);
                sent.add(kafka.send(record(row)));
            }
        }
        Set<String> failed = new HashSet<>();
        ExecutionException failure = null;
        try (PreparedStatement mark = connection.prepareStatement(MARK)) {
            try {
                for (int i = 0; i < tried.size(); i++) {
                    String aggregate = tried.get(i).aggregateId();
                    try {
                        RecordMetadata where = sent.get(i).get().getRecordMetadata();
                        // Nothing of an aggregate is marked behind a gap.
                        if (!failed.contains(aggregate)) {
                            mark.setInt(1, where.partition());
                            mark.setLong(2, where.offset());
                            mark.setLong(3, tried.get(i).position());
                            mark.addBatch();
                            stuck.remove(aggregate);
                        }
                    } catch (ExecutionException e) {
                        failed.add(aggregate);
                        failure = e;
                    }
                }
            } finally {
                mark.executeBatch();
            }
        }
        stuck.addAll(failed);
        if (failure != null) {
            throw failure;
        }
        return rows.size();
    }

    private static List<Row> rows(Connection connection, String query) throws SQLException {
        List<Row> rows = new ArrayList<>();
        try (PreparedStatement select = connection.prepareStatement(query);
                ResultSet row = select.executeQuery()) {
            while (row.next()) {
                rows.add(new Row(
                        row.getLong("position"),
                        row.getString("aggregate_id"),
                        row.getString("type"),
                        row.getString("event_id"),
                        row.getObject("occurred_at", OffsetDateTime.class).toInstant(),
                        row.getString("traceparent"),
                        row.getBytes("wire")));
            }
        }
        return rows;
    }

    /// CloudEvents 1.0, Kafka protocol binding, binary mode: each attribute a header, as plain UTF-8.
    private ProducerRecord<byte[], byte[]> record(Row row) {
        ProducerRecord<byte[], byte[]> record =
                new ProducerRecord<>(service.topic(), row.aggregateId().getBytes(StandardCharsets.UTF_8), row.wire());
        header(record, "ce_specversion", "1.0");
        header(record, "ce_id", row.eventId());
        header(record, "ce_source", source(service.service()));
        header(record, "ce_type", row.type());
        header(record, "ce_subject", row.aggregateId());
        header(record, "ce_time", row.occurredAt().toString());
        header(record, "content-type", "application/avro");
        if (row.traceparent() != null) {
            header(record, "traceparent", row.traceparent());
        }
        return record;
    }

    static String source(String service) {
        return "/slipway/" + service;
    }

    private static void header(ProducerRecord<byte[], byte[]> record, String name, String value) {
        record.headers().add(name, value.getBytes(StandardCharsets.UTF_8));
    }

    private void rest() throws InterruptedException {
        if (woken.tryAcquire(service.relay().poll().toMillis(), TimeUnit.MILLISECONDS)) {
            woken.drainPermits();
        }
    }

    private void restAfterFailure() {
        try {
            TimeUnit.SECONDS.sleep(1);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }

    @Override
    public void start() {
        running = true;
        thread = Thread.ofPlatform().name(service.service() + "-relay").start(this::run);
    }

    /// Lets out what is there. It does not wait for ever for a broker that does not answer, as the journal keeps it; but what is on its way
    /// and not marked goes out again.
    @Override
    public void stop() {
        running = false;
        wake();
        Thread relay = thread;
        if (relay != null) {
            try {
                if (!relay.join(TO_END)) {
                    relay.interrupt();
                    relay.join(Duration.ofSeconds(2));
                }
            } catch (InterruptedException e) {
                Thread.currentThread().interrupt();
            }
        }
    }

    @Override
    public boolean isRunning() {
        return running;
    }

    @Override
    public int getPhase() {
        return Phases.RELAY;
    }
}
