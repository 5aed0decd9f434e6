package slipway.change;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;
import static slipway.change.TheService.PATIENCE;
import static slipway.change.TheService.good;
import static slipway.change.TheService.post;
import static slipway.change.TheService.service;

import java.nio.charset.StandardCharsets;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.Base64;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.UUID;
import java.util.function.Predicate;
import org.junit.jupiter.api.Test;
import org.springframework.jdbc.core.simple.JdbcClient;
import slipway.change.intake.KafkaRequests;
import slipway.events.Topics;
import slipway.events.change.RFCSubmitted;
import slipway.messaging.Fact;
import slipway.messaging.RawRecord;
import slipway.messaging.RunningService.Answer;
import slipway.wire.AvroSerializer;
import tools.jackson.databind.JsonNode;

/// What was written to `change.requests` is found where everything else is that other systems send.
class KafkaRequestsTest {

    private static final String ROSA = "rosa:change-managers";

    @Test
    void what_could_not_be_read_is_a_delivery_with_every_byte_and_why_and_can_be_tried_again() {
        String text = "no record " + UUID.randomUUID();
        service().publishBytes(Topics.CHANGE_REQUESTS, text.getBytes(StandardCharsets.UTF_8));
        JsonNode kept = delivery(each -> text.equals(each.get("body").asString("")));
        assertThat(kept.get("state").stringValue()).isEqualTo("REFUSED");
        assertThat(kept.get("reasons").toString()).contains("not in the Confluent wire format");
        assertThat(kept.at("/headers/kafka-topic").stringValue()).isEqualTo("change.requests");
        assertThat(kept.get("headers").propertyNames()).contains("kafka-partition", "kafka-offset");

        String id = kept.get("id").stringValue();
        JsonNode again = good(post(ROSA, "/deliveries/" + id + "/replay", ""));
        assertThat(again.get("state").stringValue()).isEqualTo("REFUSED");
        assertThat(again.get("reasons").toString()).contains("not in the Confluent wire format");
        assertThat(again.get("replayedBy").stringValue()).isEqualTo("rosa");
    }

    @Test
    void what_can_be_read_by_now_is_handled_once_and_never_beside_one_that_is_known_by_the_same() {
        String id = UUID.randomUUID().toString();
        Map<String, String> named = Map.of("ce_source", "/shop", "ce_id", id);
        byte[] request = request("by now " + id, "ci-1", Instant.now().plusSeconds(600));
        String delivery = unread(named, request);
        JsonNode taken = good(post(ROSA, "/deliveries/" + delivery + "/replay", ""));
        assertThat(taken.get("state").stringValue()).as("%s", taken).isEqualTo("TAKEN");
        String change = taken.at("/results/0").stringValue();
        assertThat(TheService.show(change).at("/rfc/title").stringValue()).isEqualTo("by now " + id);
        assertThat(post(ROSA, "/deliveries/" + delivery + "/replay", "").status()).isEqualTo(409);

        JsonNode same = good(post(ROSA, "/deliveries/" + unread(named, request) + "/replay", ""));
        assertThat(same.get("state").stringValue()).isEqualTo("REFUSED");
        assertThat(same.get("reasons").toString()).contains("a request that is known by the same came before");
        good(post("dana:developers", "/changes/" + change + "/cancel", "reason: done"));
    }

    @Test
    void what_was_read_is_listed_with_its_change_or_with_every_reason_against_it() {
        String id = UUID.randomUUID().toString();
        Instant end = Instant.now().plusSeconds(600);
        send("/shop", id, ChangeServiceTest.outside("taken " + id, "ci-1", end.truncatedTo(ChronoUnit.MILLIS)));
        send("/shop", id, ChangeServiceTest.outside("taken " + id, "ci-1", end.truncatedTo(ChronoUnit.MILLIS)));
        send("/shop", id + " bad", ChangeServiceTest.outside("refused", "nowhere", end.minusSeconds(9000).truncatedTo(ChronoUnit.MILLIS)));

        JsonNode refused = delivery(each -> (id + " bad").equals(each.at("/headers/ce_id").asString("")));
        assertThat(refused.get("state").stringValue()).isEqualTo("REFUSED");
        assertThat(refused.get("reasons").toString()).contains("'nowhere'", "in the past");
        JsonNode taken = delivery(each -> id.equals(each.at("/headers/ce_id").asString("")));
        assertThat(taken.get("state").stringValue()).isEqualTo("TAKEN");
        String change = taken.at("/results/0").stringValue();
        assertThat(TheService.show(change).at("/rfc/title").stringValue()).isEqualTo("taken " + id);

        Answer again = post(ROSA, "/deliveries/" + refused.get("id").stringValue() + "/replay", "");
        assertThat(good(again).get("reasons").toString()).contains("'nowhere'", "in the past");
        good(post("dana:developers", "/changes/" + change + "/cancel", "reason: done"));
    }

    @Test
    void of_what_nobody_could_read_only_what_says_what_it_is_is_kept_and_so_many_of_it() {
        String first = "unread " + UUID.randomUUID();
        service().publishBytes(Topics.CHANGE_REQUESTS, first.getBytes(StandardCharsets.UTF_8), Map.of(
                "ce_id", first.getBytes(StandardCharsets.UTF_8),
                "ce_odd", new byte[] {1, 2, (byte) 0xff},
                "ce_long", new byte[2001],
                "ce_token", "a secret".getBytes(StandardCharsets.UTF_8),
                "traceparent", "00-1-2-01".getBytes(StandardCharsets.UTF_8),
                "binary", new byte[] {1, 2, (byte) 0xff},
                "Authorization", "Bearer a secret".getBytes(StandardCharsets.UTF_8)));
        JsonNode kept = delivery(each -> first.equals(each.get("body").asString("")));
        assertThat(kept.get("headers").propertyNames())
                .containsExactlyInAnyOrder("ce_id", "ce_odd", "traceparent", "kafka-topic", "kafka-partition", "kafka-offset");
        assertThat(kept.at("/headers/ce_id").stringValue()).isEqualTo(first);
        assertThat(kept.at("/headers/ce_odd").stringValue()).isEqualTo("base64:AQL/");
        assertThat(kept.get("proven").booleanValue()).isFalse();

        for (int i = 0; i <= 100; i++) {
            service().publishBytes(Topics.CHANGE_REQUESTS, ("more " + i + " " + first).getBytes(StandardCharsets.UTF_8));
        }
        await().atMost(PATIENCE).until(() -> service().get("/deliveries/" + kept.get("id").stringValue()).status(), is -> is == 404);
        assertThat(service().bean(JdbcClient.class)
                        .sql("select count(*) from delivery where source = 'change.requests' and not proven")
                        .query(Long.class)
                        .single())
                .isLessThanOrEqualTo(100);
    }

    @Test
    void of_what_is_too_large_the_beginning_is_kept_and_said_so_and_a_key_that_has_no_end_is_left_out() {
        byte[] large = new byte[1024 * 1024 + 7];
        long offset = System.nanoTime();
        RawRecord record = new RawRecord(Topics.CHANGE_REQUESTS, new Fact.Position(0, offset), new byte[2001], large, Map.of());
        service().bean(KafkaRequests.class).unread(record, "it is too large");
        service().bean(KafkaRequests.class).unread(record, "it is too large");
        assertThat(service().bean(JdbcClient.class)
                        .sql("select count(*) from delivery where headers ->> 'kafka-offset' = ?")
                        .param(String.valueOf(offset))
                        .query(Long.class)
                        .single())
                .isOne();
        JsonNode kept = delivery(each -> String.valueOf(offset).equals(each.at("/headers/kafka-offset").asString("")));
        assertThat(kept.get("body").stringValue()).hasSize(1024 * 1024);
        assertThat(kept.get("reasons").toString()).contains("of its 1048583 bytes the first 1048576 are kept here");
        assertThat(kept.get("headers").propertyNames()).doesNotContain("kafka-key");
        JsonNode again = good(post(ROSA, "/deliveries/" + kept.get("id").stringValue() + "/replay", ""));
        assertThat(again.get("reasons").toString()).contains("cannot be handled once more");
    }

    @Test
    void a_request_that_was_refused_can_be_tried_once_more_whatever_went_wrong_with_it_meanwhile() {
        String id = UUID.randomUUID().toString();
        send("/shop", id, ChangeServiceTest.outside("refused", "nowhere", Instant.now().plusSeconds(600).truncatedTo(ChronoUnit.MILLIS)));
        String delivery = delivery(each -> id.equals(each.at("/headers/ce_id").asString(""))).get("id").stringValue();
        JdbcClient jdbc = service().bean(JdbcClient.class);
        byte[] body = jdbc.sql("select body from delivery where id = ?").param(delivery).query(byte[].class).single();

        jdbc.sql("update delivery set body = 'no schema' where id = ?").param(delivery).update();
        assertThat(good(post(ROSA, "/deliveries/" + delivery + "/replay", "")).get("reasons").toString())
                .contains("not in the Confluent wire format");
        jdbc.sql("update delivery set body = ? where id = ?").params(body, delivery).update();
        assertThat(good(post(ROSA, "/deliveries/" + delivery + "/replay", "")).get("reasons").toString()).contains("'nowhere'");

        // Somebody died before the offset was committed, and its schema is away when it comes again.
        JsonNode headers = good(service().get("/deliveries/" + delivery)).get("headers");
        Fact.Position position = new Fact.Position(
                Integer.parseInt(headers.get("kafka-partition").stringValue()), Long.parseLong(headers.get("kafka-offset").stringValue()));
        service().bean(KafkaRequests.class).unread(new RawRecord(Topics.CHANGE_REQUESTS, position, null, body, Map.of()), "the schema is away");
        JsonNode unread = good(service().get("/deliveries/" + delivery));
        assertThat(unread.get("reasons").toString()).contains("the schema is away");
        assertThat(unread.get("proven").booleanValue()).isTrue();
        assertThat(good(post(ROSA, "/deliveries/" + delivery + "/replay", "")).get("reasons").toString()).contains("'nowhere'");

        jdbc.sql("""
                        update delivery set state = 'RECEIVED', tries = 9, tried_at = clock_timestamp() - interval '1 minute',
                            headers = headers || '{"kafka-offset": "none"}' where id = ?
                        """)
                .param(delivery)
                .update();
        delivery(each -> delivery.equals(each.get("id").stringValue()) && each.get("reasons").toString().contains("a fault of the service"));
        jdbc.sql("update delivery set headers = headers || '{\"kafka-offset\": \"7\"}' where id = ?").param(delivery).update();
        assertThat(good(post(ROSA, "/deliveries/" + delivery + "/replay", "")).get("reasons").toString()).contains("'nowhere'");
    }

    @Test
    void a_request_without_headers_that_waited_for_a_person_becomes_a_change_as_it_was_sent() {
        String id = UUID.randomUUID().toString();
        JdbcClient jdbc = service().bean(JdbcClient.class);
        jdbc.sql("alter table delivery add constraint poison check (position(cast('%s' as bytea) in body) = 0) not valid".formatted(id)).update();
        RFCSubmitted plain = ChangeServiceTest.outside("waited " + id, "ci-1", Instant.now().plusSeconds(600).truncatedTo(ChronoUnit.MILLIS));
        RFCSubmitted request = new RFCSubmitted(plain.getMeta(), plain.getRfc(), null, "/shop", id, List.of());
        long waiting;
        try {
            service().publish(Topics.CHANGE_REQUESTS, request, "x");
            waiting = await().atMost(PATIENCE)
                    .until(
                            () -> jdbc.sql("select id from parked where failed and resolution is null and position(cast(? as bytea) in wire) > 0")
                                    .param(id)
                                    .query(Long.class)
                                    .optional(),
                            Optional::isPresent)
                    .orElseThrow();
        } finally {
            jdbc.sql("alter table delivery drop constraint poison").update();
        }
        good(service().post("olu:operators", "/actuator/parked/" + waiting, "{\"action\": \"retry\"}"));

        JsonNode taken = delivery(each -> new String(Base64.getDecoder().decode(each.get("bytes").asString("")), StandardCharsets.UTF_8).contains(id));
        assertThat(taken.get("state").stringValue()).as("%s", taken).isEqualTo("TAKEN");
        assertThat(taken.get("headers").propertyNames()).doesNotContain("ce_source", "ce_id");
        good(post("dana:developers", "/changes/" + taken.at("/results/0").stringValue() + "/cancel", "reason: done"));
    }

    private static void send(String source, String id, RFCSubmitted request) {
        service().publish(Topics.CHANGE_REQUESTS, request, "x", Map.of("ce_source", source, "ce_id", id));
    }

    /// One that nobody could read when it came, as of a schema that nobody knew then; now it can be read.
    private static String unread(Map<String, String> headers, byte[] request) {
        String text = "not yet " + UUID.randomUUID();
        service().publishBytes(Topics.CHANGE_REQUESTS, text.getBytes(StandardCharsets.UTF_8));
        String delivery = delivery(each -> text.equals(each.get("body").asString(""))).get("id").stringValue();
        service().bean(JdbcClient.class)
                .sql("update delivery set body = ?, headers = headers || jsonb_build_object('ce_source', ?, 'ce_id', ?) where id = ?")
                .params(request, headers.get("ce_source"), headers.get("ce_id"), delivery)
                .update();
        assertThat(good(service().get("/deliveries/" + delivery)).get("bytes").stringValue())
                .isEqualTo(Base64.getEncoder().encodeToString(request));
        return delivery;
    }

    private static byte[] request(String title, String ci, Instant end) {
        return service().bean(AvroSerializer.class)
                .serialize(Topics.CHANGE_REQUESTS, ChangeServiceTest.outside(title, ci, end.truncatedTo(ChronoUnit.MILLIS)));
    }

    private static JsonNode delivery(Predicate<JsonNode> which) {
        return await().atMost(PATIENCE)
                .until(
                        () -> good(service().get("/deliveries?source=change.requests&limit=200")).get("deliveries").valueStream()
                                .map(line -> good(service().get("/deliveries/" + line.get("id").stringValue())))
                                .filter(which)
                                .findFirst(),
                        Optional::isPresent)
                .orElseThrow();
    }
}
