package slipway.audit;

import io.zonky.test.db.postgres.embedded.EmbeddedPostgres;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import javax.sql.DataSource;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.clients.consumer.MockConsumer;
import org.apache.kafka.common.Node;
import org.apache.kafka.common.PartitionInfo;
import org.apache.kafka.common.TopicPartition;
import org.flywaydb.core.Flyway;
import org.jspecify.annotations.Nullable;
import org.springframework.jdbc.core.simple.JdbcClient;
import org.springframework.jdbc.support.JdbcTransactionManager;
import org.springframework.transaction.support.TransactionTemplate;
import slipway.audit.history.Happening;
import slipway.events.Meta;
import slipway.events.Topics;
import slipway.messaging.Fact;

/// An empty ledger on a real PostgreSQL, and a log beside it that a scripted consumer reads.
final class Workbench implements AutoCloseable {

    private static final int AT_ONCE = 500;
    private static final TopicPartition PARTITION = new TopicPartition(Topics.CHANGE, 0);

    private static @Nullable EmbeddedPostgres postgres;

    private final Log log = new Log();
    private final JdbcClient jdbc;
    private final TransactionTemplate transaction;
    private final Ledger ledger;
    private final TreeMap<Long, byte[]> records = new TreeMap<>();
    private final Map<String, Long> offsets = new HashMap<>();
    private long firstOffset;

    Workbench() throws IOException {
        this("postgres");
    }

    /// @param database whose ledger it is; nobody else's, unless they come one after the other
    Workbench(String database) throws IOException {
        EmbeddedPostgres server = postgres();
        JdbcClient admin = JdbcClient.create(server.getPostgresDatabase());
        if (!admin.sql("select exists (select from pg_database where datname = ?)").param(database).query(Boolean.class).single()) {
            admin.sql("create database " + database).update();
        }
        DataSource source = server.getDatabase("postgres", database);
        jdbc = JdbcClient.create(source);
        jdbc.sql("drop schema public cascade").update();
        jdbc.sql("drop schema if exists replay cascade").update();
        jdbc.sql("create schema public").update();
        Flyway.configure().dataSource(source).locations("classpath:db/messaging", "classpath:db/audit").load().migrate();
        transaction = new TransactionTemplate(new JdbcTransactionManager(source));
        ledger = new Ledger(jdbc, log.entries(), new Views(jdbc, jdbc, transaction), jdbc);
    }

    private static synchronized EmbeddedPostgres postgres() throws IOException {
        EmbeddedPostgres running = postgres;
        if (running == null) {
            running = EmbeddedPostgres.start();
            postgres = running;
            EmbeddedPostgres closing = running;
            Runtime.getRuntime().addShutdownHook(new Thread(() -> {
                try {
                    closing.close();
                } catch (IOException e) {
                    throw new UncheckedIOException(e);
                }
            }));
        }
        return running;
    }

    Log log() {
        return log;
    }

    JdbcClient jdbc() {
        return jdbc;
    }

    TransactionTemplate transaction() {
        return transaction;
    }

    Ledger ledger() {
        return ledger;
    }

    void both(Log.Sent sent) {
        logged(sent);
        live(sent);
    }

    /// In the topic only.
    void logged(Log.Sent sent) {
        records.put(sent.place().offset(), sent.wire());
    }

    /// In the ledger only.
    void live(Log.Sent sent) {
        transaction.executeWithoutResult(_ -> ledger.see(fact(sent)));
    }

    static Fact fact(Log.Sent sent) {
        Meta meta = (Meta) sent.fact().get(sent.fact().getSchema().getField("meta").pos());
        Fact.Position position = new Fact.Position(sent.place().partition(), sent.place().offset());
        return new Fact(sent.place().topic(), sent.fact(), meta, sent.wire(), position, null, null);
    }

    /// In the ledger only; each topic has one partition.
    void live(List<Happening> facts) {
        for (int from = 0; from < facts.size(); from += AT_ONCE) {
            List<Happening> some = facts.subList(from, Math.min(from + AT_ONCE, facts.size()));
            transaction.executeWithoutResult(_ -> some.forEach(each -> ledger.see(new Fact(
                    each.topic(),
                    each.fact(),
                    each.meta(),
                    each.wire(),
                    new Fact.Position(0, offsets.merge(each.topic(), 1L, Long::sum) - 1),
                    null,
                    null))));
        }
    }

    /// What stands in the topic, by offset.
    TreeMap<Long, byte[]> records() {
        return records;
    }

    void cutBefore(long offset) {
        records.headMap(offset).clear();
        firstOffset = offset;
    }

    MockConsumer<byte[], byte[]> consumer() {
        MockConsumer<byte[], byte[]> consumer = new MockConsumer<>("none");
        Node node = Node.noNode();
        Node[] nodes = {node};
        consumer.updatePartitions(Topics.CHANGE, List.of(new PartitionInfo(Topics.CHANGE, 0, node, nodes, nodes)));
        consumer.updateBeginningOffsets(Map.of(PARTITION, firstOffset));
        consumer.updateEndOffsets(Map.of(PARTITION, records.isEmpty() ? firstOffset : records.lastKey() + 1));
        consumer.schedulePollTask(() -> records.forEach((offset, wire) ->
                consumer.addRecord(new ConsumerRecord<>(Topics.CHANGE, 0, offset, new byte[0], wire))));
        return consumer;
    }

    @Override
    public void close() {
        log.close();
    }
}
