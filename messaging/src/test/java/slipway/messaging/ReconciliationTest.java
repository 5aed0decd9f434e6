package slipway.messaging;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.awaitility.Awaitility.await;
import static slipway.messaging.FreshToy.OWN;
import static slipway.messaging.FreshToy.connection;
import static slipway.messaging.FreshToy.forgetGroup;
import static slipway.messaging.FreshToy.log;
import static slipway.messaging.FreshToy.makeAnew;
import static slipway.messaging.FreshToy.of;
import static slipway.messaging.FreshToy.publish;
import static slipway.messaging.FreshToy.rows;

import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.stream.IntStream;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import slipway.events.Meta;
import slipway.events.change.ChangeCancelled;
import slipway.events.release.EnvironmentLaidBare;
import slipway.wire.AvroDeserializer;

/// A service whose database or log was set back to an earlier time.
class ReconciliationTest {

    private FreshToy toy;

    @BeforeEach
    void fresh() throws Exception {
        toy = new FreshToy();
    }

    @AfterEach
    void stop() {
        toy.close();
    }

    @Test
    void a_database_that_was_set_back_is_not_gone_on_with() throws Exception {
        whatWasDecidedIsLost();

        assertThatThrownBy(() -> toy.start(toy.earlier))
                .rootCause()
                .isInstanceOf(Unreconciled.class)
                .hasMessageContaining("change.events has 5 facts that the database of change-service has not")
                .hasMessageContaining("ChangeCancelled, number 2 of CHG-1 (by dana at ");
        assertThat(of(toy.earlier).sql("select count(*) from journal").query(Long.class).single())
                .as("and nothing was done to it")
                .isEqualTo(2);
    }

    @Test
    void what_was_decided_since_comes_back_from_the_log_with_its_read_tables_and_goes_on() throws Exception {
        Toy.EFFECTS.clear();
        whatWasDecidedIsLost();
        assertThat(Toy.EFFECTS).containsExactly("tell: CHG-3");

        toy.start(toy.earlier, "slipway.recover=journal");

        assertThat(journal(toy.earlier)).isEqualTo(journal(toy.now));
        assertThat(rows(toy.earlier, "select change, reason from toy order by reason"))
                .isEqualTo(rows(toy.now, "select change, reason from toy order by reason"));
        await().atMost(TheToy.PATIENCE).untilAsserted(() -> {
            assertThat(Toy.EFFECTS).as("what they call for is looked at again").containsExactly("tell: CHG-3", "tell: CHG-3");
            assertThat(rows(toy.earlier, "select aggregate_id, sequence from inbox order by 1"))
                    .as("what was read since is read again")
                    .isEqualTo(rows(toy.now, "select aggregate_id, sequence from inbox order by 1"));
        });
        assertThat(toy.decisions().facts("CHG-of-REL-2")).as("and leads to nothing twice").hasSize(1);

        toy.decide("CHG-1", "third");
        assertChain("CHG-1", 3);
    }

    @Test
    void numbers_go_on_behind_those_that_were_given_since() throws Exception {
        whatWasDecidedIsLost();
        toy.start(toy.earlier, "slipway.recover=journal");
        of(toy.earlier).sql("create sequence if not exists toy_number").update();
        Numbers numbers = toy.bean(Journal.class).numbers("CHG-", "toy_number");
        assertThat(numbers.next()).isEqualTo("CHG-1");

        toy.bean(Journal.class).catchUpNumbers();
        assertThat(numbers.next()).isEqualTo("CHG-4");
        toy.bean(Journal.class).catchUpNumbers();
        assertThat(Integer.parseInt(numbers.next().substring(4))).as("never back").isGreaterThan(4);
    }

    @Test
    void what_could_not_be_taken_back_is_once_the_cause_is_mended() throws Exception {
        whatWasDecidedIsLost();
        // A row that no fact frees.
        of(toy.earlier).sql("insert into toy (change, reason) values ('somebody', 'tell: CHG-3')").update();
        assertThatThrownBy(() -> toy.start(toy.earlier, "slipway.recover=journal"))
                .hasStackTraceContaining("no read table takes the next facts: [ChangeCancelled, number 1 of CHG-3");

        of(toy.earlier).sql("delete from toy where change = 'somebody'").update();
        toy.start(toy.earlier, "slipway.recover=journal");
        assertThat(journal(toy.earlier)).isEqualTo(journal(toy.now));
    }

    @Test
    void a_taking_back_that_ended_between_two_portions_is_gone_on_with() throws Exception {
        toy.start(toy.now);
        toy.decide("CHG-1", "first");
        toy.sent(1);
        toy.stop();
        toy.keep();
        toy.start(toy.now);
        for (int number = 2; number <= LostFacts.PORTION + 50; number++) {
            toy.decide("CHG-1", "number " + number);
        }
        toy.decide("CHG-2", "last");
        toy.sent(LostFacts.PORTION + 51);
        toy.stop();
        of(toy.earlier).sql("insert into toy (change, reason) values ('somebody', 'last')").update();
        assertThatThrownBy(() -> toy.start(toy.earlier, "slipway.recover=journal")).hasStackTraceContaining("number 1 of CHG-2");
        assertThat(journal(toy.earlier)).as("the first fact, and a portion").hasSize(1 + LostFacts.PORTION);

        of(toy.earlier).sql("delete from toy where change = 'somebody'").update();
        toy.start(toy.earlier, "slipway.recover=journal");
        assertThat(journal(toy.earlier)).isEqualTo(journal(toy.now));
        assertThat(rows(toy.earlier, "select reason from toy order by reason")).isEqualTo(rows(toy.now, "select reason from toy order by reason"));
    }

    @Test
    void nobody_takes_back_while_another_instance_works() throws Exception {
        whatWasDecidedIsLost();
        try (var other = connection(toy.earlier)) {
            assertThat(new RelayLock(OWN).take(other)).isTrue();
            assertThatThrownBy(() -> toy.start(toy.earlier, "slipway.recover=journal"))
                    .rootCause()
                    .hasMessageStartingWith("another instance of change-service is at work");
        }
    }

    @Test
    void what_was_read_since_is_read_again_by_itself() throws Exception {
        // Also of a partition of which it had read nothing then.
        toy.start(toy.now);
        toy.stop();
        toy.keep();
        toy.start(toy.now);
        toy.hears(new EnvironmentLaidBare(TheToy.meta("REL-1", 1), "no row of the table names it"));
        toy.hears(new EnvironmentLaidBare(TheToy.meta("REL-1", 2), "prod"));
        assertThat(rows(toy.now, "select next_offset from inbox_place where topic = 'release.events'"))
                .containsExactly(Map.of("next_offset", 2L));
        toy.stop();

        toy.start(toy.earlier);
        await().atMost(TheToy.PATIENCE).untilAsserted(() -> assertThat(rows(toy.earlier, "select aggregate_id, sequence from inbox"))
                .isEqualTo(rows(toy.now, "select aggregate_id, sequence from inbox")));
    }

    @Test
    void what_the_log_has_lost_is_sent_again_when_somebody_says_so() throws Exception {
        toy.start(toy.now);
        toy.decide("CHG-1", "first");
        toy.decide("CHG-2", "other");
        toy.decide("CHG-1", "second");
        toy.sent(3);
        toy.stop();
        makeAnew(OWN);
        // As on a cluster that is new.
        forgetGroup();

        assertThatThrownBy(() -> toy.start(toy.now))
                .rootCause()
                .isInstanceOf(Unreconciled.class)
                .hasMessageStartingWith("change.events has lost 3 facts that are in the journal of change-service");
        assertThat(log()).isEmpty();

        toy.start(toy.now, "slipway.recover=topic");
        toy.sent(3);
        assertChain("CHG-1", 2);
    }

    @Test
    void what_was_decided_first_and_sent_second_is_sent_again_second() throws Exception {
        toy.start(toy.now);
        List<String> ids = IntStream.range(0, 12).mapToObj(number -> "CHG-" + number).toList();
        ids.forEach(id -> toy.decide(id, "quick " + id));
        toy.sent(12);
        toy.stop();
        // Whoever decides slowly has taken a position before those who are done first.
        of(toy.now).sql("alter table journal alter position set generated by default").update();
        of(toy.now).sql("update journal set position = 0 where aggregate_id = 'CHG-11'").update();
        List<String> before = placesOf(log());
        makeAnew(OWN);

        toy.start(toy.now, "slipway.recover=topic");
        toy.sent(12);
        assertThat(placesOf(log())).isEqualTo(before);
    }

    private static List<String> placesOf(List<ConsumerRecord<byte[], byte[]>> records) {
        return records.stream()
                .map(record -> record.partition() + "@" + record.offset() + " " + new String(record.key(), StandardCharsets.UTF_8))
                .sorted()
                .toList();
    }

    @Test
    void what_somebody_else_wrote_there_keeps_nobody_from_starting() throws Exception {
        toy.start(toy.now);
        toy.decide("CHG-1", "first");
        toy.sent(1);
        toy.stop();
        publish(OWN, "CHG-1", new ChangeCancelled(TheToy.meta("CHG-1", 2), "mallory", "not chained to the first"));
        publish(OWN, "CHG-9", new ChangeCancelled(TheToy.meta("CHG-9", 4), "mallory", "of which there is no third"));

        toy.start(toy.now);
        toy.decide("CHG-1", "second");
        assertThat(toy.decisions().facts("CHG-1")).hasSize(2);
    }

    @Test
    void what_somebody_wrote_who_knows_the_chain_is_left_there_when_somebody_says_so() throws Exception {
        toy.start(toy.now);
        toy.decide("CHG-1", "first");
        toy.sent(1);
        toy.stop();
        publish(OWN, "CHG-9", new ChangeCancelled(TheToy.meta("CHG-9", 1), "mallory", "a first one needs no chain"));
        assertThatThrownBy(() -> toy.start(toy.now)).rootCause().hasMessageContaining("SLIPWAY_RECOVER=leave");

        toy.start(toy.now, "slipway.recover=leave");
        assertThat(toy.decisions().facts("CHG-9")).isEmpty();
        toy.stop();

        ProducerRecord<byte[], byte[]> unreadable = new ProducerRecord<>(OWN, new byte[] {1}, new byte[] {1});
        unreadable.headers().add("ce_source", "/slipway/change-service".getBytes(StandardCharsets.UTF_8));
        publish(unreadable);
        assertThatThrownBy(() -> toy.start(toy.now))
                .rootCause()
                .hasMessageContaining("says that it is of this service, and cannot be read");
        toy.start(toy.now, "slipway.recover=leave");
        toy.stop();
        assertThatThrownBy(() -> toy.start(toy.now, "slipway.recover=jornal"))
                .rootCause()
                .hasMessageContaining("is 'jornal'; it may be journal, topic or leave, or not set");
    }

    @Test
    void what_was_sent_into_a_topic_that_was_made_anew_meanwhile_hides_no_loss() throws Exception {
        toy.start(toy.now);
        toy.decide("CHG-1", "first");
        toy.decide("CHG-2", "other");
        toy.sent(2);
        makeAnew(OWN);
        toy.decide("CHG-1", "second");
        toy.decide("CHG-2", "other again");
        toy.sent(4);
        toy.stop();

        assertThatThrownBy(() -> toy.start(toy.now)).rootCause().hasMessageContaining("has lost 4 facts");
        toy.start(toy.now, "slipway.recover=topic");
        toy.sent(4);
        assertThat(log()).hasSize(6);
    }

    /// Five facts, one because of a fact that was read since, and one that calls for an effect.
    private void whatWasDecidedIsLost() throws Exception {
        toy.start(toy.now);
        toy.decide("CHG-1", "first");
        toy.hears(TheToy.aborted("REL-1", 1, "aborted one"));
        toy.sent(2);
        toy.stop();
        toy.keep();
        toy.start(toy.now);
        toy.decide("CHG-1", "second");
        toy.decide("CHG-2", "other");
        toy.hears(TheToy.aborted("REL-2", 1, "aborted two"));
        toy.decide("CHG-3", "tell: CHG-3");
        toy.decide("CHG-2", "other again");
        toy.sent(7);
        await().atMost(TheToy.PATIENCE).until(() -> rows(toy.now, "select task_instance from scheduled_tasks").isEmpty());
        toy.stop();
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
            for (ConsumerRecord<byte[], byte[]> record : log()) {
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
}
