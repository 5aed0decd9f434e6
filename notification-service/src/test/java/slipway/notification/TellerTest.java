package slipway.notification;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import slipway.messaging.NotYet;
import slipway.notification.Channel.Delivery.Delivered;
import slipway.notification.Channel.Delivery.Undeliverable;
import slipway.notification.Channel.To;

class TellerTest {

    private final List<String> asked = new ArrayList<>();
    private Instant now = Samples.AT;
    private Channel channel = (_, _, _) -> new Delivered("<receipt>");
    private final Teller teller = new Teller(
            Map.of("email", (message, to, attempt) -> {
                asked.add(to.receiver());
                return channel.send(message, to, attempt);
            }),
            () -> now);

    private static Channel.Delivery tell(Teller teller, String receiver) throws IOException, NotYet {
        return teller.tell("email", Samples.message(), new To(receiver, "aki", "aki@x.org", "", false), () -> {});
    }

    private Channel.Delivery tell(String receiver) throws IOException, NotYet {
        return tell(teller, receiver);
    }

    private static Channel failing(String receiver) {
        return (_, to, _) -> {
            if (to.receiver().equals(receiver)) {
                throw new IOException("not now");
            }
            return new Delivered("<receipt>");
        };
    }

    @Test
    void what_the_channel_answers_is_what_came_of_it() throws Exception {
        assertThat(tell("cab")).isEqualTo(new Delivered("<receipt>"));
    }

    @Test
    void a_failure_for_good_is_told_in_bounded_words() throws Exception {
        channel = (_, _, _) -> new Undeliverable("no".repeat(1_000));

        assertThat(tell("cab")).isInstanceOfSatisfying(Undeliverable.class, failed -> assertThat(failed.reason()).hasSize(1_000));
    }

    @Test
    void a_channel_that_is_no_longer_configured_is_a_failure_for_good() throws Exception {
        assertThat(tell(new Teller(Map.of(), () -> now), "cab"))
                .isEqualTo(new Undeliverable("email is not configured any more"));
    }

    @Test
    void a_receiver_that_fails_is_left_alone_for_a_moment_and_delays_no_other() throws Exception {
        channel = failing("cab");

        assertThatThrownBy(() -> tell("cab")).hasMessage("not now");
        assertThatThrownBy(() -> tell("cab")).hasMessageContaining("left alone");
        assertThat(tell("ops")).isInstanceOf(Delivered.class);
        assertThat(asked).containsExactly("cab", "ops");
    }

    @Test
    void a_receiver_that_fails_again_is_left_alone_for_twice_as_long() {
        channel = failing("cab");

        assertThatThrownBy(() -> tell("cab")).hasMessage("not now");
        now = now.plusSeconds(1);
        assertThatThrownBy(() -> tell("cab")).hasMessage("not now");
        now = now.plusSeconds(1);
        assertThatThrownBy(() -> tell("cab")).hasMessageContaining("left alone");
        now = now.plusSeconds(1);
        assertThatThrownBy(() -> tell("cab")).hasMessage("not now");
    }

    @Test
    void a_receiver_that_works_again_is_not_left_alone_for_its_past() throws Exception {
        channel = failing("cab");
        assertThatThrownBy(() -> tell("cab")).hasMessage("not now");
        now = now.plusSeconds(1);
        assertThatThrownBy(() -> tell("cab")).hasMessage("not now");
        now = now.plusSeconds(2);
        channel = failing("nobody");
        assertThat(tell("cab")).isInstanceOf(Delivered.class);

        channel = failing("cab");
        assertThatThrownBy(() -> tell("cab")).hasMessage("not now");
        now = now.plusSeconds(1);
        channel = failing("nobody");
        assertThat(tell("cab")).isInstanceOf(Delivered.class);
    }

    @Test
    void a_receiver_that_wants_to_be_left_alone_is_by_all_that_is_for_it_and_has_not_failed() throws Exception {
        Instant until = now.plusSeconds(30);
        channel = (_, _, _) -> {
            throw new NotYet("busy", until);
        };
        assertThatThrownBy(() -> tell("cab")).hasMessage("busy");

        channel = failing("nobody");
        assertThatThrownBy(() -> tell("cab")).isInstanceOfSatisfying(NotYet.class, busy -> assertThat(busy.until()).isEqualTo(until));
        assertThat(tell("ops")).as("another one").isInstanceOf(Delivered.class);
        assertThat(asked).containsExactly("cab", "ops");
        now = until;
        assertThat(tell("cab")).isInstanceOf(Delivered.class);
    }

    @Test
    void a_receiver_that_has_enough_messages_under_way_is_asked_by_the_next_one() throws Exception {
        channel = (_, _, _) -> {
            throw new NotYet("as many as may be");
        };
        assertThatThrownBy(() -> tell("cab")).isInstanceOfSatisfying(NotYet.class, busy -> assertThat(busy.until()).isNull());

        channel = failing("nobody");
        assertThat(tell("cab")).isInstanceOf(Delivered.class);
    }

    @Test
    void only_one_message_tries_whether_a_receiver_works_again_and_all_others_wait_for_it() throws Exception {
        channel = failing("cab");
        assertThatThrownBy(() -> tell("cab")).hasMessage("not now");
        now = now.plusSeconds(1);
        channel = (_, _, _) -> {
            // While it is under way.
            assertThatThrownBy(() -> tell("cab")).hasMessageContaining("another message tries");
            throw new IOException("not now either");
        };
        assertThatThrownBy(() -> tell("cab")).hasMessage("not now either");
        assertThat(asked).containsExactly("cab", "cab");

        now = now.plusSeconds(2);
        channel = (_, _, _) -> {
            throw new NotYet("as many as may be");
        };
        assertThatThrownBy(() -> tell("cab")).as("who could not try lets another").isInstanceOf(NotYet.class);
        channel = failing("nobody");
        assertThat(tell("cab")).isInstanceOf(Delivered.class);
        assertThat(tell("cab")).isInstanceOf(Delivered.class);
    }
}
