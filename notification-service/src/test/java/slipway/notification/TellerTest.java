package slipway.notification;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import slipway.events.ApprovalStage;
import slipway.events.change.ApprovalRequested;
import slipway.notification.Channel.Delivery.Delivered;
import slipway.notification.Channel.Delivery.Undeliverable;
import slipway.notification.domain.NotificationCommand.RecordFailed;
import slipway.notification.domain.NotificationCommand.RecordSent;

class TellerTest {

    private static final Route ROUTE =
            new Route("cab", List.of(ApprovalRequested.class), "email", List.of("aki@x.org", "sam@x.org"));

    private Instant now = Samples.AT;

    @Test
    void a_receipt_is_recorded_with_everything_about_it() throws IOException {
        List<String> told = new ArrayList<>();
        Teller teller = new Teller(Map.of("email", (message, to) -> {
            told.addAll(to);
            return new Delivered("<receipt>");
        }), () -> now);

        assertThat(teller.tell(ROUTE, Samples.approvalRequested()))
                .isEqualTo(new RecordSent(
                        "fact-1", "ApprovalRequested", "cab", "email", "aki@x.org, sam@x.org", "<receipt>"));
        assertThat(told).containsExactly("aki@x.org", "sam@x.org");
    }

    @Test
    void a_failure_for_good_is_recorded_in_bounded_words() throws IOException {
        Teller teller = new Teller(Map.of("email", (_, _) -> new Undeliverable("no".repeat(1_000))), () -> now);

        assertThat(teller.tell(ROUTE, Samples.approvalRequested()))
                .isInstanceOfSatisfying(
                        RecordFailed.class, failed -> assertThat(failed.reason()).hasSize(1_001));
    }

    @Test
    void a_route_that_fails_is_left_alone_for_a_moment_and_delays_no_other() throws IOException {
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
        Route other = new Route("ops", List.of(ApprovalRequested.class), "email", List.of("ops@x.org"));

        assertThatThrownBy(() -> teller.tell(ROUTE, Samples.approvalRequested())).hasMessage("not now");
        assertThatThrownBy(() -> teller.tell(ROUTE, Samples.approvalRequested())).hasMessageContaining("left alone");
        assertThat(teller.tell(other, Samples.approvalRequested())).isInstanceOf(RecordSent.class);
        assertThat(asked).containsExactly("NTF-fact-1-cab", "NTF-fact-1-ops");

        now = now.plusSeconds(1);
        assertThatThrownBy(() -> teller.tell(ROUTE, Samples.approvalRequested())).hasMessage("not now");
        now = now.plusSeconds(1);
        assertThatThrownBy(() -> teller.tell(ROUTE, Samples.approvalRequested())).hasMessageContaining("left alone");
        now = now.plusSeconds(1);
        assertThatThrownBy(() -> teller.tell(ROUTE, Samples.approvalRequested())).hasMessage("not now");
    }

    @Test
    void a_route_that_works_again_is_not_left_alone_for_its_past() throws IOException {
        List<IOException> troubles = new ArrayList<>(List.of(new IOException("1"), new IOException("2")));
        Teller teller = new Teller(
                Map.of("email", (_, _) -> {
                    if (!troubles.isEmpty()) {
                        throw troubles.removeFirst();
                    }
                    return new Delivered("<receipt>");
                }),
                () -> now);
        assertThatThrownBy(() -> teller.tell(ROUTE, Samples.approvalRequested())).hasMessage("1");
        now = now.plusSeconds(1);
        assertThatThrownBy(() -> teller.tell(ROUTE, Samples.approvalRequested())).hasMessage("2");
        now = now.plusSeconds(2);
        assertThat(teller.tell(ROUTE, Samples.approvalRequested())).isInstanceOf(RecordSent.class);

        troubles.add(new IOException("3"));
        assertThatThrownBy(() -> teller.tell(ROUTE, Samples.approvalRequested())).hasMessage("3");
        now = now.plusSeconds(1);
        assertThat(teller.tell(ROUTE, Samples.approvalRequested())).isInstanceOf(RecordSent.class);
    }

    @Test
    void those_whom_the_fact_asks_are_told_each_at_their_address() throws IOException {
        List<String> told = new ArrayList<>();
        Teller teller = new Teller(Map.of("email", (_, to) -> {
            told.addAll(to);
            return new Delivered("<receipt>");
        }), () -> now);
        Route asked = new Route("asked", List.of(ApprovalRequested.class), "email", List.of("{asked}@x.org", "cab@x.org"));

        teller.tell(asked, Samples.approvalRequested());
        assertThat(told).containsExactly("aki@x.org", "sam@x.org", "cab@x.org");

        ApprovalRequested odd = new ApprovalRequested(
                Samples.meta(),
                new ApprovalStage("peer", List.of("evil@y.org, aki", "a b"), 1, List.of()),
                Samples.AT,
                List.of(),
                0L);
        Route only = new Route("asked", List.of(ApprovalRequested.class), "email", List.of("{asked}@x.org"));
        assertThat(teller.tell(only, odd)).isInstanceOf(RecordFailed.class);
        assertThat(told).hasSize(3);
    }
}
