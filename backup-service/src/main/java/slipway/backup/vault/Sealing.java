package slipway.backup.vault;

import com.exceptionfactory.jagged.framework.stream.StandardDecryptingChannelFactory;
import com.exceptionfactory.jagged.framework.stream.StandardEncryptingChannelFactory;
import java.io.BufferedOutputStream;
import java.io.FilterInputStream;
import java.io.FilterOutputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.nio.ByteBuffer;
import java.nio.channels.Channels;
import java.nio.channels.ClosedChannelException;
import java.nio.channels.FileChannel;
import java.nio.channels.ReadableByteChannel;
import java.nio.channels.WritableByteChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.security.GeneralSecurityException;
import org.jspecify.annotations.Nullable;

/// One stream, sealed into one age file, and back. Memory use does not grow with the size.
final class Sealing {

    private static final int CHUNK = 1 << 16;

    private Sealing() {}

    /// Writes plaintext.
    @FunctionalInterface
    interface Plaintext {
        void writeTo(OutputStream plaintext) throws IOException, InterruptedException;
    }

    /// Reads plaintext.
    @FunctionalInterface
    interface Sink<T> {
        T readFrom(InputStream plaintext) throws IOException, InterruptedException;
    }

    /// @param bytes of ciphertext
    record Sealed(String sha256, String plaintextSha256, long bytes) {}

    /// On the disk when this returns.
    static Sealed seal(Plaintext source, Path file, Keys keys) throws IOException, InterruptedException {
        try (FileChannel target =
                FileChannel.open(file, StandardOpenOption.CREATE_NEW, StandardOpenOption.WRITE)) {
            Sealed sealed = seal(source, target, file.toString(), keys);
            target.force(true);
            return sealed;
        } catch (IOException | RuntimeException e) {
            // Where there is no room, a part of something that is of no use takes some.
            Files.deleteIfExists(file);
            throw e;
        }
    }

    /// @param target stays open
    /// @param where it is, for messages
    static Sealed seal(Plaintext source, WritableByteChannel target, String where, Keys keys)
            throws IOException, InterruptedException {
        try (Hashing plain = new Hashing();
                Hashing sealed = new Hashing()) {
            Tee cipher = new Tee(target, where, sealed);
            WritableByteChannel sealing =
                    new StandardEncryptingChannelFactory().newEncryptingChannel(cipher, keys.sealTo());
            try (OutputStream out = new BufferedOutputStream(
                    new Hashed(Channels.newOutputStream(sealing), plain), CHUNK)) {
                source.writeTo(out);
            }
            return new Sealed(sealed.hex(), plain.hex(), cipher.bytes);
        } catch (GeneralSecurityException e) {
            throw new IOException("cannot be sealed: " + e.getMessage(), e);
        }
    }

    /// Reads all of it, whatever `sink` leaves. What `sink` made of it is worth something only when this returns.
    ///
    /// @param ciphertext whose failures are passed on as they are: they say nothing about what was sealed
    /// @throws Corrupt when it cannot be decrypted to the end, or to something else than was sealed
    static <T> T open(InputStream ciphertext, Manifest.Entry entry, Keys keys, Sink<T> sink)
            throws Corrupt, IOException, InterruptedException {
        Source source = new Source(ciphertext);
        try (Hashing plain = new Hashing();
                InputStream opened = Channels.newInputStream(
                        new StandardDecryptingChannelFactory().newDecryptingChannel(source, keys.openWith()));
                InputStream in = plain.of(new Watched(opened))) {
            T result = sink.readFrom(new LeftOpen(in));
            in.transferTo(OutputStream.nullOutputStream());
            if (!plain.hex().equals(entry.plaintextSha256())) {
                throw new Corrupt(entry.file() + " decrypts to something else than was sealed");
            }
            return result;
        } catch (Undecryptable | GeneralSecurityException e) {
            if (source.failure != null) {
                throw source.failure;
            }
            throw new Corrupt(entry.file() + " cannot be decrypted: " + e.getMessage());
        }
    }

    /// Decrypts all of it, and keeps nothing.
    static void check(InputStream ciphertext, Manifest.Entry entry, Keys keys)
            throws Corrupt, IOException, InterruptedException {
        open(ciphertext, entry, keys, plaintext -> true);
    }

    /// Ciphertext from wherever it lies. Whoever decrypts takes a short read for the end, and any failure for its own.
    private static final class Source implements ReadableByteChannel {
        private final InputStream in;
        private @Nullable IOException failure;

        Source(InputStream in) {
            this.in = in;
        }

        @Override
        public int read(ByteBuffer into) throws IOException {
            if (!into.hasRemaining()) {
                return 0;
            }
            try {
                byte[] bytes = in.readNBytes(into.remaining());
                into.put(bytes);
                return bytes.length == 0 ? -1 : bytes.length;
            } catch (IOException e) {
                failure = e;
                throw e;
            }
        }

        @Override
        public boolean isOpen() {
            return true;
        }

        @Override
        public void close() {}
    }

    /// What comes out of decryption fails like this, whoever reads it.
    private static final class Undecryptable extends IOException {
        Undecryptable(IOException cause) {
            super(cause.getMessage(), cause);
        }
    }

    private static final class Watched extends InputStream {
        private final InputStream in;
        private boolean ended;

        Watched(InputStream in) {
            this.in = in;
        }

        @Override
        public int read() throws IOException {
            byte[] one = new byte[1];
            return read(one, 0, 1) < 0 ? -1 : one[0] & 0xff;
        }

        @Override
        public int read(byte[] bytes, int offset, int length) throws IOException {
            if (ended) {
                // The channel below would look for one more chunk.
                return -1;
            }
            try {
                int read = in.read(bytes, offset, length);
                ended = read < 0;
                return read;
            } catch (ClosedChannelException e) {
                throw e;
            } catch (IOException e) {
                throw new Undecryptable(e);
            }
        }

        @Override
        public void close() throws IOException {
            in.close();
        }
    }

    /// Whoever reads may close it and leave a rest, which still has to be checked.
    private static final class LeftOpen extends FilterInputStream {
        LeftOpen(InputStream in) {
            super(in);
        }

        @Override
        public void close() {}
    }

    private static final class Hashed extends FilterOutputStream {
        private final Hashing hashing;

        Hashed(OutputStream out, Hashing hashing) {
            super(out);
            this.hashing = hashing;
        }

        @Override
        public void write(int b) throws IOException {
            write(new byte[] {(byte) b}, 0, 1);
        }

        @Override
        public void write(byte[] bytes, int offset, int length) throws IOException {
            hashing.update(bytes, offset, length);
            out.write(bytes, offset, length);
        }
    }

    /// Leaves the file open: it still has to be forced.
    private static final class Tee implements WritableByteChannel {
        private final WritableByteChannel target;
        private final String where;
        private final Hashing hashing;
        private long bytes;

        Tee(WritableByteChannel target, String where, Hashing hashing) {
            this.target = target;
            this.where = where;
            this.hashing = hashing;
        }

        @Override
        public int write(ByteBuffer chunk) throws IOException {
            hashing.update(chunk.duplicate());
            int length = chunk.remaining();
            bytes += length;
            try {
                while (chunk.hasRemaining()) {
                    target.write(chunk);
                }
            } catch (ClosedChannelException e) {
                throw e;
            } catch (IOException e) {
                // Whoever captures fails, too, and for reasons of its own.
                throw new IOException(where + " cannot be written: " + e.getMessage(), e);
            }
            return length;
        }

        @Override
        public boolean isOpen() {
            return target.isOpen();
        }

        @Override
        public void close() {}
    }
}
