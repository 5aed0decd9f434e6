package slipway.notification;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;

/// What Slack signs with, in a file: replaced while the service runs, so it is read each time.
record SigningSecret(Path file) {

    /// Bytes; Slack's have 32. With a shorter one, or none, anybody could sign.
    private static final int SHORTEST = 16;

    /// @throws IOException it is of no use; its text says why, and does not have it
    byte[] read() throws IOException {
        byte[] secret = Files.readString(file).strip().getBytes(StandardCharsets.UTF_8);
        if (secret.length < SHORTEST) {
            throw new IOException(file + " holds " + secret.length + " bytes; a signing secret has at least " + SHORTEST);
        }
        return secret;
    }
}
