package slipway.messaging;

import static org.assertj.core.api.Assertions.assertThat;
import static slipway.messaging.FreshToy.OWN;

import java.sql.Connection;
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
}
