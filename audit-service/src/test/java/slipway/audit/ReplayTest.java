package slipway.audit;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.function.Supplier;
import org.apache.kafka.clients.consumer.Consumer;
import org.apache.kafka.clients.consumer.MockConsumer;
import org.apache.kafka.clients.consumer.OffsetAndMetadata;
import org.apache.kafka.common.Node;
import org.apache.kafka.common.PartitionInfo;
import org.apache.kafka.common.TopicPartition;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.springframework.jdbc.core.simple.JdbcClient;
import slipway.audit.domain.Entry;
import slipway.audit.domain.Partition;
import slipway.events.Topics;

/// The live ledger on a real PostgreSQL, against a log that a scripted consumer reads.
class ReplayTest {

    private static final TopicPartition PARTITION = new TopicPartition(Topics.CHANGE, 0);

    private static final Duration PATIENCE = Duration.ofMillis(600);

    private Workbench bench;

    private boolean behind;
    private long end = 1_000;

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

        Replay.Report report = replayed();

        assertThat(report.faults()).isEmpty();
        assertThat(report.identical()).isTrue();
        assertThat(report.projections()).extracting(Comparison.Compared::name).containsExactly("ledger", "story", "touch", "standing", "course", "rollout", "breach");
        assertThat(report.projections()).allSatisfy(each -> assertThat(each.digest()).isEqualTo(each.liveDigest()).hasSize(64));
        assertThat(report.projections()).extracting(Comparison.Compared::rows).containsExactly(3L, 1L, 1L, 3L, 0L, 0L, 0L);
        assertThat(report.facts()).isEqualTo(3);
        assertThat(report.aggregates()).isEqualTo(2);
        assertThat(report.resumed()).isFalse();
        assertThat(report.aggregates()).isEqualTo(2);
    }

    @Test
    void an_empty_log_is_identical_to_an_empty_ledger() throws Exception {
        assertThat(replayed().identical()).isTrue();
    }

    @Test
    void a_touched_read_table_is_found_out_and_the_row_is_named() throws Exception {
        both(log.cancelled("CHG-1", 1, "a"));
        both(log.cancelled("CHG-1", 2, "b"));
        for (Map.Entry<String, String> touch : Map.of(
                        "story", "update story set last = 'ChangeClosed'",
                        "touch", "delete from touch",
                        "standing", "update standing set state = 'CLOSED' where sequence = 2")
                .entrySet()) {
            jdbc.sql("create table kept as select * from " + touch.getKey()).update();
            jdbc.sql(touch.getValue()).update();
            assertThat(replayed().faults())
                    .containsExactly("the live " + touch.getKey() + " differs at CHG-1 from what the topics give");
            jdbc.sql("delete from " + touch.getKey()).update();
            jdbc.sql("insert into " + touch.getKey() + " select * from kept").update();
            jdbc.sql("drop table kept").update();
        }
        assertThat(replayed().faults()).isEmpty();
    }

    @Test
    void a_read_table_that_another_program_made_is_made_anew_at_the_start() throws Exception {
        both(log.cancelled("CHG-1", 1, "a"));
        jdbc.sql("update story set last = 'ChangeClosed'").update();
        new Views(jdbc, jdbc, bench.transaction());
        assertThat(jdbc.sql("select last from story").query(String.class).list()).containsExactly("ChangeClosed");

        jdbc.sql("update view_made set query_hash = 'of another program' where view = 'story'").update();
        new Views(jdbc, jdbc, bench.transaction());
        assertThat(jdbc.sql("select last from story").query(String.class).list()).containsExactly("ChangeCancelled");
        assertThat(replayed().faults()).isEmpty();
    }

    @Test
    void a_ledger_that_is_behind_or_has_facts_parked_is_compared_with_nothing() throws Exception {
        both(log.cancelled("CHG-1", 1, "a"));
        logged(log.cancelled("CHG-1", 2, "not taken in yet"));
        behind = true;
        assertThatThrownBy(() -> run(replay())).isInstanceOf(WholeLog.Unreadable.class).hasMessageContaining("is behind the topics");
        behind = false;
        jdbc.sql(
                        """
                        insert into parked (topic, partition, log_offset, aggregate_id, sequence, type, wire, reason, failed)
                        values ('change.events', 0, 1, 'CHG-1', 2, 'ChangeCancelled', '', 'cannot be handled', true)
                        """)
                .update();
        assertThatThrownBy(() -> run(replay()))
                .isInstanceOf(WholeLog.Unreadable.class)
                .hasMessageContaining("facts are parked, and the ledger lacks them: ChangeCancelled, fact 2 of CHG-1; what was read is kept");
        assertThat(replay().run(new Selection("CHG-2", null, null), new Progress()).identical()).as("it is of no other story").isTrue();
        assertThatThrownBy(() -> run(replay())).isInstanceOf(WholeLog.Unreadable.class);
        jdbc.sql("delete from parked").update();
        assertThat(replayed().resumed()).as("what was read is kept").isTrue();
    }

    @Test
    void a_fact_that_was_put_in_beyond_the_end_of_its_topic_is_named_and_its_story_is_not_called_identical() throws Exception {
        both(log.cancelled("CHG-1", 1, "a"));
        both(log.cancelled("CHG-2", 1, "b"));
        live(log.cancelled("CHG-2", 2, "never said"));
        end = 2;
        String fault = "ChangeCancelled, fact 2 of CHG-2 at change.events-0@2 is in the ledger, and change.events-0 ends at offset 2: the tail of the topic was cut, "
                + "or the fact was put in";
        assertThat(replayed().faults()).contains(fault);
        Replay.Report of = replay().run(new Selection("CHG-1", null, null), new Progress());
        assertThat(of.identical()).isFalse();
        assertThat(of.faults()).contains(fault, "CHG-1 got facts each time it was compared: nothing of it was");
    }

    @Test
    void a_missing_fact_is_named_with_its_place_and_what_comes_after_is_not_applied() throws Exception {
        both(log.cancelled("CHG-1", 1, "a"));
        log.cancelled("CHG-1", 2, "lost");
        logged(log.cancelled("CHG-1", 3, "c"));

        Replay.Report report = replayed();
        assertThat(report.faults())
                .containsExactly("ChangeCancelled, fact 3 of CHG-1 at change.events-0@2 comes where fact 2 is missing");
        assertThat(report.facts()).isEqualTo(1);
    }

    @Test
    void a_fact_that_was_exchanged_breaks_the_chain() throws Exception {
        log.cancelled("CHG-1", 1, "original");
        try (Log forged = new Log()) {
            both(forged.cancelled("CHG-1", 1, "forged"));
        }
        both(log.cancelled("CHG-1", 2, "b"));

        assertThat(replayed().faults())
                .singleElement()
                .asString()
                .contains("fact 2 of CHG-1", "does not carry the hash of the fact before it");
    }

    @Test
    void a_repetition_is_harmless_and_another_fact_under_its_sequence_is_not() throws Exception {
        Log.Sent first = log.cancelled("CHG-1", 1, "a");
        both(first);
        bench.records().put(1L, first.wire());
        Replay.Report report = replayed();
        assertThat(report.faults()).isEmpty();
        assertThat(report.repetitions()).isEqualTo(1);
        assertThat(report.facts()).isEqualTo(1);

        try (Log forged = new Log()) {
            bench.records().put(2L, forged.cancelled("CHG-1", 1, "another").wire());
        }
        assertThat(replayed().faults()).singleElement().asString().contains("is another fact than the one");
    }

    @Test
    void poison_is_told_and_stops_nothing() throws Exception {
        both(log.cancelled("CHG-1", 1, "a"));
        bench.records().put(100L, new byte[] {7, 7});

        Replay.Report report = replayed();
        assertThat(report.unreadable()).singleElement().asString().startsWith("change.events-0@100: ");
        assertThat(report.faults()).isEmpty();
        assertThat(report.facts()).isEqualTo(1);
    }

    @Test
    void it_goes_on_where_it_was_interrupted_and_reads_nothing_twice() throws Exception {
        both(log.cancelled("CHG-1", 1, "a"));
        both(log.cancelled("CHG-1", 2, "b"));
        Scratch scratch = new Scratch(jdbc, bench.transaction());
        scratch.open(Selection.ALL);
        Entries entries = log.entries();
        Entry.Place place = new Entry.Place(Topics.CHANGE, 0, 0);
        scratch.store(new Scratch.Portion(
                List.of(entries.read(place, bench.records().get(0L))), Set.of(), List.of(), Map.of(new Partition(Topics.CHANGE, 0), 1L)));
        // What was read is not there to be read again.
        bench.cutBefore(1);

        Replay.Report report = replayed();
        assertThat(report.resumed()).isTrue();
        assertThat(report.identical()).isTrue();
        assertThat(report.facts()).isEqualTo(2);
        assertThat(replayed().faults()).as("what ended is not gone on with").anyMatch(fault -> fault.contains("begins at offset 1"));
    }

    @Test
    void what_was_begun_for_others_is_not_gone_on_with() {
        Scratch scratch = new Scratch(jdbc, bench.transaction());
        assertThat(scratch.open(Selection.ALL)).isFalse();
        assertThat(scratch.open(Selection.ALL)).isTrue();
        assertThat(scratch.open(new Selection("CHG-1", null, null))).isFalse();
        assertThat(scratch.open(Selection.ALL)).isFalse();
    }

    @Test
    void one_story_is_compared_and_others_are_not() throws Exception {
        both(log.cancelled("CHG-1", 1, "CHG-1", null));
        both(log.cancelled("CHG-2", 1, "CHG-2", null));
        jdbc.sql("update story set last = 'ChangeClosed' where correlation_id = 'CHG-2'").update();

        Replay.Report one = replay().run(new Selection("CHG-1", null, null), new Progress());
        assertThat(one.faults()).isEmpty();
        assertThat(one.facts()).isEqualTo(1);
        assertThat(one.projections()).extracting(Comparison.Compared::rows).containsExactly(1L, 1L, 1L, 1L, 0L, 0L, 0L);
        assertThat(replay().run(new Selection("CHG-2", null, null), new Progress()).faults())
                .containsExactly("the live story differs at CHG-2 from what the topics give");
    }

    @Test
    void the_stories_of_a_time_are_those_that_began_in_it() throws Exception {
        // Each is recorded as many seconds later as its number says.
        both(log.cancelled("CHG-1", 1, "CHG-1", null));
        both(log.cancelled("CHG-1", 2, "CHG-1", null));
        both(log.cancelled("CHG-1", 3, "CHG-1", null));
        both(log.cancelled("BKP-1", 1, "BKP-1", null));
        log.cancelled("CHG-2", 1, "CHG-2", null);
        Replay.Report none = replay().run(new Selection(null, Log.AT.plusSeconds(2), null), new Progress());
        assertThat(none.projections()).extracting(Comparison.Compared::rows).containsExactly(0L, 0L, 0L, 0L, 0L, 0L, 0L);
        assertThat(none.faults()).containsExactly("there are no stories of from " + Log.AT.plusSeconds(2) + ": nothing was compared");
        Replay.Report all = replay().run(new Selection(null, Log.AT, Log.AT.plusSeconds(2)), new Progress());
        assertThat(all.projections()).extracting(Comparison.Compared::rows).containsExactly(4L, 2L, 2L, 4L, 0L, 0L, 0L);
        assertThat(all.faults()).isEmpty();
        jdbc.sql("delete from story where correlation_id = 'BKP-1'").update();
        assertThat(replay().run(new Selection(null, Log.AT, Log.AT.plusSeconds(2)), new Progress()).faults())
                .containsExactly("the live story differs at BKP-1 from what the topics give");
    }

    @Test
    void facts_that_come_while_it_reads_are_not_compared() throws Exception {
        both(log.cancelled("CHG-1", 1, "a"));
        Replay replay = replay();
        live(log.cancelled("CHG-1", 2, "later"));

        Replay.Report report = run(replay);

        assertThat(report.identical()).isTrue();
        assertThat(report.facts()).isEqualTo(1);
        assertThat(report.moved()).isEqualTo(1);
    }

    @Test
    void a_fact_that_the_ledger_lacks_is_told() throws Exception {
        both(log.cancelled("CHG-1", 1, "a"));
        logged(log.cancelled("CHG-1", 2, "unseen"));

        Replay.Report report = replayed();

        assertThat(report.identical()).isFalse();
        assertThat(report.faults())
                .startsWith("the live ledger differs at change.events-0@1 from what the topics give")
                .contains("the live story differs at CHG-1 from what the topics give");
    }

    @Test
    void a_touched_ledger_is_found_out_whatever_was_touched() throws Exception {
        both(log.cancelled("CHG-1", 1, "a"));
        both(log.cancelled("CHG-1", 2, "b"));
        assertThat(replayed().identical()).isTrue();
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
            assertThat(replayed().identical()).as(touch).isFalse();
            jdbc.sql("delete from ledger").update();
            jdbc.sql("insert into ledger select * from kept").update();
            jdbc.sql("drop table kept").update();
            assertThat(replayed().identical()).as("after " + touch).isTrue();
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

        assertThat(replayed().faults())
                .anyMatch(fault -> fault.contains("change.events-0 begins at offset 1"))
                .anyMatch(fault -> fault.contains("fact 1 is missing"));
    }

    @Test
    void a_log_that_falls_silent_is_an_error_and_not_a_result() {
        Supplier<Consumer<byte[], byte[]>> silent = () -> {
            MockConsumer<byte[], byte[]> consumer = bench.consumer();
            consumer.updateEndOffsets(Map.of(PARTITION, end));
            return consumer;
        };

        assertThatThrownBy(() -> run(replay(silent)))
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

    private void both(Log.Sent sent) {
        bench.both(sent);
    }

    private void logged(Log.Sent sent) {
        bench.logged(sent);
    }

    private void live(Log.Sent sent) {
        bench.live(sent);
    }

    private Replay.Report replayed() throws InterruptedException {
        return run(replay());
    }

    private static Replay.Report run(Replay replay) throws InterruptedException {
        return replay.run(Selection.ALL, new Progress());
    }

    private Replay replay() {
        return replay(bench::consumer);
    }

    private Replay replay(Supplier<Consumer<byte[], byte[]>> consumers) {
        return new Replay(new WholeLog(consumers, PATIENCE), jdbc, bench.transaction(), log.entries(), List.of(Topics.CHANGE), PATIENCE,
                new CaughtUp(() -> group(behind ? 0 : 5), List.of(Topics.CHANGE)),
                new Beyond(jdbc, new CaughtUp(() -> group(5, end), List.of(Topics.CHANGE))));
    }

    /// The group of the inbox, which read so much of a topic of five facts.
    static MockConsumer<byte[], byte[]> group(long read) {
        return group(read, 5);
    }

    static MockConsumer<byte[], byte[]> group(long read, long end) {
        MockConsumer<byte[], byte[]> consumer = new MockConsumer<>("none");
        Node[] nodes = {Node.noNode()};
        consumer.updatePartitions(Topics.CHANGE, List.of(new PartitionInfo(Topics.CHANGE, 0, nodes[0], nodes, nodes)));
        consumer.updateEndOffsets(Map.of(PARTITION, end));
        consumer.assign(List.of(PARTITION));
        consumer.commitSync(Map.of(PARTITION, new OffsetAndMetadata(read)));
        return consumer;
    }
}
