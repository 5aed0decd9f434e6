package slipway.audit;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import org.apache.kafka.clients.consumer.MockConsumer;
import org.apache.kafka.common.TopicPartition;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.springframework.jdbc.core.simple.JdbcClient;
import slipway.events.Topics;

/// The live ledger on a real PostgreSQL, against a log that a scripted consumer reads.
class ReplayTest {

    private static final TopicPartition PARTITION = new TopicPartition(Topics.CHANGE, 0);

    private static final Duration PATIENCE = Duration.ofMillis(600);

    private Workbench bench;

    private Log log;
    private JdbcClient jdbc;
    private Ledger ledger;

    @BeforeEach
    void open() throws IOException {
        bench = new Workbench();
        log = bench.log();
        jdbc = bench.jdbc();
        ledger = bench.ledger();
    }

    @AfterEach
    void close() {
        bench.close();
    }

    @Test
    void a_ledger_that_saw_the_whole_log_is_identical() throws Exception {
        both(log.cancelled("CHG-1", 1, "a"));
        both(log.cancelled("CHG-2", 1, "b"));
        both(log.cancelled("CHG-1", 2, "c"));

        Replay.Report report = replay().run();

        assertThat(report.faults()).isEmpty();
        assertThat(report.identical()).isTrue();
        assertThat(report.digest()).isEqualTo(report.liveDigest()).hasSize(64);
        assertThat(report.facts()).isEqualTo(3);
        assertThat(report.aggregates()).isEqualTo(2);
    }

    @Test
    void an_empty_log_is_identical_to_an_empty_ledger() throws Exception {
        assertThat(replay().run().identical()).isTrue();
    }

    @Test
    void facts_that_come_while_it_reads_are_not_compared() throws Exception {
        both(log.cancelled("CHG-1", 1, "a"));
        Replay replay = replay();
        live(log.cancelled("CHG-1", 2, "later"));

        Replay.Report report = replay.run();

        assertThat(report.identical()).isTrue();
        assertThat(report.facts()).isEqualTo(1);
    }

    @Test
    void a_fact_that_the_ledger_lacks_is_told() throws Exception {
        both(log.cancelled("CHG-1", 1, "a"));
        logged(log.cancelled("CHG-1", 2, "unseen"));

        Replay.Report report = replay().run();

        assertThat(report.identical()).isFalse();
        assertThat(report.faults())
                .containsExactly("the live ledger differs in change.events-0: it has 1 facts, the log has 2");
    }

    @Test
    void a_touched_ledger_is_found_out_whatever_was_touched() throws Exception {
        both(log.cancelled("CHG-1", 1, "a"));
        both(log.cancelled("CHG-1", 2, "b"));
        assertThat(replay().run().identical()).isTrue();
        for (String touch : List.of(
                "payload = '{}'",
                "wire = wire || '\\x00'::bytea",
                "hash = repeat('0', 64)",
                "actor = 'eve'",
                "recorded_at = recorded_at + interval '1 ms'",
                "chain_holds = not chain_holds")) {
            jdbc.sql("create table kept as select * from ledger").update();
            jdbc.sql("alter table ledger disable trigger all").update();
            jdbc.sql("update ledger set " + touch + " where sequence = 2").update();
            assertThat(replay().run().identical()).as(touch).isFalse();
            jdbc.sql("delete from ledger").update();
            jdbc.sql("insert into ledger select * from kept").update();
            jdbc.sql("drop table kept").update();
            assertThat(replay().run().identical()).as("after " + touch).isTrue();
        }
    }

    @Test
    void the_ledger_only_grows() {
        both(log.cancelled("CHG-1", 1, "a"));

        for (String attempt : List.of("update ledger set actor = 'eve'", "delete from ledger", "truncate ledger")) {
            assertThatThrownBy(() -> jdbc.sql(attempt).update()).hasMessageContaining("append-only");
        }
    }

    @Test
    void the_ledger_says_where_a_chain_is_broken() throws Exception {
        log.cancelled("CHG-1", 1, "original");
        try (Log forged = new Log()) {
            live(forged.cancelled("CHG-1", 1, "forged"));
        }
        live(log.cancelled("CHG-1", 2, "b"));
        live(log.cancelled("CHG-1", 3, "c"));

        assertThat(ledger.story("CHG-1"))
                .filteredOn(stored -> !stored.chainHolds())
                .singleElement()
                .satisfies(stored -> assertThat(stored.entry().sequence()).isEqualTo(2));
    }

    @Test
    void a_log_that_lost_its_beginning_is_a_fault() throws Exception {
        logged(log.cancelled("CHG-1", 1, "lost"));
        bench.cutBefore(1);
        logged(log.cancelled("CHG-1", 2, "b"));

        assertThat(replay().run().faults())
                .anyMatch(fault -> fault.contains("change.events-0 begins at offset 1"))
                .anyMatch(fault -> fault.contains("fact 1 is missing"));
    }

    @Test
    void a_log_that_falls_silent_is_an_error_and_not_a_result() {
        MockConsumer<byte[], byte[]> silent = bench.consumer();
        silent.updateEndOffsets(Map.of(PARTITION, 5L));

        assertThatThrownBy(() -> replay(silent).run())
                .isInstanceOf(WholeLog.Unreadable.class)
                .hasMessageContaining("change.events-0");
    }

    @Test
    void a_story_has_what_led_to_it_also_when_that_belongs_to_another() {
        both(log.cancelled("ENV-web-prod", 1, "ENV-web-prod", null));
        both(log.cancelled("ENV-web-prod", 2, "ENV-web-prod", null));
        both(log.cancelled("CHG-8", 1, "CHG-8", "ENV-web-prod#2"));

        assertThat(ledger.story("CHG-8"))
                .extracting(stored -> stored.entry().eventId())
                .containsExactlyInAnyOrder("ENV-web-prod#2", "CHG-8#1");
        assertThat(ledger.story("ENV-web-prod")).hasSize(2);
    }

    @Test
    void what_has_a_part_in_the_story_of_a_change_is_told_alone_with_what_led_to_it() {
        both(log.cancelled("CHG-8", 1, "CHG-8", null));
        both(log.cancelled("CHG-8", 2, "CHG-8", null));
        both(log.cancelled("BKP-REL-CHG-8-prod-1", 1, "CHG-8", "CHG-8#2"));
        both(log.cancelled("BKP-REL-CHG-8-prod-1", 2, "CHG-8", "BKP-REL-CHG-8-prod-1#1"));

        assertThat(ledger.story("BKP-REL-CHG-8-prod-1"))
                .extracting(stored -> stored.entry().eventId())
                .containsExactlyInAnyOrder("CHG-8#2", "BKP-REL-CHG-8-prod-1#1", "BKP-REL-CHG-8-prod-1#2");
        assertThat(ledger.story("CHG-8")).hasSize(4);
        assertThat(ledger.story("BKP-REL-CHG-8-prod-2")).isEmpty();
    }

    @Test
    void stories_are_listed_with_their_latest_fact() {
        both(log.cancelled("CHG-1", 1, "a"));
        both(log.cancelled("CHG-2", 1, "b"));

        assertThat(ledger.stories()).singleElement().satisfies(story -> {
            assertThat(story.changeId()).isEqualTo("CHG-1");
            assertThat(story.facts()).isEqualTo(2);
            assertThat(story.last()).isEqualTo("ChangeCancelled");
        });
    }

    private void both(Log.Sent sent) {
        bench.both(sent);
    }

    private void logged(Log.Sent sent) {
        bench.logged(sent);
    }

    private void live(Log.Sent sent) {
        bench.live(sent);
    }

    private Replay replay() {
        return replay(bench.consumer());
    }

    private Replay replay(MockConsumer<byte[], byte[]> consumer) {
        return new Replay(
                new WholeLog(() -> consumer, PATIENCE), ledger, log.entries(), List.of(Topics.CHANGE), PATIENCE);
    }
}
