package slipway.program;

import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.time.Duration;

/// A stream that is read to its end beside the program. What a program leaves running may hold it open for ever; then what was
/// said until soon after its end counts.
record Said(Thread reader, ByteArrayOutputStream kept) {

    static Said by(InputStream stream) {
        ByteArrayOutputStream kept = new ByteArrayOutputStream();
        // Not a virtual one: reading from a pipe holds on to its carrier for as long as the program is silent.
        Thread reader = Thread.ofPlatform().daemon().start(() -> read(stream, kept));
        return new Said(reader, kept);
    }

    private static void read(InputStream stream, ByteArrayOutputStream kept) {
        try (stream) {
            byte[] some = new byte[8 * 1024];
            for (int n = stream.read(some); n >= 0; n = stream.read(some)) {
                kept.write(some, 0, Math.min(n, Programs.LONGEST - kept.size()));
            }
        } catch (IOException e) {
            // It was ended while it spoke; what was heard is kept.
        }
    }

    String text() throws InterruptedException {
        reader.join(Duration.ofSeconds(1));
        return kept.toString(StandardCharsets.UTF_8);
    }
}
