package slipway.notification;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import org.junit.jupiter.api.Test;

/// Whom mails are from.
class SenderTest {

    @Test
    void a_sender_with_a_name_or_without_a_domain_keeps_the_service_from_starting() {
        for (String from : new String[] {"Slipway <slipway@example.org>", "slipway", "", "slipway@example.org, other@example.org"}) {
            assertThatThrownBy(() -> Setup.sender(from)).hasMessageContaining("slipway.mail.from: '" + from + "'");
        }
        assertThat(Setup.sender("slipway@localhost")).as("as it comes").isEqualTo("slipway@localhost");
    }
}
