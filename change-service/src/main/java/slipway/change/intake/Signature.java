package slipway.change.intake;

import java.nio.charset.StandardCharsets;
import java.security.InvalidKeyException;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.time.Duration;
import java.time.Instant;
import java.util.Base64;
import java.util.HexFormat;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import javax.crypto.Mac;
import javax.crypto.spec.SecretKeySpec;
import org.jspecify.annotations.Nullable;

/// How a source proves that a delivery is its own. Compared in constant time, over the bytes as they came, and with every key: two
/// are good at once while one is replaced by the other.
///
/// @param header where the proof is
/// @param unique no two bodies are the same: one that comes again, under whatever id, is the same delivery
record Signature(Kind kind, String header, boolean unique) {

    private static final String ALGORITHM = "HmacSHA256";
    private static final String GITHUB_PREFIX = "sha256=";
    private static final String STANDARD_PREFIX = "v1,";
    private static final String STANDARD_SECRET = "whsec_";
    /// How far a clock may be off, and a delivery be under way (Standard Webhooks leaves it to the receiver).
    private static final Duration TOLERANCE = Duration.ofMinutes(5);

    /// What is signed, and how.
    enum Kind {
        /// `sha256=` and the HMAC of the body in hexadecimal ([GitHub](https://docs.github.com/webhooks/using-webhooks/validating-webhook-deliveries)).
        GITHUB_HMAC("x-hub-signature-256", true),
        /// The secret itself (GitLab).
        TOKEN_HEADER("x-gitlab-token", false),
        /// [Standard Webhooks](https://www.standardwebhooks.com): the HMAC of id, time and body.
        STANDARD_WEBHOOKS("webhook-signature", true),
        /// Name and password (Jenkins, Alertmanager, ServiceNow).
        BASIC("authorization", false),
        /// Nothing: only with a token of ours.
        NONE("", false);

        private final String usualHeader;
        private final boolean shown;

        Kind(String usualHeader, boolean shown) {
            this.usualHeader = usualHeader;
            this.shown = shown;
        }

        String usualHeader() {
            return usualHeader;
        }
    }

    /// The headers of the proof that are no secret, and are kept with the delivery: with them it can be proven again.
    List<String> kept() {
        if (!kind.shown) {
            return List.of();
        }
        return kind == Kind.STANDARD_WEBHOOKS ? List.of(header, "webhook-id", "webhook-timestamp") : List.of(header);
    }

    /// @param headers by their names in lower case
    /// @param now when it came
    /// @return null when it is proven; otherwise why not, without anything secret
    @Nullable String fault(Map<String, String> headers, byte[] body, List<byte[]> keys, Instant now) {
        String proof = headers.get(header);
        if (proof == null) {
            return header + ": is missing";
        }
        return switch (kind) {
            case GITHUB_HMAC -> github(proof, body, keys);
            case TOKEN_HEADER -> same(proof.getBytes(StandardCharsets.UTF_8), keys) ? null : wrong();
            case BASIC -> basic(proof, keys);
            case STANDARD_WEBHOOKS -> standard(proof, headers, body, keys, now);
            case NONE -> "only with a token of the group " + IntakeController.INTEGRATIONS;
        };
    }

    private String wrong() {
        return header + ": is not what this body and our secret give";
    }

    private @Nullable String github(String proof, byte[] body, List<byte[]> keys) {
        if (!proof.startsWith(GITHUB_PREFIX)) {
            return header + ": must begin with " + GITHUB_PREFIX;
        }
        String hex = proof.substring(GITHUB_PREFIX.length()).toLowerCase(Locale.ROOT);
        boolean good = false;
        for (byte[] key : keys) {
            String own = HexFormat.of().formatHex(hmac(key, body));
            good |= MessageDigest.isEqual(
                    own.getBytes(StandardCharsets.US_ASCII), hex.getBytes(StandardCharsets.UTF_8));
        }
        return good ? null : wrong();
    }

    private @Nullable String basic(String proof, List<byte[]> keys) {
        List<byte[]> answers = keys.stream()
                .map(key -> ("Basic " + Base64.getEncoder().encodeToString(key)).getBytes(StandardCharsets.US_ASCII))
                .toList();
        return same(proof.getBytes(StandardCharsets.UTF_8), answers) ? null : header + ": is another name or password";
    }

    private @Nullable String standard(
            String proof, Map<String, String> headers, byte[] body, List<byte[]> keys, Instant now) {
        String id = headers.getOrDefault("webhook-id", "");
        String time = headers.getOrDefault("webhook-timestamp", "");
        if (id.isEmpty() || !time.matches("\\d{1,12}")) {
            return "webhook-id, webhook-timestamp: must be there, the time in seconds";
        }
        if (Duration.between(Instant.ofEpochSecond(Long.parseLong(time)), now).abs().compareTo(TOLERANCE) > 0) {
            return "webhook-timestamp: is more than " + TOLERANCE.toMinutes() + " minutes off";
        }
        byte[] head = (id + "." + time + ".").getBytes(StandardCharsets.UTF_8);
        boolean good = false;
        for (byte[] key : keys) {
            String own = STANDARD_PREFIX + Base64.getEncoder().encodeToString(hmac(standardKey(key), head, body));
            for (String each : proof.split(" ")) {
                good |= MessageDigest.isEqual(
                        own.getBytes(StandardCharsets.US_ASCII), each.getBytes(StandardCharsets.UTF_8));
            }
        }
        return good ? null : wrong();
    }

    private static byte[] standardKey(byte[] key) {
        String text = new String(key, StandardCharsets.UTF_8);
        try {
            return text.startsWith(STANDARD_SECRET) ? Base64.getDecoder().decode(text.substring(STANDARD_SECRET.length())) : key;
        } catch (IllegalArgumentException _) {
            return key;
        }
    }

    private static boolean same(byte[] proof, List<byte[]> keys) {
        boolean good = false;
        for (byte[] key : keys) {
            good |= MessageDigest.isEqual(key, proof);
        }
        return good;
    }

    private static byte[] hmac(byte[] key, byte[]... parts) {
        try {
            Mac mac = Mac.getInstance(ALGORITHM);
            mac.init(new SecretKeySpec(key, ALGORITHM));
            for (byte[] part : parts) {
                mac.update(part);
            }
            return mac.doFinal();
        } catch (NoSuchAlgorithmException | InvalidKeyException e) {
            throw new IllegalStateException("every Java platform has " + ALGORITHM, e);
        }
    }
}
