package slipway.notification;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.charset.StandardCharsets;
import java.time.Instant;
import org.junit.jupiter.api.Test;

/// The example of [Slack's documentation](https://docs.slack.dev/authentication/verifying-requests-from-slack), whose secret is nobody's.
class SlackSignatureTest {

    private static final byte[] SECRET = "8f742231b10e8888abcd99yyyzzz85a5".getBytes(StandardCharsets.UTF_8);
    private static final String TIME = "1531420618";
    private static final String PROOF = "v0=a2114d57b48eac39b9ad189dd8316235a7b4a8d21a10bd27519666489c69b503";
    private static final String BODY = "token=xyzz0WbapA4vBCDEFasx0q6G&team_id=T1DC2JH3J&team_domain=testteamnow&channel_id=G8PSS9T3V&channel_name=foobar"
            + "&user_id=U2CERLKJA&user_name=roadrunner&command=%2Fwebhook-collect&text="
            + "&response_url=https%3A%2F%2Fhooks.slack.com%2Fcommands%2FT1DC2JH3J%2F397700885554%2F96rGlfmibIGlgcZRskXaIFfN"
            + "&trigger_id=398738663015.47445629121.803a0bc887a14d10d2c447fce8b6703c";
    private static final Instant SENT = Instant.ofEpochSecond(1531420618);

    private static boolean isSlacks(String body, Instant now) {
        return SlackSignature.fault(SECRET, TIME, PROOF, body.getBytes(StandardCharsets.UTF_8), now).isEmpty();
    }

    @Test
    void what_slack_signs_is_slack_s_within_five_minutes_and_as_it_came() {
        assertThat(SlackSignature.of(SECRET, TIME, BODY.getBytes(StandardCharsets.UTF_8))).isEqualTo(PROOF);
        assertThat(isSlacks(BODY, SENT)).isTrue();
        assertThat(isSlacks(BODY, SENT.plusSeconds(300))).isTrue();
        assertThat(isSlacks(BODY, SENT.plusSeconds(301))).isFalse();
        assertThat(isSlacks(BODY, SENT.minusSeconds(301))).isFalse();
        assertThat(isSlacks(BODY + "&text=more", SENT)).isFalse();
    }
}
