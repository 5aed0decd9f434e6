package slipway.messaging;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;
import static slipway.messaging.TheToy.PATIENCE;
import static slipway.messaging.TheToy.REGISTRY;
import static slipway.messaging.TheToy.aborted;
import static slipway.messaging.TheToy.brokers;
import static slipway.messaging.TheToy.closed;
import static slipway.messaging.TheToy.decisions;
import static slipway.messaging.TheToy.fresh;
import static slipway.messaging.TheToy.get;
import static slipway.messaging.TheToy.jdbc;
import static slipway.messaging.TheToy.meta;
import static slipway.messaging.TheToy.parkedOf;
import static slipway.messaging.TheToy.reasons;
import static slipway.messaging.TheToy.records;
import static slipway.messaging.TheToy.send;
import static slipway.messaging.TheToy.sequence;
import static slipway.messaging.TheToy.wire;

import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.sql.SQLException;
import java.time.Duration;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.UUID;
import java.util.stream.Stream;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.clients.producer.KafkaProducer;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.apache.kafka.common.serialization.ByteArraySerializer;
import org.junit.jupiter.api.Test;
import org.springframework.dao.DuplicateKeyException;
import slipway.events.Topics;

/// What comes in: applied once, in order, and nobody is stopped by what cannot be read.
class InboxTest {

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
    void a_batch_that_cannot_be_taken_in_is_measured_until_it_can() {
        String release = fresh("REL");
        jdbc().sql("alter table inbox rename to inbox_that_is_gone").update();
        try {
            send(Topics.RELEASE, release, wire(aborted(release, 1, "x")));
            await().atMost(PATIENCE).until(() -> !stuck().equals("0.0"));
        } finally {
            jdbc().sql("alter table inbox_that_is_gone rename to inbox").update();
        }
        await().atMost(PATIENCE).until(() -> sequence(release) == 1 && stuck().equals("0.0"));
    }

    @Test
    void facts_that_come_while_the_database_lets_only_read_wait_and_are_no_dead_letters() throws Exception {
        try (FreshToy toy = new FreshToy()) {
            String letters = Topics.deadLetters("change-service");
            int before = FreshToy.log(letters).size();
            toy.start(toy.now);
            toy.letsOnlyRead(true);
            FreshToy.publish(Topics.RELEASE, "REL-1", aborted("REL-1", 1, "x"));
            await().atMost(PATIENCE).until(() -> toy.bean(Vitals.class).inbox().getDetails().containsKey("cause"));
            toy.letsOnlyRead(false);
            await().atMost(PATIENCE)
                    .until(() -> !FreshToy.rows(toy.now, "select sequence from inbox where aggregate_id = 'REL-1'").isEmpty());
            assertThat(FreshToy.log(letters)).hasSize(before);
        }
    }

    private static String stuck() {
        return get("/actuator/prometheus").body().lines()
                .filter(line -> line.startsWith("slipway_inbox_stuck_seconds"))
                .map(line -> line.substring(line.lastIndexOf(' ') + 1))
                .findFirst()
                .orElseThrow();
    }

    @Test
    void people_read_what_the_database_says_and_not_what_it_was_asked() {
        assertThat(Inbox.words(new DuplicateKeyException("PreparedStatementCallback; SQL [insert into ledger …]", new SQLException("such a key is there"))))
                .isEqualTo("DuplicateKeyException: such a key is there");
        assertThat(Inbox.words(new IllegalStateException("no"))).isEqualTo("java.lang.IllegalStateException: no");
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
    void what_cannot_be_read_is_a_dead_letter_with_exact_bytes_and_headers_and_stops_nobody() {
        byte[] poison = ("not avro " + UUID.randomUUID()).getBytes(StandardCharsets.UTF_8);
        byte[] key = fresh("key").getBytes(StandardCharsets.UTF_8);
        for (String topic : List.of(Topics.RELEASE, Topics.CHANGE_REQUESTS)) {
            ProducerRecord<byte[], byte[]> record = new ProducerRecord<>(topic, key, poison);
            record.headers().add("mine", new byte[] {1, 2, (byte) 0xff});
            send(record);
            send(new ProducerRecord<>(topic, key, null));
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
    void people_are_told_of_what_cannot_be_read_before_it_is_a_dead_letter_and_again_until_they_are() {
        String key = fresh("key");
        Toy.NOT_TOLD.put(key, 2);
        send(Topics.CHANGE_REQUESTS, key, new byte[] {7});
        List<ConsumerRecord<byte[], byte[]>> letters = await().atMost(PATIENCE)
                .until(() -> records(Topics.deadLetters("change-service"), key), found -> !found.isEmpty());
        assertThat(Toy.TOLD.stream().filter(key::equals)).as("twice in vain").hasSize(3);
        assertThat(letters).hasSize(1);
    }

    @Test
    void neither_what_is_huge_once_unpacked_nor_what_hardly_fits_nor_a_schema_of_another_kind_stops_anybody() throws Exception {
        byte[] unpacked = new byte[3_000_000];
        byte[] barelyFits = new byte[1_048_420];
        new Random(7).nextBytes(barelyFits);
        byte[] otherKind = ByteBuffer.allocate(9)
                .put((byte) 0)
                .putInt(REGISTRY.hold("{\"type\": \"object\", \"properties\": {}}"))
                .putInt(7)
                .array();
        String key = fresh("key");
        try (KafkaProducer<byte[], byte[]> packing = new KafkaProducer<>(Map.of(
                "bootstrap.servers", brokers(),
                "max.request.size", 10_000_000,
                "compression.type", "gzip",
                "key.serializer", ByteArraySerializer.class,
                "value.serializer", ByteArraySerializer.class))) {
            packing.send(new ProducerRecord<>(Topics.CHANGE_REQUESTS, key.getBytes(StandardCharsets.UTF_8), unpacked))
                    .get();
        }
        for (byte[] value : List.of(barelyFits, otherKind)) {
            send(Topics.CHANGE_REQUESTS, key, value);
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
        byte[] unseen = wire(new slipway.events.release.RollbackFailed(meta(release, 2), "prod", "x", List.of()));
        REGISTRY.failWith = 503;
        try {
            send(Topics.RELEASE, release, wire);
            send(Topics.RELEASE, release, unseen);
            await().during(Duration.ofSeconds(1)).atMost(PATIENCE).until(() -> sequence(release) < 2);
        } finally {
            REGISTRY.failWith = 0;
        }
        await().atMost(PATIENCE).until(() -> sequence(release) == 2);
        assertThat(reasons("CHG-of-" + release)).containsExactly("patience " + release);
    }
}
