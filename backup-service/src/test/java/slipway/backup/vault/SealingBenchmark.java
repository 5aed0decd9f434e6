package slipway.backup.vault;

import java.io.InputStream;
import java.io.OutputStream;
import java.nio.channels.Channels;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import slipway.program.Installed;
import slipway.program.Programs;

/// How long our sealing takes beside the stock program and beside a mere copy, of the same file on the same disk. No test: it runs only when it
/// is named, and it asserts nothing. docs/backups.md has the command, and what came out.
class SealingBenchmark {

    /// Of the file that is sealed; three times as much is needed on the disk. `SLIPWAY_BENCHMARK_GIB`
    private static final long SIZE = gib("SLIPWAY_BENCHMARK_GIB", 2);
    /// Sealed without a disk, `SLIPWAY_BENCHMARK_STREAM_GIB`.
    private static final long STREAM = gib("SLIPWAY_BENCHMARK_STREAM_GIB", 0);

    private static final int ROUNDS = 5;
    private static final Duration PATIENCE = Duration.ofHours(2);

    private static long gib(String variable, int usual) {
        String said = System.getenv(variable);
        return (said == null ? usual : Long.parseLong(said)) << 30;
    }

    /// In a JVM of its own, with the full compiler and 64 MiB of heap.
    @Test
    void measure() throws Exception {
        List<String> argv = new ArrayList<>(Attempt.java());
        argv.removeIf(each -> each.startsWith("-XX:TieredStopAtLevel"));
        argv.addAll(1, List.of("-Xmx64m", "-XX:MaxDirectMemorySize=16m"));
        argv.set(argv.indexOf(Attempt.class.getName()), SealingBenchmark.class.getName());
        Process process = new ProcessBuilder(argv).redirectErrorStream(true).start();
        process.inputReader().lines().forEach(System.out::println);
        if (process.waitFor() != 0) {
            throw new IllegalStateException("the measurement failed");
        }
    }

    private interface Work {
        void run() throws Exception;
    }

    private static double seconds(Work work) throws Exception {
        long began = System.nanoTime();
        work.run();
        return (System.nanoTime() - began) / 1e9;
    }

    private static void run(Path home, String... argv) throws Exception {
        Programs.Ended ended = Programs.run(List.of(argv), home, Map.of(), PATIENCE);
        if (ended.exit() != 0) {
            throw new IllegalStateException(ended.words());
        }
    }

    private static double median(List<Double> all) {
        return all.stream().sorted().toList().get(all.size() / 2);
    }

    static void main(String[] words) throws Exception {
        Path home = Files.createTempDirectory("slipway-benchmark");
        try {
            Keys keys = Keys.in(home.resolve("keys"));
            if (STREAM > 0) {
                stream(keys);
            }
            if (SIZE > 0) {
                files(home, keys);
            }
        } finally {
            Disk.delete(home);
        }
    }

    /// To nowhere, so that only the memory counts.
    private static void stream(Keys keys) throws Exception {
        double seconds = seconds(() -> Sealing.seal(
                out -> ConstantMemoryTest.Inside.write(STREAM, out), Channels.newChannel(OutputStream.nullOutputStream()), "nowhere", keys));
        System.out.printf("%d GiB sealed to nowhere in 64 MiB of heap: %.0f s, %.0f MiB/s%n", STREAM >> 30, seconds, (STREAM >> 20) / seconds);
    }

    private static void files(Path home, Keys keys) throws Exception {
        Path plain = home.resolve("plain");
        try (OutputStream out = Files.newOutputStream(plain)) {
            ConstantMemoryTest.Inside.write(SIZE, out);
        }
        Disk.force(plain);
        String recipients = home.resolve("keys/recipients").toString();
        String identity = home.resolve("keys/recovery.key").toString();
        String age = Installed.program("age");
        Path sealed = home.resolve("sealed");
        Path other = home.resolve("other");
        List<Double> ours = new ArrayList<>();
        List<Double> theirs = new ArrayList<>();
        List<Double> raw = new ArrayList<>();
        List<Double> open = new ArrayList<>();
        List<Double> theirOpen = new ArrayList<>();
        for (int round = 0; round <= ROUNDS; round++) {
            Sealing.Sealed[] said = new Sealing.Sealed[1];
            double a = seconds(() -> said[0] = Sealing.seal(out -> Files.copy(plain, out), sealed, keys));
            double b = seconds(() -> {
                run(home, age, "-R", recipients, "-o", other.toString(), plain.toString());
                Disk.force(other);
            });
            Files.delete(other);
            double c = seconds(() -> run(home, "dd", "if=" + plain, "of=" + other, "bs=1M", "conv=fsync", "status=none"));
            Files.delete(other);
            Manifest.Entry entry = new Manifest.Entry(
                    "a", "c", "s", "r/1", "sealed", said[0].sha256(), said[0].plaintextSha256(), said[0].bytes(), "c", "f", SealedSets.AT, Map.of(), Map.of());
            double d = seconds(() -> {
                try (InputStream in = Files.newInputStream(sealed)) {
                    Sealing.check(in, entry, keys);
                }
            });
            double e = seconds(() -> run(home, age, "-d", "-i", identity, "-o", "/dev/null", sealed.toString()));
            Files.delete(sealed);
            // The first round is for the compiler.
            if (round > 0) {
                ours.add(a);
                theirs.add(b);
                raw.add(c);
                open.add(d);
                theirOpen.add(e);
            }
            System.out.printf("round %d: seal %.1f s, age %.1f s, copy %.1f s; open %.1f s, age %.1f s%n", round, a, b, c, d, e);
        }
        System.out.printf(
                "%d GiB, medians of %d: sealing %.2f times age, %.2f times a copy with fsync; opening %.2f times age%n",
                SIZE >> 30, ROUNDS, median(ours) / median(theirs), median(ours) / median(raw), median(open) / median(theirOpen));
    }
}
