package slipway.messaging;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.awaitility.Awaitility.await;
import static slipway.messaging.TheToy.PATIENCE;
import static slipway.messaging.TheToy.bean;
import static slipway.messaging.TheToy.decide;
import static slipway.messaging.TheToy.decisions;
import static slipway.messaging.TheToy.fresh;
import static slipway.messaging.TheToy.records;
import static slipway.messaging.TheToy.restart;

import java.time.Instant;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.junit.jupiter.api.Test;
import org.springframework.dao.DuplicateKeyException;
import slipway.events.Meta;
import slipway.events.Topics;

/// From a decision to the log: facts, their order and their chain.
class JournalTest {

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
            Meta meta = Fact.metaOf(bean(slipway.wire.AvroDeserializer.class)
                    .deserialize(Topics.CHANGE, records.get(i).value()));
            assertThat(meta.getSequence()).isEqualTo(i + 1);
            assertThat(meta.getPrevHash()).isEqualTo(previous);
            assertThat(meta.getCorrelationId()).isEqualTo(id);
            previous = Journal.hash(records.get(i).value());
        }
    }

    @Test
    void stories_are_read_whole_and_one_after_the_other_of_those_who_have_a_fact_in_that_time() {
        String before = fresh("CHG");
        decide(before, before + " first");
        String early = fresh("CHG");
        decide(early, early + " first");
        Instant since = recorded(early).getFirst();
        String late = fresh("CHG");
        for (String id : List.of(late, early, late)) {
            decide(id, id + " again " + decisions().sequence(id));
        }
        Instant until = recorded(late).getLast().plusMillis(1);

        Map<String, List<Long>> told = new HashMap<>();
        decisions().stories(Toy.Event.ChangeCancelled.class, since, until, story -> told.put(
                story.getFirst().meta().getAggregateId(),
                story.stream().map(each -> each.meta().getSequence()).toList()));
        assertThat(told).containsEntry(early, List.of(1L, 2L)).containsEntry(late, List.of(1L, 2L));
        told.clear();
        decisions().stories(Toy.Event.ChangeCancelled.class, recorded(early).getLast(), until, story -> told.put(
                story.getFirst().meta().getAggregateId(),
                story.stream().map(each -> each.meta().getSequence()).toList()));
        assertThat(told).as("whole, although it began before").containsEntry(early, List.of(1L, 2L)).doesNotContainKey(before);
        told.clear();
        decisions().stories(Toy.Event.ChangeCancelled.class, until, until.plusSeconds(3600), story -> told.put(
                story.getFirst().meta().getAggregateId(), List.of()));
        assertThat(told).doesNotContainKeys(early, late);
    }

    private static List<Instant> recorded(String id) {
        List<Instant> times = new ArrayList<>();
        decisions().each(id, fact -> times.add(fact.meta().getRecordedAt()));
        return times;
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
    void what_was_decided_while_nothing_could_go_out_goes_out_after_the_restart() {
        String id = fresh("CHG");
        bean(Relay.class).stop();
        decide(id, "before the crash " + id);
        assertThat(records(Topics.CHANGE, id)).isEmpty();
        restart();

        await().atMost(PATIENCE).until(() -> records(Topics.CHANGE, id).size() == 1);
    }
}
