package slipway.backup.vault;

import java.io.IOException;
import java.io.InputStream;
import java.io.InterruptedIOException;
import java.io.OutputStream;
import java.util.Arrays;
import java.util.concurrent.ArrayBlockingQueue;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;

/// What somebody writes, read at the same time. It ends when the writer has ended well; when it failed, reading fails, however much came
/// before: a beginning is never taken for all of it.
final class Poured extends InputStream {

    private static final int AHEAD = 16;
    private static final byte[] END = {};

    private final BlockingQueue<byte[]> chunks = new ArrayBlockingQueue<>(AHEAD);
    private final Thread writer;
    private volatile boolean closed;
    private volatile @Nullable IOException failure;
    private byte[] chunk = {0};
    private int at = 1;
    private boolean ended;

    private Poured(Writer writes) {
        this.writer = Thread.ofPlatform().daemon().unstarted(() -> write(writes));
    }

    /// Whoever writes.
    @FunctionalInterface
    interface Writer {
        void writeTo(OutputStream out) throws IOException, InterruptedException;
    }

    /// Returns when there is something to read, or the end.
    ///
    /// @throws IOException of a writer that failed before
    static Poured from(Writer writes) throws IOException, InterruptedException {
        Poured poured = new Poured(writes);
        poured.writer.start();
        try {
            poured.next();
        } catch (IOException | InterruptedException e) {
            poured.close();
            throw e;
        }
        return poured;
    }

    private void write(Writer writes) {
        try {
            writes.writeTo(new OutputStream() {
                @Override
                public void write(int b) throws IOException {
                    write(new byte[] {(byte) b}, 0, 1);
                }

                @Override
                public void write(byte[] bytes, int offset, int length) throws IOException {
                    if (length > 0) {
                        offer(Arrays.copyOfRange(bytes, offset, offset + length));
                    }
                }
            });
        } catch (IOException e) {
            failure = e;
        } catch (InterruptedException | RuntimeException e) {
            failure = new IOException(e.toString(), e);
        }
        try {
            offer(END);
        } catch (IOException e) {
            // Nobody reads any more.
        }
    }

    private void offer(byte[] bytes) throws IOException {
        try {
            while (!closed) {
                if (chunks.offer(bytes, 1, TimeUnit.SECONDS)) {
                    return;
                }
            }
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
        throw new IOException("nobody reads any more");
    }

    private void next() throws IOException, InterruptedException {
        chunk = chunks.take();
        at = 0;
        if (chunk.length == 0) {
            ended = true;
            if (failure != null) {
                throw failure;
            }
        }
    }

    @Override
    public int read() throws IOException {
        byte[] one = new byte[1];
        return read(one, 0, 1) < 0 ? -1 : one[0] & 0xff;
    }

    @Override
    public int read(byte[] bytes, int offset, int length) throws IOException {
        if (length == 0) {
            return 0;
        }
        if (at == chunk.length && !ended) {
            try {
                next();
            } catch (InterruptedException e) {
                Thread.currentThread().interrupt();
                throw new InterruptedIOException("interrupted while reading");
            }
        }
        if (ended) {
            if (failure != null) {
                throw failure;
            }
            return -1;
        }
        int read = Math.min(length, chunk.length - at);
        System.arraycopy(chunk, at, bytes, offset, read);
        at += read;
        return read;
    }

    /// The writer that is not done fails at what it writes next, or is interrupted.
    @Override
    public void close() {
        closed = true;
        chunks.clear();
        writer.interrupt();
    }
}
