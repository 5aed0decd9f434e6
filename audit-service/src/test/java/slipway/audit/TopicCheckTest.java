package slipway.audit;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import slipway.audit.domain.Partition;
import slipway.events.Topics;

/// Whoever lays hands on a topic is found out, and what they touched is named.
class TopicCheckTest {

    private static final Duration PATIENCE = Duration.ofMillis(300);

    private Workbench bench;

    private final List<Log.Sent> sent = new ArrayList<>();

    @BeforeEach
    void five_facts() throws IOException {
        bench = new Workbench();
        for (int each = 0; each < 5; each++) {
            sent.add(bench.log().cancelled("CHG-" + each % 2, each / 2 + 1, "reason " + each));
            bench.both(sent.getLast());
        }
        new Leaves(bench.jdbc(), bench.transaction()).grow(10, Map.of());
    }

    @AfterEach
    void close() {
        bench.close();
    }

    @Test
    void topics_that_nobody_touched_hold() throws InterruptedException {
        assertThat(faults()).isEmpty();
    }

    @Test
    void what_a_relay_said_twice_and_what_nobody_could_read_is_no_fault() throws InterruptedException {
        bench.records().put(5L, sent.get(1).wire());
        bench.records().put(6L, new byte[] {1, 2, 3});
        assertThat(faults()).isEmpty();
    }

    @Test
    void a_flipped_byte_is_named() throws InterruptedException {
        byte[] wire = sent.get(2).wire().clone();
        wire[wire.length - 1] ^= 1;
        bench.records().put(2L, wire);
        assertThat(faults()).singleElement().asString().startsWith("the topic has other bytes at change.events-0@2 than were signed for");
    }

    @Test
    void a_fact_that_was_taken_away_is_named() throws InterruptedException {
        bench.records().remove(2L);
        assertThat(faults()).containsExactly("the topic has nothing at change.events-0@2, where a fact was signed for");
    }

    @Test
    void facts_that_changed_places_are_named() throws InterruptedException {
        bench.records().put(2L, sent.get(3).wire());
        bench.records().put(3L, sent.get(2).wire());
        assertThat(faults()).hasSize(2).allMatch(fault -> fault.startsWith("the topic has other bytes at change.events-0@"));
    }

    @Test
    void a_tail_that_was_cut_is_named() throws InterruptedException {
        String last = sent.getLast().fact().getSchema().getName();
        bench.records().tailMap(3L).clear();
        assertThat(faults())
                .hasSize(2)
                .allMatch(fault -> fault.startsWith(last + ", fact ")
                        && fault.endsWith(" is in the ledger, and change.events-0 ends at offset 3: the tail of the topic was cut, or the fact was put in"));
    }

    @Test
    void a_beginning_that_was_cut_is_named() throws InterruptedException {
        bench.cutBefore(2);
        assertThat(faults()).containsExactly("change.events-0 begins at offset 2: the facts before are gone from the topic");
    }

    @Test
    void a_fact_that_was_slipped_in_is_named() throws Exception {
        try (Log forger = new Log()) {
            forger.cancelled("CHG-EVE", 1, "registers the schema");
            bench.records().put(5L, forger.cancelled("CHG-EVE", 2, "evil").wire());
            bench.records().put(6L, forger.cancelled("CHG-0", 1, "another reason").wire());
        }
        assertThat(faults()).containsExactlyInAnyOrder(
                "ChangeCancelled, fact 2 of CHG-EVE at change.events-0@5 is in the topic and not in the ledger",
                "ChangeCancelled, fact 1 of CHG-0 at change.events-0@6 is in the topic beside the fact that has its sequence in the ledger");
    }

    private List<String> faults() throws InterruptedException {
        List<String> faults = new ArrayList<>();
        Map<Partition, Long> leaves = TopicCheck.leaves(bench.jdbc());
        TopicCheck check = new TopicCheck(bench.jdbc(), bench.log().entries(), faults::add, new Progress());
        check.end(new WholeLog(bench::consumer, PATIENCE).read(List.of(Topics.CHANGE), check), leaves, PATIENCE);
        return faults;
    }
}
