package slipway.messaging;

import static org.assertj.core.api.Assertions.assertThat;
import static slipway.messaging.FreshToy.OWN;

import java.nio.charset.StandardCharsets;
import java.sql.Connection;
import java.util.Random;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/// Of several instances of a service, one at a time brings its facts to Kafka.
class RelayTest {

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
    void who_is_stopped_while_another_has_the_turn_sends_nothing_that_the_other_may_be_sending() throws Exception {
        try (Connection other = FreshToy.connection(toy.now)) {
            assertThat(new RelayLock(OWN).take(other)).isTrue();
            toy.start(toy.now);
            toy.decide("CHG-1", "first");
            toy.stop();
            assertThat(FreshToy.log()).isEmpty();
        }
        toy.start(toy.now);
        toy.sent(1);
        assertThat(FreshToy.log()).hasSize(1);
    }

    @Test
    void a_lost_fact_that_no_broker_takes_any_more_keeps_no_others_waiting() throws Exception {
        toy.start(toy.now);
        toy.decide("CHG-1", "first");
        toy.sent(1);
        // As after its topic was lost, and made anew by somebody who allows less in it.
        byte[] larger = new byte[2 * 1024 * 1024];
        new Random(1).nextBytes(larger);
        FreshToy.of(toy.now)
                .sql("update journal set published_at = null, partition = null, log_offset = null, turn = 1, wire = ?")
                .param(larger)
                .update();
        toy.decide("CHG-2", "other");
        toy.sent(1);
        assertThat(FreshToy.log()).extracting(record -> new String(record.key(), StandardCharsets.UTF_8)).containsExactlyInAnyOrder("CHG-1", "CHG-2");
    }
}
