package slipway.notification;

import java.nio.charset.StandardCharsets;
import java.security.InvalidKeyException;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.time.Duration;
import java.time.Instant;
import java.util.HexFormat;
import java.util.Optional;
import javax.crypto.Mac;
import javax.crypto.spec.SecretKeySpec;
import org.jspecify.annotations.Nullable;

/// [How Slack proves](https://docs.slack.dev/authentication/verifying-requests-from-slack) that a request is its own: an HMAC over version, time and
/// the bytes as they came.
final class SlackSignature {

    static final String TIME = "X-Slack-Request-Timestamp";
    static final String PROOF = "X-Slack-Signature";

    /// Older ones may be somebody's who listened.
    private static final Duration TOLERANCE = Duration.ofMinutes(5);

    private SlackSignature() {}

    /// @return why it is not proven; empty: it is
    static Optional<String> fault(
            byte[] secret, @Nullable String time, @Nullable String proof, byte[] body, Instant now) {
        if (time == null || proof == null || !time.matches("[0-9]{1,12}")) {
            return Optional.of("the request is not signed");
        }
        // Compared first: who has no secret learns nothing about our clock.
        if (!MessageDigest.isEqual(
                of(secret, time, body).getBytes(StandardCharsets.UTF_8), proof.getBytes(StandardCharsets.UTF_8))) {
            return Optional.of("the signature is not that of these bytes");
        }
        return Duration.between(Instant.ofEpochSecond(Long.parseLong(time)), now).abs().compareTo(TOLERANCE) > 0
                ? Optional.of("the request is older, or newer, than five minutes")
                : Optional.empty();
    }

    static String of(byte[] secret, String time, byte[] body) {
        try {
            Mac mac = Mac.getInstance("HmacSHA256");
            mac.init(new SecretKeySpec(secret, "HmacSHA256"));
            mac.update(("v0:" + time + ":").getBytes(StandardCharsets.UTF_8));
            return "v0=" + HexFormat.of().formatHex(mac.doFinal(body));
        } catch (NoSuchAlgorithmException | InvalidKeyException e) {
            throw new IllegalStateException("every Java platform has HmacSHA256", e);
        }
    }
}
