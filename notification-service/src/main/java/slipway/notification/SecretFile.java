package slipway.notification;

import java.io.IOException;
import java.nio.charset.CharacterCodingException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;

/// A secret, alone in a file. It is replaced while the service runs, so it is read each time.
record SecretFile(Path file) {

    /// Bytes; Slack's have 32. With a shorter one, or none, anybody could sign.
    private static final int SHORTEST = 16;

    /// @throws IOException it cannot be read, or holds none; its text names the file, and does not have the secret
    String read() throws IOException {
        String secret;
        try {
            secret = Files.readString(file).strip();
        } catch (CharacterCodingException _) {
            throw new IOException(file + " is no text");
        }
        if (secret.isEmpty() || secret.chars().anyMatch(Character::isWhitespace)) {
            throw new IOException(file + " holds no secret, or more than one");
        }
        return secret;
    }

    /// One that somebody signs with.
    ///
    /// @throws IOException as before, and when it is too short to be one
    byte[] key() throws IOException {
        byte[] secret = read().getBytes(StandardCharsets.UTF_8);
        if (secret.length < SHORTEST) {
            throw new IOException(file + " holds " + secret.length + " bytes; a signing secret has at least " + SHORTEST);
        }
        return secret;
    }
}
