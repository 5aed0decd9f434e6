package slipway.program;

import java.io.Closeable;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.time.Duration;
import org.jspecify.annotations.Nullable;

/// From one stream to another, beside the program.
final class Pump {

    private final Thread worker;
    private final String held;
    private volatile @Nullable IOException failure;

    private Pump(InputStream from, OutputStream to, boolean fed) {
        held = fed ? "input" : "output";
        worker = Thread.ofPlatform().daemon().unstarted(() -> {
            try {
                if (fed) {
                    pour(from, to);
                } else {
                    from.transferTo(to);
                }
            } catch (IOException e) {
                failure = e;
            } catch (Throwable e) {
                // Nobody else would notice: what came through until then would be taken for all of it.
                failure = new IOException(e.toString(), e);
            } finally {
                if (!fed) {
                    // Whoever still writes learns that nobody reads any more, instead of waiting for that.
                    closeQuietly(from);
                }
            }
        });
        worker.start();
    }

    static Pump start(InputStream from, OutputStream to) {
        return new Pump(from, to, false);
    }

    static Pump feed(InputStream from, OutputStream program) {
        return new Pump(from, program, true);
    }

    /// A program that does not want all of it is no failure; whether it did its work, its exit code says. At its end its input is
    /// closed: no more than what is being read then is taken.
    private static void pour(InputStream from, OutputStream program) throws IOException {
        byte[] buffer = new byte[64 * 1024];
        for (int n = from.read(buffer); n >= 0; n = from.read(buffer)) {
            try {
                program.write(buffer, 0, n);
            } catch (IOException e) {
                return;
            }
        }
        closeQuietly(program);
    }

    private static void closeQuietly(Closeable program) {
        try {
            program.close();
        } catch (IOException e) {
            // It ended before it had read all.
        }
    }

    void check() throws IOException {
        IOException e = failure;
        if (e != null) {
            throw new IOException(e.getMessage(), e);
        }
    }

    /// What a program left running may hold its streams open for ever.
    void join(String program, long until) throws IOException, InterruptedException {
        // Not asked whether it is alive: for a moment it is, and has ended.
        if (!worker.join(Duration.ofNanos(Math.max(1, until - System.nanoTime())))) {
            worker.interrupt();
            throw new IOException(program + " left something running that still holds its " + held);
        }
        check();
    }
}
