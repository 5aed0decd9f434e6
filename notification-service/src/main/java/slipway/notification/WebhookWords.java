package slipway.notification;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.security.GeneralSecurityException;
import java.time.InstantSource;
import java.util.Base64;
import java.util.Map;
import java.util.Optional;
import java.util.StringJoiner;
import javax.crypto.Mac;
import javax.crypto.spec.SecretKeySpec;
import tools.jackson.databind.json.JsonMapper;

/// Signed as [Standard Webhooks](https://github.com/standard-webhooks/standard-webhooks/blob/main/spec/standard-webhooks.md) has it: id and body stay the
/// same at each attempt, the time that is signed with them does not.
final class WebhookWords implements Systems.Words {

    private static final String PREFIX = "whsec_";
    private static final JsonMapper JSON = new JsonMapper();

    private final InstantSource clock;

    WebhookWords(InstantSource clock) {
        this.clock = clock;
    }

    @Override
    public Systems.Post of(Message message, Endpoint endpoint) throws IOException {
        String timestamp = String.valueOf(clock.instant().getEpochSecond());
        String body = JSON.writeValueAsString(Map.of(
                "type", "slipway.notification",
                // When it happened; when it is sent is in the header.
                "timestamp", Message.meta(message.facts().getLast()).getOccurredAt().toString(),
                "data", data(message)));
        StringJoiner signatures = new StringJoiner(" ");
        for (String secret : endpoint.secrets()) {
            signatures.add("v1," + signature(secret, message.id() + "." + timestamp + "." + body));
        }
        return new Systems.Post(
                endpoint.address(),
                Map.of(
                        "Content-Type", "application/json",
                        "webhook-id", message.id(),
                        "webhook-timestamp", timestamp,
                        "webhook-signature", signatures.toString()),
                body);
    }

    private static Map<String, Object> data(Message message) {
        return Map.of(
                "notification", message.id(),
                "change", message.changeId(),
                "subject", message.subject(),
                "text", String.join("\n", message.lines()),
                "facts", message.facts().stream()
                        .map(fact -> Map.of(
                                "id", Message.meta(fact).getEventId(),
                                "type", fact.getSchema().getFullName(),
                                "aggregate", Message.meta(fact).getAggregateId(),
                                "sequence", Message.meta(fact).getSequence(),
                                "occurredAt", Message.meta(fact).getOccurredAt().toString()))
                        .toList());
    }

    /// What the specification asks of a key: 24 to 64 random bytes.
    static Optional<String> fault(String secret) {
        try {
            int length = key(secret).length;
            return length >= 24 && length <= 64
                    ? Optional.empty()
                    : Optional.of("a key has " + length + " bytes; Standard Webhooks asks for 24 to 64");
        } catch (IllegalArgumentException _) {
            return Optional.of("a key is no Base64 after " + PREFIX);
        }
    }

    private static byte[] key(String secret) {
        return Base64.getDecoder().decode(secret.startsWith(PREFIX) ? secret.substring(PREFIX.length()) : secret);
    }

    /// @throws IOException when the secret is none; its text does not have it
    static String signature(String secret, String content) throws IOException {
        try {
            Mac mac = Mac.getInstance("HmacSHA256");
            mac.init(new SecretKeySpec(key(secret), "HmacSHA256"));
            return Base64.getEncoder().encodeToString(mac.doFinal(content.getBytes(StandardCharsets.UTF_8)));
        } catch (IllegalArgumentException _) {
            throw new IOException("a secret is no Base64 after " + PREFIX);
        } catch (GeneralSecurityException e) {
            throw new IllegalStateException("every Java platform has HmacSHA256", e);
        }
    }
}
