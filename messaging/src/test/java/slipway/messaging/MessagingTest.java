package slipway.messaging;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.awaitility.Awaitility.await;

import io.zonky.test.db.postgres.embedded.EmbeddedPostgres;
import java.io.IOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.time.Instant;
import java.util.Arrays;
import java.util.Date;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.UUID;
import java.util.stream.Stream;
import org.apache.avro.specific.SpecificRecord;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.clients.producer.KafkaProducer;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.apache.kafka.common.serialization.ByteArraySerializer;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.springframework.boot.builder.SpringApplicationBuilder;
import org.springframework.context.ConfigurableApplicationContext;
import org.springframework.dao.DuplicateKeyException;
import org.springframework.jdbc.core.simple.JdbcClient;
import org.springframework.kafka.test.EmbeddedKafkaKraftBroker;
import slipway.events.Actor;
import slipway.events.ActorKind;
import slipway.events.Meta;
import slipway.events.Outcome;
import slipway.events.Topics;
import slipway.events.release.ReleaseAborted;
import slipway.events.release.ReleaseClosed;
import slipway.http.FakeIssuer;
import slipway.wire.AvroSerializer;
import slipway.wire.FakeRegistry;

/// The core with a real broker and a real database, around the smallest service there is.
class MessagingTest {

    private static final Duration PATIENCE = Duration.ofSeconds(30);

    private static EmbeddedKafkaKraftBroker broker;
    private static EmbeddedPostgres postgres;
    private static FakeRegistry registry;
    private static FakeIssuer issuer;
    private static KafkaProducer<byte[], byte[]> producer;
    private static AvroSerializer serializer;
    private static ConfigurableApplicationContext toy;

    @BeforeAll
    static void start() throws IOException {
        broker = new EmbeddedKafkaKraftBroker(1, 2, Topics.all().toArray(String[]::new));
        broker.afterPropertiesSet();
        postgres = EmbeddedPostgres.start();
        registry = new FakeRegistry();
        issuer = new FakeIssuer();
        producer = new KafkaProducer<>(Map.of(
                "bootstrap.servers", broker.getBrokersAsString(),
                "key.serializer", ByteArraySerializer.class,
                "value.serializer", ByteArraySerializer.class));
        serializer = new AvroSerializer();
        serializer.configure(Map.of("schema.registry.url", registry.url()), false);
        toy = run();
    }

    @AfterAll
    static void stop() throws IOException {
        toy.close();
        producer.close();
        registry.close();
        issuer.close();
        postgres.close();
        broker.destroy();
    }

    private static ConfigurableApplicationContext run() {
        return new SpringApplicationBuilder(Toy.class)
                .properties(
                        "spring.config.name=toy",
                        "SLIPWAY_KAFKA=" + broker.getBrokersAsString(),
                        "SLIPWAY_REGISTRY=" + registry.url(),
                        "SLIPWAY_ISSUER=" + issuer.url(),
                        "spring.datasource.url=" + postgres.getJdbcUrl("postgres", "postgres"))
                .run();
    }

    @Test
    void a_decision_is_in_kafka_as_a_cloud_event_that_any_consumer_can_read() {
        String id = fresh("CHG");
        slipway.messaging.Outcome<?> outcome = decide(id, "no longer needed " + id);

        assertThat(outcome).isInstanceOf(slipway.messaging.Outcome.Accepted.class);
        ConsumerRecord<byte[], byte[]> record = await().atMost(PATIENCE)
                .until(() -> records(Topics.CHANGE, id), found -> found.size() == 1)
                .getFirst();
        Map<String, String> headers = RawLog.headers(record);
        assertThat(headers)
                .containsEntry("ce_specversion", "1.0")
                .containsEntry("ce_source", "/slipway/change-service")
                .containsEntry("ce_type", "slipway.events.change.ChangeCancelled")
                .containsEntry("ce_subject", id)
                .containsEntry("content-type", "application/avro")
                .containsOnlyKeys(
                        "ce_specversion", "ce_id", "ce_source", "ce_type", "ce_subject", "ce_time", "content-type",
                        "traceparent");
        assertThat(record.value()[0]).isZero();
        assertThat(Instant.parse(headers.get("ce_time"))).isBefore(Instant.now().plusSeconds(60));
    }

    @Test
    void the_facts_of_an_aggregate_are_numbered_and_chained_by_the_hash_of_their_bytes() {
        String id = fresh("CHG");
        for (int i = 0; i < 3; i++) {
            decide(id, id + i);
        }
        List<ConsumerRecord<byte[], byte[]>> records = await().atMost(PATIENCE)
                .until(() -> records(Topics.CHANGE, id), found -> found.size() == 3);

        String previous = null;
        for (int i = 0; i < 3; i++) {
            Meta meta = Fact.metaOf(toy.getBean(slipway.wire.AvroDeserializer.class)
                    .deserialize(Topics.CHANGE, records.get(i).value()));
            assertThat(meta.getSequence()).isEqualTo(i + 1);
            assertThat(meta.getPrevHash()).isEqualTo(previous);
            assertThat(meta.getCorrelationId()).isEqualTo(id);
            previous = Journal.hash(records.get(i).value());
        }
    }

    @Test
    void a_refusal_and_a_failing_projection_store_nothing() {
        String id = fresh("CHG");
        assertThat(decide(id, " ")).isEqualTo(new slipway.messaging.Outcome.Refused<>(List.of("a reason is missing")));

        decide(id, "only once " + id);
        assertThatThrownBy(() -> decide(id, "only once " + id)).isInstanceOf(DuplicateKeyException.class);
        assertThat(decisions().facts(id)).hasSize(1);
    }

    @Test
    void a_fact_is_reacted_to_once_however_often_it_comes() {
        String release = fresh("REL");
        byte[] wire = wire(aborted(release, 1, "again " + release));
        for (int i = 0; i < 3; i++) {
            send(Topics.RELEASE, release, wire);
        }
        await().atMost(PATIENCE).until(() -> sequence(release) == 1);
        send(Topics.RELEASE, release, wire(aborted(release, 2, "once more " + release)));

        await().atMost(PATIENCE).untilAsserted(() -> assertThat(reasons("CHG-of-" + release))
                .containsExactly("again " + release, "once more " + release));
        // Neither applied twice nor tried twice: the second try would have failed at the table's constraint, and been parked.
        assertThat(parkedOf(release)).isEmpty();
        assertThat(decisions().facts("CHG-of-" + release)).hasSize(2);
    }

    @Test
    void another_fact_under_a_number_that_was_applied_waits_for_a_person() {
        String release = fresh("REL");
        send(Topics.RELEASE, release, wire(aborted(release, 1, "first " + release)));
        await().atMost(PATIENCE).until(() -> sequence(release) == 1);
        send(Topics.RELEASE, release, wire(aborted(release, 1, "forked " + release)));

        await().atMost(PATIENCE).until(() -> parkedOf(release).size() == 1);
        assertThat(parkedOf(release).getFirst().reason()).contains("is number 1 of " + release);
        assertThat(reasons("CHG-of-" + release)).containsExactly("first " + release);
        assertThat(toy.getBean(Parked.class).skip(parkedOf(release).getFirst().id(), "rosa")).isTrue();
        send(Topics.RELEASE, release, wire(aborted(release, 2, "second " + release)));
        await().atMost(PATIENCE).untilAsserted(() -> assertThat(reasons("CHG-of-" + release))
                .containsExactly("first " + release, "second " + release));
    }

    @Test
    void what_cannot_even_be_parked_is_a_dead_letter_and_stops_nobody() {
        String unheard = fresh("REL") + "\u0000";
        send(Topics.RELEASE, unheard, wire(aborted(unheard, 1, "x")));
        send(Topics.CHANGE_REQUESTS, unheard, wire(aborted(unheard, 1, "x")));
        String endless = fresh("REL") + Stream.generate(UUID::randomUUID).limit(200).toList();
        send(Topics.RELEASE, endless, wire(aborted(endless, 2, "x")));
        String negative = fresh("REL");
        send(Topics.RELEASE, negative, wire(aborted(negative, -5, "x")));
        String release = fresh("REL");
        send(Topics.RELEASE, release, wire(aborted(release, 1, "goes on " + release)));

        await().atMost(PATIENCE).untilAsserted(() -> assertThat(reasons("CHG-of-" + release)).hasSize(1));
        for (String poison : List.of(unheard, endless, negative)) {
            await().atMost(PATIENCE)
                    .until(() -> !records(Topics.deadLetters("change-service"), poison).isEmpty());
        }
    }

    @Test
    void a_fact_that_came_too_early_waits_for_the_one_before_it() {
        String release = fresh("REL");
        send(Topics.RELEASE, release, wire(aborted(release, 2, "second " + release)));
        await().atMost(PATIENCE).until(() -> parkedOf(release).size() == 1);
        send(Topics.RELEASE, release, wire(aborted(release, 1, "first " + release)));

        await().atMost(PATIENCE).untilAsserted(() -> assertThat(reasons("CHG-of-" + release))
                .containsExactly("first " + release, "second " + release));
        assertThat(parkedOf(release)).isEmpty();
    }

    @Test
    void a_fact_that_cannot_be_handled_waits_for_a_person_and_its_successors_behind_it_while_others_go_on() {
        String release = fresh("REL");
        String poison = "poison " + release;
        Toy.POISON.add(poison);
        send(Topics.RELEASE, release, wire(aborted(release, 1, poison)));
        send(Topics.RELEASE, release, wire(aborted(release, 2, "after " + release)));
        String other = fresh("REL");
        send(Topics.RELEASE, other, wire(aborted(other, 1, "other " + other)));

        await().atMost(PATIENCE).untilAsserted(() -> assertThat(reasons("CHG-of-" + other)).hasSize(1));
        await().atMost(PATIENCE).until(() -> parkedOf(release).size() == 2);
        assertThat(parkedOf(release).getFirst().reason()).contains("cannot bear " + poison);
        assertThat(health()).contains("\"status\":\"ATTENTION\"").contains("\"parked\":2");

        Parked parked = toy.getBean(Parked.class);
        assertThat(parked.retry(parkedOf(release).getFirst().id())).isTrue();
        assertThat(parkedOf(release)).hasSize(2);

        Toy.POISON.remove(poison);
        assertThat(parked.retry(parkedOf(release).getFirst().id())).isTrue();
        assertThat(parkedOf(release)).isEmpty();
        assertThat(reasons("CHG-of-" + release)).containsExactly(poison, "after " + release);
    }

    @Test
    void what_a_person_skips_is_left_out_and_its_successors_go_on() {
        String release = fresh("REL");
        String poison = "poison " + release;
        Toy.POISON.add(poison);
        send(Topics.RELEASE, release, wire(aborted(release, 1, poison)));
        send(Topics.RELEASE, release, wire(aborted(release, 2, "after " + release)));
        await().atMost(PATIENCE).until(() -> parkedOf(release).size() == 2);

        Parked parked = toy.getBean(Parked.class);
        long behind = parkedOf(release).getLast().id();
        assertThat(parked.skip(behind, "rosa")).isFalse();
        assertThat(parked.skip(parkedOf(release).getFirst().id(), "rosa")).isTrue();

        assertThat(reasons("CHG-of-" + release)).containsExactly("after " + release);
        assertThat(jdbc().sql("select resolution || ' by ' || resolved_by from parked where aggregate_id = ? and sequence = 1")
                        .param(release)
                        .query(String.class)
                        .single())
                .isEqualTo("SKIPPED by rosa");
    }

    @Test
    void what_cannot_be_read_is_a_dead_letter_with_exact_bytes_and_headers_and_stops_nobody() {
        byte[] poison = ("not avro " + UUID.randomUUID()).getBytes(StandardCharsets.UTF_8);
        byte[] key = fresh("key").getBytes(StandardCharsets.UTF_8);
        for (String topic : List.of(Topics.RELEASE, Topics.CHANGE_REQUESTS)) {
            ProducerRecord<byte[], byte[]> record = new ProducerRecord<>(topic, key, poison);
            record.headers().add("mine", new byte[] {1, 2, (byte) 0xff});
            producer.send(record);
            producer.send(new ProducerRecord<>(topic, key, null));
        }
        String release = fresh("REL");
        send(Topics.RELEASE, release, wire(aborted(release, 1, "goes on " + release)));

        await().atMost(PATIENCE).untilAsserted(() -> assertThat(reasons("CHG-of-" + release)).hasSize(1));
        List<ConsumerRecord<byte[], byte[]>> letters = await().atMost(PATIENCE)
                .until(
                        () -> records(Topics.deadLetters("change-service"), new String(key, StandardCharsets.UTF_8)),
                        found -> found.size() == 4);
        ConsumerRecord<byte[], byte[]> letter = letters.stream()
                .filter(each -> each.value() != null)
                .findFirst()
                .orElseThrow();
        assertThat(letter.value()).isEqualTo(poison);
        assertThat(letter.headers().lastHeader("mine").value()).isEqualTo(new byte[] {1, 2, (byte) 0xff});
        assertThat(RawLog.headers(letter).get("slipway_reason")).contains("not in the Confluent wire format");
    }

    @Test
    void neither_what_is_huge_once_unpacked_nor_what_hardly_fits_nor_a_schema_of_another_kind_stops_anybody() throws Exception {
        byte[] unpacked = new byte[3_000_000];
        byte[] barelyFits = new byte[1_048_420];
        new Random(7).nextBytes(barelyFits);
        byte[] otherKind = ByteBuffer.allocate(9)
                .put((byte) 0)
                .putInt(registry.hold("{\"type\": \"object\", \"properties\": {}}"))
                .putInt(7)
                .array();
        String key = fresh("key");
        try (KafkaProducer<byte[], byte[]> packing = new KafkaProducer<>(Map.of(
                "bootstrap.servers", broker.getBrokersAsString(),
                "max.request.size", 10_000_000,
                "compression.type", "gzip",
                "key.serializer", ByteArraySerializer.class,
                "value.serializer", ByteArraySerializer.class))) {
            packing.send(new ProducerRecord<>(Topics.CHANGE_REQUESTS, key.getBytes(StandardCharsets.UTF_8), unpacked))
                    .get();
        }
        for (byte[] value : List.of(barelyFits, otherKind)) {
            producer.send(new ProducerRecord<>(Topics.CHANGE_REQUESTS, key.getBytes(StandardCharsets.UTF_8), value))
                    .get();
        }
        String release = fresh("REL");
        send(Topics.RELEASE, release, wire(aborted(release, 1, "goes on " + release)));

        await().atMost(PATIENCE).untilAsserted(() -> assertThat(reasons("CHG-of-" + release)).hasSize(1));
        List<ConsumerRecord<byte[], byte[]>> letters = await().atMost(PATIENCE)
                .until(() -> records(Topics.deadLetters("change-service"), key), found -> found.size() == 3);
        assertThat(letters.get(0).value()).isEqualTo(unpacked);
        assertThat(RawLog.headers(letters.get(1)))
                .containsEntry("slipway_bytes", "1048420")
                .containsEntry("slipway_sha256", Journal.hash(barelyFits));
        assertThat(letters.get(1).value()).isEqualTo(Arrays.copyOf(barelyFits, 64 * 1024));
        assertThat(RawLog.headers(letters.get(2)).get("slipway_reason")).contains("cannot be used");
    }

    @Test
    void whoever_may_ask_for_changes_cannot_speak_as_release_service() {
        String release = fresh("REL");
        send(Topics.CHANGE_REQUESTS, release, wire(aborted(release, 1, "forged " + release)));
        send(Topics.BACKUP, release, wire(aborted(release, 1, "forged " + release)));
        String other = fresh("REL");
        send(Topics.RELEASE, other, wire(aborted(other, 1, "true " + other)));

        await().atMost(PATIENCE).untilAsserted(() -> assertThat(reasons("CHG-of-" + other)).hasSize(1));
        List<ConsumerRecord<byte[], byte[]>> letters = await().atMost(PATIENCE)
                .until(() -> records(Topics.deadLetters("change-service"), release), found -> !found.isEmpty());
        assertThat(RawLog.headers(letters.getFirst()).get("slipway_reason"))
                .contains("ReleaseAborted does not belong on change.requests");
        assertThat(reasons("CHG-of-" + release)).isEmpty();
    }

    @Test
    void a_parked_fact_that_can_no_longer_be_read_stops_nobody_and_can_be_skipped() {
        String release = fresh("REL");
        send(Topics.RELEASE, release, wire(aborted(release, 2, "second " + release)));
        await().atMost(PATIENCE).until(() -> parkedOf(release).size() == 1);
        jdbc().sql("update parked set wire = 'gone', sequence = 1 where aggregate_id = ?")
                .param(release)
                .update();

        Parked parked = toy.getBean(Parked.class);
        parked.drain();
        assertThat(parkedOf(release).getFirst().failed()).isTrue();
        String other = fresh("REL");
        send(Topics.RELEASE, other, wire(aborted(other, 1, "goes on " + other)));
        await().atMost(PATIENCE).untilAsserted(() -> assertThat(reasons("CHG-of-" + other)).hasSize(1));
        assertThat(parked.skip(parkedOf(release).getFirst().id(), "rosa")).isTrue();
        assertThat(parkedOf(release)).isEmpty();
    }

    @Test
    void another_fact_at_an_offset_that_was_used_before_is_parked_too() {
        String release = fresh("REL");
        Parked parked = toy.getBean(Parked.class);
        for (long sequence : new long[] {5, 6, 6}) {
            var payload = aborted(release, sequence, "number " + sequence);
            parked.park(
                    new Fact(
                            Topics.RELEASE,
                            payload,
                            payload.getMeta(),
                            ("wire " + sequence).getBytes(StandardCharsets.UTF_8),
                            new Fact.Position(0, 17),
                            null,
                            null),
                    "too early",
                    false);
        }
        assertThat(parkedOf(release)).extracting(Parked.Entry::sequence).containsExactly(5L, 6L);
        jdbc().sql("delete from parked where aggregate_id = ?").param(release).update();
    }

    @Test
    void an_effect_that_fails_is_done_again_and_its_result_decided_once() {
        String release = fresh("REL");
        Toy.FAILURES.put(release, 2);
        send(Topics.RELEASE, release, wire(closed(release, 1)));

        await().atMost(PATIENCE).untilAsserted(() -> assertThat(decisions().facts("CHG-of-" + release)).hasSize(1));
        assertThat(Toy.EFFECTS).containsOnlyOnce(release);
        assertThat(jdbc().sql("select count(*) from scheduled_tasks").query(Long.class).single()).isZero();
    }

    @Test
    void a_registry_that_is_away_for_a_moment_loses_nothing() {
        String release = fresh("REL");
        byte[] wire = wire(aborted(release, 1, "patience " + release));
        // An id that this service has not seen yet, so it has to ask.
        byte[] unseen = wire(new slipway.events.release.RollbackFailed(meta(release, 2), "prod", "x"));
        registry.failWith = 503;
        try {
            send(Topics.RELEASE, release, wire);
            send(Topics.RELEASE, release, unseen);
            await().during(Duration.ofSeconds(1)).atMost(PATIENCE).until(() -> sequence(release) < 2);
        } finally {
            registry.failWith = 0;
        }
        await().atMost(PATIENCE).until(() -> sequence(release) == 2);
        assertThat(reasons("CHG-of-" + release)).containsExactly("patience " + release);
    }

    @Test
    void what_was_decided_while_nothing_could_go_out_goes_out_after_the_restart() {
        String id = fresh("CHG");
        toy.getBean(Relay.class).stop();
        decide(id, "before the crash " + id);
        assertThat(records(Topics.CHANGE, id)).isEmpty();
        toy.close();
        toy = run();

        await().atMost(PATIENCE).until(() -> records(Topics.CHANGE, id).size() == 1);
    }

    @Test
    void health_and_metrics_tell_of_broker_database_relay_and_parked_facts_and_need_no_token() {
        assertThat(get("/actuator/health").body())
                .contains("\"db\"", "\"inbox\"", "\"binders\"")
                .doesNotContain("details");
        assertThat(health()).contains("\"db\"", "\"relay\"", "\"inbox\"", "\"parked\"", "\"jobs\"", "\"binders\"");
        jdbc().sql(
                        """
                        insert into scheduled_tasks (task_name, task_instance, execution_time, picked, version)
                        values ('a row of yesterday', '1', clock_timestamp() + interval '1 day', false, 1)
                        """)
                .update();
        assertThat(health()).contains("\"unknown\":[\"a row of yesterday\"]", "ATTENTION");
        jdbc().sql("delete from scheduled_tasks where task_name = 'a row of yesterday'").update();
        assertThat(get("/actuator/prometheus").body())
                .contains("slipway_journal_unpublished{service=\"change-service\"}", "slipway_facts_parked");
        HttpResponse<String> closed = get("/actuator/choreography");
        assertThat(closed.statusCode()).isEqualTo(401);
        assertThat(closed.headers().firstValue("content-type")).hasValue("application/problem+json");
    }

    @Test
    void only_a_good_token_opens_the_door_and_only_operators_act_on_parked_facts() {
        List<String> operators = List.of("operators");
        Map<String, String> bad = Map.of(
                "no token at all", "x",
                "of another's key", issuer.forged("kim", "operators"),
                "expired", issuer.token("kim", operators, token -> token.expirationTime(new Date(0))),
                "endless", issuer.token("kim", operators, token -> token.expirationTime(null)),
                "of nobody", issuer.token("kim", operators, token -> token.subject(null)),
                "of another issuer", issuer.token("kim", operators, token -> token.issuer("http://localhost:1")),
                "for somebody else", issuer.token("kim", operators, token -> token.audience("other")));
        bad.forEach((what, token) -> {
            assertThat(choreography(token)).as(what).isEqualTo(401);
            assertThat(retry(token)).as(what).isEqualTo(401);
        });
        assertThat(choreography(issuer.token("dana", "developers"))).isEqualTo(200);
        assertThat(read("/actuator/parked", issuer.token("dana", "developers"))).isEqualTo(403);
        assertThat(read("/actuator/parked", issuer.token("kim", "operators"))).isEqualTo(200);
        assertThat(retry(issuer.token("dana", "developers"))).isEqualTo(403);
        assertThat(retry(issuer.token("kim", "operators"))).isEqualTo(404);
    }

    private static int choreography(String token) {
        return read("/actuator/choreography", token);
    }

    private static int read(String path, String token) {
        return send(HttpRequest.newBuilder(uri(path)).header("Authorization", "Bearer " + token))
                .statusCode();
    }

    private static int retry(String token) {
        return send(HttpRequest.newBuilder(uri("/actuator/parked/4711"))
                        .header("Authorization", "Bearer " + token)
                        .header("Content-Type", "application/json")
                        .POST(HttpRequest.BodyPublishers.ofString("{\"action\": \"retry\"}")))
                .statusCode();
    }

    private static slipway.messaging.Outcome<?> decide(String id, String reason) {
        return decisions().decide(id, new Toy.Command.Cancel("dana", reason), Cause.person("dana", null));
    }

    @SuppressWarnings("unchecked")
    private static Decisions<Toy.Command, Toy.State, Toy.Event> decisions() {
        return toy.getBean(Decisions.class);
    }

    private static JdbcClient jdbc() {
        return toy.getBean(JdbcClient.class);
    }

    private static List<String> reasons(String change) {
        return jdbc().sql("select reason from toy where change = ?")
                .param(change)
                .query(String.class)
                .list();
    }

    private static List<Parked.Entry> parkedOf(String aggregate) {
        return toy.getBean(Parked.class).open().stream()
                .filter(entry -> entry.aggregateId().equals(aggregate))
                .toList();
    }

    private static long sequence(String aggregate) {
        return jdbc().sql("select coalesce(max(sequence), 0) from inbox where aggregate_id = ?")
                .param(aggregate)
                .query(Long.class)
                .single();
    }

    private static String health() {
        return send(HttpRequest.newBuilder(uri("/actuator/health"))
                        .header("Authorization", "Bearer " + issuer.token("kim", "operators")))
                .body();
    }

    private static HttpResponse<String> get(String path) {
        return send(HttpRequest.newBuilder(uri(path)));
    }

    private static URI uri(String path) {
        return URI.create("http://localhost:" + toy.getEnvironment().getProperty("local.server.port") + path);
    }

    private static HttpResponse<String> send(HttpRequest.Builder request) {
        try (HttpClient http = HttpClient.newHttpClient()) {
            return http.send(request.build(), HttpResponse.BodyHandlers.ofString());
        } catch (IOException | InterruptedException e) {
            throw new AssertionError(e);
        }
    }

    private static void send(String topic, String key, byte[] wire) {
        producer.send(new ProducerRecord<>(topic, key.getBytes(StandardCharsets.UTF_8), wire));
        producer.flush();
    }

    private static byte[] wire(SpecificRecord record) {
        return serializer.serialize(Topics.RELEASE, record);
    }

    private static ReleaseAborted aborted(String release, long sequence, String reason) {
        return new ReleaseAborted(meta(release, sequence), reason);
    }

    private static ReleaseClosed closed(String release, long sequence) {
        return new ReleaseClosed(meta(release, sequence), Outcome.SUCCESSFUL);
    }

    private static Meta meta(String aggregate, long sequence) {
        Instant now = Instant.ofEpochMilli(System.currentTimeMillis());
        return new Meta(
                UUID.randomUUID().toString(),
                aggregate,
                sequence,
                now,
                now,
                new Actor("release-service", ActorKind.SERVICE, "dana"),
                "CHG-of-" + aggregate,
                null,
                null,
                null);
    }

    private static String fresh(String prefix) {
        return prefix + "-" + UUID.randomUUID();
    }

    /// Everything in the topic with this key.
    private static List<ConsumerRecord<byte[], byte[]>> records(String topic, String key) {
        byte[] wanted = key.getBytes(StandardCharsets.UTF_8);
        return RawLog.records(broker.getBrokersAsString(), List.of(topic)).stream()
                .filter(record -> Arrays.equals(record.key(), wanted))
                .toList();
    }
}
