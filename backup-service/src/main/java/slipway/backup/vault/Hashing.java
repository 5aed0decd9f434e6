package slipway.backup.vault;

import java.io.IOException;
import java.io.InputStream;
import java.io.InterruptedIOException;
import java.nio.ByteBuffer;
import java.security.MessageDigest;
import java.util.concurrent.ArrayBlockingQueue;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.FutureTask;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;

/// SHA-256 of a stream, made in a thread of its own, so that whoever encrypts or decrypts the same bytes does not wait for it. When it
/// falls behind it is waited for: its buffers are all that it ever holds.
final class Hashing implements AutoCloseable {

    private static final int BUFFERS = 8;
    private static final int SIZE = 1 << 16;

    private final BlockingQueue<ByteBuffer> empty = new ArrayBlockingQueue<>(BUFFERS);
    /// An empty one is the end.
    private final BlockingQueue<ByteBuffer> full = new ArrayBlockingQueue<>(BUFFERS);
    private final FutureTask<byte[]> digest = new FutureTask<>(this::digest);
    private final Thread thread = Thread.ofPlatform().daemon().unstarted(digest);
    private @Nullable ByteBuffer filling;

    Hashing() {
        for (int i = 0; i < BUFFERS; i++) {
            empty.add(ByteBuffer.allocate(SIZE));
        }
        thread.start();
    }

    private byte[] digest() throws InterruptedException {
        MessageDigest sha256 = Digest.sha256();
        for (ByteBuffer each = full.take(); each.hasRemaining(); each = full.take()) {
            sha256.update(each);
            empty.add(each.clear());
        }
        return sha256.digest();
    }

    /// @param bytes are copied, and may be used for something else afterwards
    /// @throws IOException when nobody hashes any more, or whoever waits for it is interrupted
    void update(ByteBuffer bytes) throws IOException {
        while (bytes.hasRemaining()) {
            ByteBuffer into = filling();
            int length = Math.min(into.remaining(), bytes.remaining());
            into.put(into.position(), bytes, bytes.position(), length).position(into.position() + length);
            bytes.position(bytes.position() + length);
            if (!into.hasRemaining()) {
                hand();
            }
        }
    }

    void update(byte[] bytes, int offset, int length) throws IOException {
        update(ByteBuffer.wrap(bytes, offset, length));
    }

    private ByteBuffer filling() throws IOException {
        try {
            while (filling == null) {
                filling = empty.poll(1, TimeUnit.SECONDS);
                if (filling == null && digest.isDone()) {
                    throw new IOException("cannot be hashed: whoever did so has ended");
                }
            }
            return filling;
        } catch (InterruptedException e) {
            throw interrupted();
        }
    }

    private static IOException interrupted() {
        Thread.currentThread().interrupt();
        return new InterruptedIOException("interrupted while hashing");
    }

    /// There are as many places as buffers.
    private void hand() throws IOException {
        full.add(filling().flip());
        filling = null;
    }

    /// Of all that came, in hexadecimal. Asked once, and nothing may come afterwards.
    String hex() throws IOException {
        try {
            if (filling().position() > 0) {
                hand();
            }
            filling().limit(0);
            hand();
            return Digest.hex(digest.get());
        } catch (InterruptedException e) {
            throw interrupted();
        } catch (ExecutionException e) {
            throw new IOException("cannot be hashed: " + e.getCause(), e);
        }
    }

    /// What is read of `in` is hashed.
    InputStream of(InputStream in) {
        return new Tapped(in, this::update);
    }

    /// Nobody asks for the hash any more.
    @Override
    public void close() {
        thread.interrupt();
    }
}
