package slipway.change.intake;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import java.time.Instant;
import java.util.Base64;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import slipway.change.intake.Signature.Kind;

/// Proofs, with the values that those who invented them publish.
class SignatureTest {

    private static final Instant NOW = Instant.ofEpochSecond(1614265330);
    private static final List<byte[]> KEYS =
            List.of("another secret".getBytes(UTF_8), "It's a Secret to Everybody".getBytes(UTF_8));

    /// https://docs.github.com/webhooks/using-webhooks/validating-webhook-deliveries#testing-the-webhook-payload-validation
    @Test
    void githubs_own_example_is_proven_by_any_of_the_keys_and_no_other_byte() {
        Signature signature = new Signature(Kind.GITHUB_HMAC, "x-hub-signature-256", false);
        Map<String, String> headers = Map.of(
                "x-hub-signature-256", "sha256=757107ea0eb2509fc211221cce984b8a37570b6d7586c22c46f4379c8b043e17");
        assertThat(signature.fault(headers, "Hello, World!".getBytes(UTF_8), KEYS, NOW)).isNull();
        assertThat(signature.fault(headers, "Hello, World! ".getBytes(UTF_8), KEYS, NOW)).isNotNull();
        assertThat(signature.fault(headers, "Hello, World!".getBytes(UTF_8), KEYS.subList(0, 1), NOW)).isNotNull();
        assertThat(signature.fault(Map.of(), "Hello, World!".getBytes(UTF_8), KEYS, NOW)).contains("is missing");
    }

    /// https://github.com/standard-webhooks/standard-webhooks/blob/main/spec/standard-webhooks.md
    @Test
    void the_example_of_standard_webhooks_is_proven_while_it_is_fresh() {
        Signature signature = new Signature(Kind.STANDARD_WEBHOOKS, "webhook-signature", false);
        List<byte[]> keys = List.of("whsec_MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw".getBytes(UTF_8));
        byte[] body = "{\"test\": 2432232314}".getBytes(UTF_8);
        Map<String, String> headers = new HashMap<>(Map.of(
                "webhook-id", "msg_p5jXN8AQM9LWM0D4loKWxJek",
                "webhook-timestamp", "1614265330",
                "webhook-signature", "v1,bm9uZQ== v1,g0hM9SsE+OTPJTGt/tmIKtSyZlE3uFJELVlNIOLJ1OE="));
        assertThat(signature.fault(headers, body, keys, NOW)).isNull();
        assertThat(signature.fault(headers, body, keys, NOW.plusSeconds(301))).contains("more than 5 minutes off");
        assertThat(signature.fault(headers, body, KEYS, NOW)).isNotNull();
        headers.put("webhook-id", "msg_another");
        assertThat(signature.fault(headers, body, keys, NOW)).isNotNull();
    }

    @Test
    void tokens_and_passwords_are_the_whole_secret_and_are_never_kept() {
        byte[] body = "{}".getBytes(UTF_8);
        Signature token = new Signature(Kind.TOKEN_HEADER, "x-gitlab-token", false);
        assertThat(token.fault(Map.of("x-gitlab-token", "It's a Secret to Everybody"), body, KEYS, NOW)).isNull();
        assertThat(token.fault(Map.of("x-gitlab-token", "It's a Secret"), body, KEYS, NOW)).isNotNull();
        Signature basic = new Signature(Kind.BASIC, "authorization", false);
        List<byte[]> keys = List.of("jenkins:the password of jenkins".getBytes(UTF_8));
        String proof = "Basic " + Base64.getEncoder().encodeToString(keys.getFirst());
        assertThat(basic.fault(Map.of("authorization", proof), body, keys, NOW)).isNull();
        assertThat(basic.fault(Map.of("authorization", proof), body, KEYS, NOW)).isNotNull();
        assertThat(token.kept()).isEmpty();
        assertThat(basic.kept()).isEmpty();
    }
}
