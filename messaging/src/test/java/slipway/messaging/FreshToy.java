package slipway.messaging;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.zonky.test.db.postgres.embedded.EmbeddedPostgres;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.sql.Connection;
import java.sql.SQLException;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.concurrent.ExecutionException;
import javax.sql.DataSource;
import org.apache.avro.specific.SpecificRecord;
import org.apache.kafka.clients.admin.Admin;
import org.apache.kafka.clients.admin.NewTopic;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.clients.producer.KafkaProducer;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.apache.kafka.common.errors.GroupIdNotFoundException;
import org.apache.kafka.common.serialization.ByteArraySerializer;
import org.jspecify.annotations.Nullable;
import org.springframework.context.ConfigurableApplicationContext;
import org.springframework.jdbc.core.simple.JdbcClient;
import org.springframework.kafka.test.EmbeddedKafkaKraftBroker;
import slipway.events.Meta;
import slipway.events.Topics;
import slipway.wire.AvroSerializer;

/// The smallest service on topics and a database of its own, both empty at first, which may be started and stopped and set back. Broker and database server are
/// shared by all of them, and end with the JVM.
final class FreshToy implements AutoCloseable {

    static final String OWN = Topics.CHANGE;

    private static final AvroSerializer SERIALIZER = new AvroSerializer();
    private static final EmbeddedKafkaKraftBroker BROKER =
            new EmbeddedKafkaKraftBroker(1, 3, Topics.all().toArray(String[]::new));
    private static final EmbeddedPostgres POSTGRES;
    private static final KafkaProducer<byte[], byte[]> PRODUCER;
    private static int made;

    static {
        BROKER.afterPropertiesSet();
        try {
            POSTGRES = EmbeddedPostgres.start();
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
        PRODUCER = new KafkaProducer<>(Map.of(
                "bootstrap.servers", BROKER.getBrokersAsString(),
                "key.serializer", ByteArraySerializer.class,
                "value.serializer", ByteArraySerializer.class));
        SERIALIZER.configure(Map.of("schema.registry.url", TheToy.REGISTRY.url()), false);
        Runtime.getRuntime().addShutdownHook(new Thread(FreshToy::end));
    }

    /// Its database, and that as it was when it was kept.
    final String now;

    final String earlier;

    private @Nullable ConfigurableApplicationContext running;

    FreshToy() throws ExecutionException, InterruptedException {
        made++;
        now = "now_" + made;
        earlier = "earlier_" + made;
        makeAnew(OWN);
        makeAnew(Topics.RELEASE);
        admin("create database " + now);
    }

    private static void end() {
        PRODUCER.close();
        try {
            POSTGRES.close();
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
        BROKER.destroy();
    }

    /// @param properties further ones, as `name=value`
    void start(String database, String... properties) {
        running = TheToy.run(BROKER, POSTGRES.getJdbcUrl("postgres", database), properties);
    }

    /// Until Kafka, too, knows that it is gone: whoever recovers has to be alone.
    void stop() {
        if (running != null) {
            running.close();
            running = null;
            try (Admin admin = admin()) {
                await().atMost(TheToy.PATIENCE).until(() -> !hasMembers(admin));
            }
        }
    }

    /// One that has read nothing is forgotten by itself.
    static void forgetGroup() throws ExecutionException, InterruptedException {
        try (Admin admin = admin()) {
            admin.deleteConsumerGroups(List.of("change-service")).all().get();
        } catch (ExecutionException e) {
            if (!(e.getCause() instanceof GroupIdNotFoundException)) {
                throw e;
            }
        }
    }

    private static boolean hasMembers(Admin admin) throws ExecutionException, InterruptedException {
        try {
            return !admin.describeConsumerGroups(List.of("change-service"))
                    .all()
                    .get()
                    .get("change-service")
                    .members()
                    .isEmpty();
        } catch (ExecutionException e) {
            if (e.getCause() instanceof GroupIdNotFoundException) {
                return false;
            }
            throw e;
        }
    }

    @Override
    public void close() {
        stop();
    }

    <T> T bean(Class<T> type) {
        return Objects.requireNonNull(running).getBean(type);
    }

    @SuppressWarnings("unchecked")
    Decisions<Toy.Command, Toy.State, Toy.Event> decisions() {
        return bean(Decisions.class);
    }

    void decide(String id, String reason) {
        decisions().decide(id, new Toy.Command.Cancel("dana", reason), Cause.person("dana", null));
    }

    /// Until it has read it.
    void hears(SpecificRecord fact) throws ExecutionException, InterruptedException {
        Meta meta = Fact.metaOf(fact);
        publish(Topics.RELEASE, meta.getAggregateId(), fact);
        await().atMost(TheToy.PATIENCE).untilAsserted(() -> assertThat(rows(now, "select aggregate_id, sequence from inbox"))
                .contains(Map.of("aggregate_id", meta.getAggregateId(), "sequence", meta.getSequence())));
    }

    static void publish(String topic, String key, SpecificRecord fact) throws ExecutionException, InterruptedException {
        publish(new ProducerRecord<>(topic, key.getBytes(StandardCharsets.UTF_8), SERIALIZER.serialize(topic, fact)));
    }

    static void publish(ProducerRecord<byte[], byte[]> record) throws ExecutionException, InterruptedException {
        PRODUCER.send(record).get();
    }

    /// Until all of the journal is out.
    void sent(int facts) {
        await().atMost(TheToy.PATIENCE)
                .until(() -> rows(now, "select position from journal where published_at is not null").size() == facts);
    }

    /// What the database is now is what it will be set back to.
    void keep() {
        admin("create database " + earlier + " template " + now);
    }

    /// Its database ends all connections and takes none, until the next word.
    void away() {
        admin("alter database " + now + " with allow_connections false");
        endConnections();
    }

    void back() {
        admin("alter database " + now + " with allow_connections true");
    }

    /// As on a standby, or where the disk is full.
    void letsOnlyRead(boolean only) {
        admin("alter database " + now + " set default_transaction_read_only = " + only);
        endConnections();
    }

    private void endConnections() {
        of("postgres")
                .sql("select pg_terminate_backend(pid) from pg_stat_activity where datname = ?")
                .param(now)
                .query(Boolean.class)
                .list();
    }

    static DataSource database(String name) {
        return POSTGRES.getDatabase("postgres", name);
    }

    static JdbcClient of(String database) {
        return JdbcClient.create(database(database));
    }

    /// Another than those of the service.
    static Connection connection(String database) throws SQLException {
        return database(database).getConnection();
    }

    private static void admin(String statement) {
        of("postgres").sql(statement).update();
    }

    static List<Map<String, Object>> rows(String database, String query) {
        return of(database).sql(query).query().listOfRows();
    }

    /// All that is in the topic of the service.
    static List<ConsumerRecord<byte[], byte[]>> log() {
        return log(OWN);
    }

    static List<ConsumerRecord<byte[], byte[]>> log(String topic) {
        return RawLog.records(BROKER.getBrokersAsString(), List.of(topic));
    }

    static Admin admin() {
        return Admin.create(Map.of("bootstrap.servers", BROKER.getBrokersAsString()));
    }

    static void makeAnew(String topic) throws ExecutionException, InterruptedException {
        try (Admin admin = admin()) {
            admin.deleteTopics(List.of(topic)).all().get();
            await().atMost(TheToy.PATIENCE).until(() -> !admin.listTopics().names().get().contains(topic));
            admin.createTopics(List.of(new NewTopic(topic, 3, (short) 1))).all().get();
        }
    }
}
