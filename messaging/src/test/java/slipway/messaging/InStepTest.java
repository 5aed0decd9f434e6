package slipway.messaging;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.awaitility.Awaitility.await;

import io.zonky.test.db.postgres.embedded.EmbeddedPostgres;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import org.apache.avro.specific.SpecificRecord;
import org.apache.kafka.clients.admin.Admin;
import org.apache.kafka.clients.admin.NewTopic;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.clients.producer.KafkaProducer;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.apache.kafka.common.serialization.ByteArraySerializer;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.springframework.context.ConfigurableApplicationContext;
import org.springframework.jdbc.core.simple.JdbcClient;
import org.springframework.kafka.test.EmbeddedKafkaKraftBroker;
import slipway.events.Meta;
import slipway.events.Topics;
import slipway.events.change.ChangeCancelled;
import slipway.events.release.EnvironmentLaidBare;
import slipway.wire.AvroDeserializer;
import slipway.wire.AvroSerializer;

/// A service whose database or log was set back to an earlier time.
class InStepTest {

    private static final String OWN = Topics.CHANGE;
    private static final AvroSerializer SERIALIZER = new AvroSerializer();
    private static EmbeddedKafkaKraftBroker broker;
    private static EmbeddedPostgres postgres;
    private static KafkaProducer<byte[], byte[]> producer;
    private static int tests;

    private @Nullable ConfigurableApplicationContext toy;
    /// Databases of this test.
    private String now = "";
    private String earlier = "";

    @BeforeAll
    static void begin() throws IOException {
        broker = new EmbeddedKafkaKraftBroker(1, 3, Topics.all().toArray(String[]::new));
        broker.afterPropertiesSet();
        postgres = EmbeddedPostgres.start();
        producer = new KafkaProducer<>(Map.of(
                "bootstrap.servers", broker.getBrokersAsString(),
                "key.serializer", ByteArraySerializer.class,
                "value.serializer", ByteArraySerializer.class));
        SERIALIZER.configure(Map.of("schema.registry.url", TheToy.REGISTRY.url()), false);
    }

    @AfterAll
    static void end() throws IOException {
        producer.close();
        postgres.close();
        broker.destroy();
    }

    @BeforeEach
    void freshTopicsAndDatabase() throws Exception {
        now = "now_" + ++tests;
        earlier = "earlier_" + tests;
        makeAnew(OWN);
        makeAnew(Topics.RELEASE);
        admin("create database " + now);
    }

    @AfterEach
    void stop() {
        if (toy != null) {
            toy.close();
            toy = null;
        }
    }

    @Test
    void a_database_that_was_set_back_is_not_gone_on_with() throws Exception {
        whatWasDecidedIsLost();

        assertThatThrownBy(() -> start(earlier))
                .rootCause()
                .isInstanceOf(OutOfStep.class)
                .hasMessageContaining("change.events has 5 facts that the database of change-service has not")
                .hasMessageContaining("ChangeCancelled, number 2 of CHG-1 (by dana at ");
        assertThat(of(earlier).sql("select count(*) from journal").query(Long.class).single())
                .as("and nothing was done to it")
                .isEqualTo(2);
    }

    @Test
    void what_was_decided_since_comes_back_from_the_log_with_its_read_tables_and_goes_on() throws Exception {
        Toy.EFFECTS.clear();
        whatWasDecidedIsLost();
        assertThat(Toy.EFFECTS).containsExactly("tell: CHG-3");

        start(earlier, "slipway.recover=journal");

        assertThat(journal(earlier)).isEqualTo(journal(now));
        assertThat(rows(earlier, "select change, reason from toy order by reason"))
                .isEqualTo(rows(now, "select change, reason from toy order by reason"));
        await().atMost(TheToy.PATIENCE).untilAsserted(() -> {
            assertThat(Toy.EFFECTS).as("what they call for is looked at again").containsExactly("tell: CHG-3", "tell: CHG-3");
            assertThat(rows(earlier, "select aggregate_id, sequence from inbox order by 1"))
                    .as("what was read since is read again")
                    .isEqualTo(rows(now, "select aggregate_id, sequence from inbox order by 1"));
        });
        assertThat(decisions().facts("CHG-of-REL-2")).as("and leads to nothing twice").hasSize(1);

        decide("CHG-1", "third");
        assertChain("CHG-1", 3);
    }

    @Test
    void numbers_go_on_behind_those_that_were_given_since() throws Exception {
        whatWasDecidedIsLost();
        start(earlier, "slipway.recover=journal");
        of(earlier).sql("create sequence if not exists toy_number").update();
        Numbers numbers = bean(Journal.class).numbers("CHG-", "toy_number");
        assertThat(numbers.next()).isEqualTo("CHG-1");

        bean(Journal.class).catchUpNumbers();
        assertThat(numbers.next()).isEqualTo("CHG-4");
        bean(Journal.class).catchUpNumbers();
        assertThat(Integer.parseInt(numbers.next().substring(4))).as("never back").isGreaterThan(4);
    }

    @Test
    void what_could_not_be_taken_back_is_once_the_cause_is_mended() throws Exception {
        whatWasDecidedIsLost();
        // A row that no fact frees.
        of(earlier).sql("insert into toy (change, reason) values ('somebody', 'tell: CHG-3')").update();
        assertThatThrownBy(() -> start(earlier, "slipway.recover=journal"))
                .hasStackTraceContaining("no read table takes the next facts: [ChangeCancelled, number 1 of CHG-3");

        of(earlier).sql("delete from toy where change = 'somebody'").update();
        start(earlier, "slipway.recover=journal");
        assertThat(journal(earlier)).isEqualTo(journal(now));
    }

    @Test
    void nobody_takes_back_while_another_instance_works() throws Exception {
        whatWasDecidedIsLost();
        try (var other = postgres.getDatabase("postgres", earlier).getConnection()) {
            assertThat(new RelayLock(OWN).take(other)).isTrue();
            assertThatThrownBy(() -> start(earlier, "slipway.recover=journal"))
                    .rootCause()
                    .hasMessageStartingWith("another instance of change-service is at work");
        }
    }

    @Test
    void what_was_read_since_is_read_again_by_itself() throws Exception {
        // Also of a partition of which it had read nothing then.
        start(now);
        stop();
        keep();
        start(now);
        hears(new EnvironmentLaidBare(TheToy.meta("REL-1", 1), "no row of the table names it"));
        hears(new EnvironmentLaidBare(TheToy.meta("REL-1", 2), "prod"));
        assertThat(rows(now, "select next_offset from inbox_place where topic = 'release.events'"))
                .containsExactly(Map.of("next_offset", 2L));
        stop();

        start(earlier);
        await().atMost(TheToy.PATIENCE).untilAsserted(() -> assertThat(rows(earlier, "select aggregate_id, sequence from inbox"))
                .isEqualTo(rows(now, "select aggregate_id, sequence from inbox")));
    }

    @Test
    void what_the_log_has_lost_is_sent_again_when_somebody_says_so() throws Exception {
        start(now);
        decide("CHG-1", "first");
        decide("CHG-2", "other");
        decide("CHG-1", "second");
        sent(3);
        stop();
        makeAnew(OWN);
        try (Admin admin = Admin.create(Map.of("bootstrap.servers", broker.getBrokersAsString()))) {
            // As on a cluster that is new.
            admin.deleteConsumerGroups(List.of("change-service")).all().get();
        }

        assertThatThrownBy(() -> start(now))
                .rootCause()
                .isInstanceOf(OutOfStep.class)
                .hasMessageStartingWith("change.events has lost 3 facts that are in the journal of change-service");
        assertThat(RawLog.records(broker.getBrokersAsString(), List.of(OWN))).isEmpty();

        start(now, "slipway.recover=topic");
        sent(3);
        assertChain("CHG-1", 2);
    }

    @Test
    void what_somebody_else_wrote_there_keeps_nobody_from_starting() throws Exception {
        start(now);
        decide("CHG-1", "first");
        sent(1);
        stop();
        publish(OWN, "CHG-1", new ChangeCancelled(TheToy.meta("CHG-1", 2), "mallory", "not chained to the first"));
        publish(OWN, "CHG-9", new ChangeCancelled(TheToy.meta("CHG-9", 4), "mallory", "of which there is no third"));

        start(now);
        decide("CHG-1", "second");
        assertThat(decisions().facts("CHG-1")).hasSize(2);
    }

    @Test
    void what_somebody_wrote_who_knows_the_chain_is_left_there_when_somebody_says_so() throws Exception {
        start(now);
        decide("CHG-1", "first");
        sent(1);
        stop();
        publish(OWN, "CHG-9", new ChangeCancelled(TheToy.meta("CHG-9", 1), "mallory", "a first one needs no chain"));
        assertThatThrownBy(() -> start(now)).rootCause().hasMessageContaining("SLIPWAY_RECOVER=leave");

        start(now, "slipway.recover=leave");
        assertThat(decisions().facts("CHG-9")).isEmpty();
        stop();

        ProducerRecord<byte[], byte[]> unreadable = new ProducerRecord<>(OWN, new byte[] {1}, new byte[] {1});
        unreadable.headers().add("ce_source", "/slipway/change-service".getBytes(StandardCharsets.UTF_8));
        producer.send(unreadable).get();
        assertThatThrownBy(() -> start(now))
                .rootCause()
                .hasMessageContaining("says that it is of this service, and cannot be read");
        start(now, "slipway.recover=leave");
        stop();
        assertThatThrownBy(() -> start(now, "slipway.recover=jornal"))
                .rootCause()
                .hasMessageContaining("is 'jornal'; it may be journal, topic or leave, or not set");
    }

    @Test
    void what_was_sent_into_a_topic_that_was_made_anew_meanwhile_hides_no_loss() throws Exception {
        start(now);
        decide("CHG-1", "first");
        decide("CHG-2", "other");
        sent(2);
        makeAnew(OWN);
        decide("CHG-1", "second");
        decide("CHG-2", "other again");
        sent(4);
        stop();

        assertThatThrownBy(() -> start(now)).rootCause().hasMessageContaining("has lost 4 facts");
        start(now, "slipway.recover=topic");
        sent(4);
        assertThat(RawLog.records(broker.getBrokersAsString(), List.of(OWN))).hasSize(6);
    }

    /// Five facts, one because of a fact that was read since, and one that calls for an effect.
    private void whatWasDecidedIsLost() throws Exception {
        start(now);
        decide("CHG-1", "first");
        hears(TheToy.aborted("REL-1", 1, "aborted one"));
        sent(2);
        stop();
        keep();
        start(now);
        decide("CHG-1", "second");
        decide("CHG-2", "other");
        hears(TheToy.aborted("REL-2", 1, "aborted two"));
        decide("CHG-3", "tell: CHG-3");
        decide("CHG-2", "other again");
        sent(7);
        await().atMost(TheToy.PATIENCE).until(() -> rows(now, "select task_instance from scheduled_tasks").isEmpty());
        stop();
    }

    private void start(String database, String... properties) {
        toy = TheToy.run(broker, postgres.getJdbcUrl("postgres", database), properties);
    }

    private <T> T bean(Class<T> type) {
        return Objects.requireNonNull(toy).getBean(type);
    }

    @SuppressWarnings("unchecked")
    private Decisions<Toy.Command, Toy.State, Toy.Event> decisions() {
        return bean(Decisions.class);
    }

    private void decide(String id, String reason) {
        decisions().decide(id, new Toy.Command.Cancel("dana", reason), Cause.person("dana", null));
    }

    private void hears(SpecificRecord fact) throws Exception {
        Meta meta = Fact.metaOf(fact);
        publish(Topics.RELEASE, meta.getAggregateId(), fact);
        await().atMost(TheToy.PATIENCE).untilAsserted(() -> assertThat(rows(now, "select aggregate_id, sequence from inbox"))
                .contains(Map.of("aggregate_id", meta.getAggregateId(), "sequence", meta.getSequence())));
    }

    private static void publish(String topic, String key, SpecificRecord fact) throws Exception {
        producer.send(new ProducerRecord<>(topic, key.getBytes(StandardCharsets.UTF_8), SERIALIZER.serialize(topic, fact)))
                .get();
    }

    /// Until all of the journal is out.
    private void sent(int facts) {
        await().atMost(TheToy.PATIENCE)
                .until(() -> rows(now, "select position from journal where published_at is not null").size() == facts);
    }

    /// What the database is now is what it will be set back to.
    private void keep() {
        admin("create database " + earlier + " template " + now);
    }

    private static JdbcClient of(String database) {
        return JdbcClient.create(postgres.getDatabase("postgres", database));
    }

    private static void admin(String statement) {
        of("postgres").sql(statement).update();
    }

    private static List<Map<String, Object>> rows(String database, String query) {
        return of(database).sql(query).query().listOfRows();
    }

    /// All but the order among aggregates, and when it was sent.
    private static List<Map<String, Object>> journal(String database) {
        return rows(
                database,
                "select aggregate_id, sequence, type, event_id, correlation_id, occurred_at, recorded_at, wire::text, hash, partition,"
                        + " log_offset from journal order by aggregate_id, sequence");
    }

    /// As any consumer reads it: each number once, each fact chained to the one before.
    private static void assertChain(String aggregate, int facts) {
        List<Meta> metas = new ArrayList<>();
        List<String> hashes = new ArrayList<>();
        await().atMost(TheToy.PATIENCE).untilAsserted(() -> {
            metas.clear();
            hashes.clear();
            AvroDeserializer deserializer = TheToy.bean(AvroDeserializer.class);
            for (ConsumerRecord<byte[], byte[]> record : RawLog.records(broker.getBrokersAsString(), List.of(OWN))) {
                if (aggregate.equals(new String(record.key(), StandardCharsets.UTF_8))) {
                    metas.add(Fact.metaOf(Objects.requireNonNull(deserializer.deserialize(OWN, record.value()))));
                    hashes.add(Journal.hash(record.value()));
                }
            }
            assertThat(metas).hasSize(facts);
        });
        for (int i = 0; i < facts; i++) {
            assertThat(metas.get(i).getSequence()).isEqualTo(i + 1);
            assertThat(metas.get(i).getPrevHash()).isEqualTo(i == 0 ? null : hashes.get(i - 1));
        }
    }

    private static void makeAnew(String topic) throws Exception {
        try (Admin admin = Admin.create(Map.of("bootstrap.servers", broker.getBrokersAsString()))) {
            admin.deleteTopics(List.of(topic)).all().get();
            await().atMost(TheToy.PATIENCE).until(() -> !admin.listTopics().names().get().contains(topic));
            admin.createTopics(List.of(new NewTopic(topic, 3, (short) 1))).all().get();
        }
    }
}
