package slipway.backup.vault;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.io.PipedInputStream;
import java.io.PipedOutputStream;
import java.lang.management.ManagementFactory;
import java.lang.management.MemoryType;
import java.lang.management.MemoryUsage;
import java.nio.channels.Channels;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import slipway.program.Programs;

/// What is sealed, copied and opened does not have to fit into memory.
class ConstantMemoryTest {

    private static final String HEAP = "-Xmx64m";
    private static final long GIBIBYTE = 1L << 30;

    @TempDir
    private Path home;

    @Test
    void streams_larger_than_the_heap_many_times_are_sealed_and_opened_in_64_MiB_of_it() throws Exception {
        assertThat(inside("stream", 2 * GIBIBYTE)).contains("opened " + 2 * GIBIBYTE);
    }

    @Test
    void a_set_larger_than_the_heap_several_times_is_sealed_copied_examined_and_opened_in_64_MiB_of_it() throws Exception {
        assertThat(inside("vault", GIBIBYTE / 4)).contains("opened " + GIBIBYTE / 4);
    }

    private String inside(String what, long bytes) throws Exception {
        List<String> argv = new ArrayList<>(Attempt.java());
        argv.removeIf(each -> each.startsWith("-XX:TieredStopAtLevel"));
        argv.addAll(1, List.of(HEAP, "-XX:MaxDirectMemorySize=16m", "-XX:+ExitOnOutOfMemoryError"));
        argv.set(argv.indexOf(Attempt.class.getName()), Inside.class.getName());
        argv.addAll(List.of(home.toString(), what, String.valueOf(bytes)));
        Programs.Ended ended = Programs.run(argv, home, Map.of(), Duration.ofMinutes(10));
        assertThat(ended.exit()).as(ended.words()).isZero();
        return ended.out();
    }

    /// `HOME stream|vault BYTES`: says how much it opened, its SHA-256, and the most heap that it used.
    static final class Inside {

        private static final int CHUNK = 1 << 16;

        private Inside() {}

        static void main(String[] words) throws Exception {
            Path home = Path.of(words[0]);
            long bytes = Long.parseLong(words[2]);
            System.out.println("opened " + (words[1].equals("stream") ? stream(home, bytes) : vault(home, bytes)));
            long peak = ManagementFactory.getMemoryPoolMXBeans().stream()
                    .filter(pool -> pool.getType() == MemoryType.HEAP)
                    .map(pool -> pool.getPeakUsage())
                    .mapToLong(MemoryUsage::getUsed)
                    .sum();
            System.out.println("at most " + (peak >> 20) + " MiB of heap");
        }

        /// Always the same, and not the same again within itself.
        static void write(long bytes, OutputStream out) throws IOException {
            byte[] chunk = new byte[CHUNK];
            new Random(bytes).nextBytes(chunk);
            for (long left = bytes; left > 0; left -= CHUNK) {
                for (int i = 0; i < 8; i++) {
                    chunk[i] = (byte) (left >>> 8 * i);
                }
                out.write(chunk, 0, (int) Math.min(left, CHUNK));
            }
        }

        /// One thread seals what another opens: nothing lies anywhere.
        private static String stream(Path home, long bytes) throws Exception {
            Keys keys = Keys.in(home.resolve("keys"));
            try (ExecutorService other = Executors.newSingleThreadExecutor();
                    PipedOutputStream out = new PipedOutputStream();
                    PipedInputStream in = new PipedInputStream(out, 4 * CHUNK)) {
                CompletableFuture<String> opened = CompletableFuture.supplyAsync(() -> opened(in, keys), other);
                Sealing.Sealed sealed = Sealing.seal(plaintext -> write(bytes, plaintext), Channels.newChannel(out), "a pipe", keys);
                out.close();
                String expected = bytes + " " + sealed.plaintextSha256();
                if (!opened.get().equals(expected)) {
                    throw new IOException("opened " + opened.get() + ", sealed " + expected);
                }
                return expected;
            }
        }

        /// By its own hash, which is known only when it was sealed.
        private static String opened(InputStream in, Keys keys) {
            long[] count = {0};
            var digest = Digest.sha256();
            Manifest.Entry unknown = entry("");
            try {
                Sealing.open(in, unknown, keys, plaintext -> {
                    byte[] chunk = new byte[CHUNK];
                    for (int read = plaintext.read(chunk); read >= 0; read = plaintext.read(chunk)) {
                        digest.update(chunk, 0, read);
                        count[0] += read;
                    }
                    return count[0];
                });
                throw new IllegalStateException("no hash is the empty one");
            } catch (Corrupt e) {
                // Everything was decrypted; that it is what was sealed, whoever sealed it compares.
                if (!e.getMessage().contains("decrypts to something else")) {
                    throw new CompletionException(e);
                }
                return count[0] + " " + Digest.hex(digest.digest());
            } catch (IOException | InterruptedException e) {
                throw new CompletionException(e);
            }
        }

        private static Manifest.Entry entry(String sha256) {
            return new Manifest.Entry("a", "c", "s", "r/1", "a.age", "", sha256, 0, "c", "f", SealedSets.AT, Map.of(), Map.of());
        }

        private static String vault(Path home, long bytes) throws Exception {
            Vault vault = Attempt.vault(home);
            Vault.Item<String> item = vault.seal("BKP-1", "data", plaintext -> {
                write(bytes, plaintext);
                return "said";
            });
            Manifest.Entry entry = new Manifest.Entry(
                    "data", "c", "s", "r/1", item.file(), item.sha256(), item.plaintextSha256(), item.bytes(), "c", "f",
                    SealedSets.AT, Map.of(), Map.of());
            Manifest manifest = new Manifest(Manifest.FORMAT, "BKP-1", "p", SealedSets.AT, List.of(entry), List.of());
            vault.complete(manifest);
            for (Copies.Examined copy : vault.examine("BKP-1", manifest.digest())) {
                if (!(copy instanceof Copies.Examined.Sound)) {
                    throw new IOException(copy.toString());
                }
            }
            var digest = Digest.sha256();
            long opened = vault.open(vault.sound("BKP-1", manifest.digest()), entry, plaintext -> {
                long count = 0;
                byte[] chunk = new byte[CHUNK];
                for (int read = plaintext.read(chunk); read >= 0; read = plaintext.read(chunk)) {
                    digest.update(chunk, 0, read);
                    count += read;
                }
                return count;
            });
            return opened + " " + Digest.hex(digest.digest());
        }
    }
}
