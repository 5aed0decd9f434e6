package slipway.backup.vault;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.InterruptedIOException;
import java.util.Arrays;
import java.util.concurrent.FutureTask;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class HashingTest {

    /// Around the size of a buffer, and more than all of them.
    @ParameterizedTest
    @ValueSource(ints = {0, 1, 65_535, 65_536, 65_537, 131_072, 3_000_000})
    void it_is_the_hash_of_all_that_came_whatever_becomes_of_the_bytes_afterwards(int length) throws Exception {
        byte[] bytes = SealedSets.bytes(length);
        String expected = Digest.of(bytes);
        try (Hashing hashing = new Hashing()) {
            for (int at = 0; at < length; at += 777) {
                int end = Math.min(length, at + 777);
                hashing.update(bytes, at, end - at);
                Arrays.fill(bytes, at, end, (byte) 0);
            }
            assertThat(hashing.hex()).isEqualTo(expected);
        }
    }

    @Test
    void what_is_read_or_skipped_is_hashed() throws Exception {
        byte[] bytes = SealedSets.bytes(300_000);
        try (Hashing hashing = new Hashing();
                InputStream in = hashing.of(new ByteArrayInputStream(bytes))) {
            assertThat(in.read()).isEqualTo(bytes[0] & 0xff);
            in.skipNBytes(100_000);
            assertThat(in.readAllBytes()).hasSize(199_999);
            assertThat(hashing.hex()).isEqualTo(Digest.of(bytes));
        }
    }

    @Test
    void whoever_waits_for_it_is_told_when_nobody_hashes_any_more() throws Exception {
        Hashing hashing = new Hashing();
        hashing.close();
        byte[] more = new byte[1 << 20];
        assertThatThrownBy(() -> hashing.update(more, 0, more.length))
                .isInstanceOf(IOException.class)
                .hasMessageContaining("cannot be hashed");
    }

    @Test
    void whoever_is_interrupted_does_not_wait_for_it() throws Exception {
        FutureTask<Boolean> interrupted = new FutureTask<>(() -> {
            try (Hashing hashing = new Hashing()) {
                Thread.currentThread().interrupt();
                assertThatThrownBy(() -> hashing.update(new byte[10], 0, 10)).isInstanceOf(InterruptedIOException.class);
                return Thread.currentThread().isInterrupted();
            }
        });
        Thread.ofPlatform().start(interrupted);
        assertThat(interrupted.get()).isTrue();
    }
}
