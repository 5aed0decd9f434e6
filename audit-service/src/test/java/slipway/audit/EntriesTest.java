package slipway.audit;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.util.List;
import java.util.Map;
import org.apache.kafka.common.errors.SerializationException;
import org.junit.jupiter.api.Test;
import slipway.audit.domain.Digest;
import slipway.audit.domain.Entry;
import slipway.events.ApprovalStage;
import slipway.events.PolicyResult;
import slipway.events.change.ApprovalRequested;
import slipway.events.change.PolicyEvaluated;
import slipway.events.release.RollbackCompleted;

class EntriesTest {

    @Test
    void an_entry_says_what_the_bytes_say() throws Exception {
        try (Log log = new Log()) {
            log.cancelled("CHG-1", 1, "never mind");
            Log.Sent second = log.send(
                    "CHG-1",
                    2,
                    meta -> new ApprovalRequested(
                            meta,
                            new ApprovalStage("peer", List.of("aki", "sam"), 2, List.of()),
                            Log.AT,
                            List.of(),
                            0L));

            Entry entry = log.entries().read(second.place(), second.wire());

            assertThat(entry.place().toString()).isEqualTo("change.events-0@1");
            assertThat(entry.type()).isEqualTo("ApprovalRequested");
            assertThat(entry.aggregateId()).isEqualTo("CHG-1");
            assertThat(entry.sequence()).isEqualTo(2);
            assertThat(entry.actor()).isEqualTo("change-service");
            assertThat(entry.actorKind()).isEqualTo("SERVICE");
            assertThat(entry.onBehalfOf()).isEqualTo("dana");
            assertThat(entry.occurredAt()).isEqualTo(Log.AT);
            assertThat(entry.recordedAt()).isEqualTo(Log.AT.plusSeconds(2));
            assertThat(entry.hash()).isEqualTo(Digest.hash(second.wire()));
            assertThat(entry.prevHash()).hasSize(64);
            assertThat(entry.payload())
                    .isEqualTo("{\"stage\":{\"name\":\"peer\",\"eligible\":[\"aki\",\"sam\"],\"quorum\":2,\"vetoers\":[]},"
                            + "\"dueAt\":\"2026-03-01T10:15:30.123Z\",\"escalation\":[],\"escalationSeconds\":0}");
        }
    }

    @Test
    void the_keys_of_a_map_are_in_order_and_what_is_absent_is_null() throws Exception {
        try (Log log = new Log()) {
            Map<String, String> inputs = Map.of("b", "2", "a", "1", "c", "3", "d", "4");
            Log.Sent policy = log.send(
                    "CHG-1",
                    1,
                    meta -> new PolicyEvaluated(
                            meta, "1", "hash", inputs, PolicyResult.AUTO, List.of(), List.of()));
            Log.Sent rollback =
                    log.send("REL-1", 1, meta -> new RollbackCompleted(meta, null, "sha256:1", false, null, List.of()));

            assertThat(log.entries().read(policy.place(), policy.wire()).payload())
                    .contains("\"inputs\":{\"a\":\"1\",\"b\":\"2\",\"c\":\"3\",\"d\":\"4\"}", "\"answer\":\"AUTO\"");
            assertThat(log.entries().read(rollback.place(), rollback.wire()).payload())
                    .contains("\"toDigest\":null", "\"dataLossMillis\":null", "\"dataRestored\":false");
        }
    }

    @Test
    void bytes_that_are_no_fact_are_refused() throws Exception {
        try (Log log = new Log()) {
            Entry.Place place = new Entry.Place("change.events", 0, 0);

            assertThatThrownBy(() -> log.entries().read(place, new byte[] {1, 2, 3}))
                    .isInstanceOf(SerializationException.class);
            assertThatThrownBy(() -> log.entries().read(place, new byte[] {0, 0, 0, 0, 9, 1}))
                    .isInstanceOf(SerializationException.class);
            byte[] stranger = log.stranger();
            assertThatThrownBy(() -> log.entries().read(place, stranger))
                    .isInstanceOf(SerializationException.class)
                    .hasMessageContaining("slipway.events.Window has no proper meta");
            assertThatThrownBy(() -> log.entries().read(place, null)).hasMessage("a tombstone is no fact");
        }
    }
}
