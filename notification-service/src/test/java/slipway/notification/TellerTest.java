package slipway.notification;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import slipway.notification.Channel.Delivery.Delivered;
import slipway.notification.Channel.Delivery.Undeliverable;

class TellerTest {

    private Instant now = Samples.AT;

    private static Channel.Delivery tell(Teller teller, String receiver) throws IOException {
        return teller.tell(receiver, "email", Message.of("NTF-fact-1-" + receiver, List.of(Samples.approvalRequested())), "aki@x.org");
    }

    @Test
    void what_the_channel_answers_is_what_came_of_it() throws IOException {
        List<String> told = new ArrayList<>();
        Teller teller = new Teller(Map.of("email", (_, to) -> {
            told.addAll(to);
            return new Delivered("<receipt>");
        }), () -> now);

        assertThat(tell(teller, "cab")).isEqualTo(new Delivered("<receipt>"));
        assertThat(told).containsExactly("aki@x.org");
    }

    @Test
    void a_failure_for_good_is_told_in_bounded_words() throws IOException {
        Teller teller = new Teller(Map.of("email", (_, _) -> new Undeliverable("no".repeat(1_000))), () -> now);

        assertThat(tell(teller, "cab"))
                .isInstanceOfSatisfying(Undeliverable.class, failed -> assertThat(failed.reason()).hasSize(1_001));
    }

    @Test
    void a_channel_that_is_no_longer_configured_is_a_failure_for_good() throws IOException {
        assertThat(tell(new Teller(Map.of(), () -> now), "cab"))
                .isEqualTo(new Undeliverable("email is not configured any more"));
    }

    @Test
    void a_receiver_that_fails_is_left_alone_for_a_moment_and_delays_no_other() throws IOException {
        List<String> asked = new ArrayList<>();
        Teller teller = new Teller(
                Map.of("email", (message, _) -> {
                    asked.add(message.id());
                    if (message.id().endsWith("-cab")) {
                        throw new IOException("not now");
                    }
                    return new Delivered("<receipt>");
                }),
                () -> now);

        assertThatThrownBy(() -> tell(teller, "cab")).hasMessage("not now");
        assertThatThrownBy(() -> tell(teller, "cab")).hasMessageContaining("left alone");
        assertThat(tell(teller, "ops")).isInstanceOf(Delivered.class);
        assertThat(asked).containsExactly("NTF-fact-1-cab", "NTF-fact-1-ops");

        now = now.plusSeconds(1);
        assertThatThrownBy(() -> tell(teller, "cab")).hasMessage("not now");
        now = now.plusSeconds(1);
        assertThatThrownBy(() -> tell(teller, "cab")).hasMessageContaining("left alone");
        now = now.plusSeconds(1);
        assertThatThrownBy(() -> tell(teller, "cab")).hasMessage("not now");
    }

    @Test
    void a_receiver_that_works_again_is_not_left_alone_for_its_past() throws IOException {
        List<IOException> troubles = new ArrayList<>(List.of(new IOException("1"), new IOException("2")));
        Teller teller = new Teller(
                Map.of("email", (_, _) -> {
                    if (!troubles.isEmpty()) {
                        throw troubles.removeFirst();
                    }
                    return new Delivered("<receipt>");
                }),
                () -> now);
        assertThatThrownBy(() -> tell(teller, "cab")).hasMessage("1");
        now = now.plusSeconds(1);
        assertThatThrownBy(() -> tell(teller, "cab")).hasMessage("2");
        now = now.plusSeconds(2);
        assertThat(tell(teller, "cab")).isInstanceOf(Delivered.class);

        troubles.add(new IOException("3"));
        assertThatThrownBy(() -> tell(teller, "cab")).hasMessage("3");
        now = now.plusSeconds(1);
        assertThat(tell(teller, "cab")).isInstanceOf(Delivered.class);
    }
}
