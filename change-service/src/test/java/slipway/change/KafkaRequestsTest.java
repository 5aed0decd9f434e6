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
import java.util.Map;
import java.util.Optional;
import java.util.UUID;
import java.util.function.Predicate;
import org.junit.jupiter.api.Test;
import org.springframework.jdbc.core.simple.JdbcClient;
import slipway.events.Topics;
import slipway.events.change.RFCSubmitted;
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
