package slipway.change.domain;

import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.HexFormat;
import java.util.List;
import org.jspecify.annotations.Nullable;

/// One way to write things down, so that the same things have the same digest. Every value goes with its length: no two
/// different requests can be written alike.
final class Canonical {

    private final StringBuilder text = new StringBuilder();

    Canonical field(String name, @Nullable Object value) {
        String written = value == null ? "" : value.toString();
        text.append(name).append(value == null ? "-" : "=").append(written.length()).append(':').append(written);
        text.append('\n');
        return this;
    }

    /// The order matters.
    Canonical list(String name, List<String> values) {
        field(name, values.size());
        values.forEach(value -> field(name, value));
        return this;
    }

    /// The order does not matter.
    Canonical set(String name, List<String> values) {
        return list(name, values.stream().distinct().sorted().toList());
    }

    /// `sha256:` and the hexadecimal digest.
    String digest() {
        return "sha256:" + sha256(text.toString());
    }

    /// Hexadecimal SHA-256 of the UTF-8 bytes.
    static String sha256(String text) {
        try {
            byte[] digest = MessageDigest.getInstance("SHA-256").digest(text.getBytes(StandardCharsets.UTF_8));
            return HexFormat.of().formatHex(digest);
        } catch (NoSuchAlgorithmException e) {
            throw new IllegalStateException("every Java platform has SHA-256", e);
        }
    }
}
