package slipway.backup.vault;

import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.security.MessageDigest;
import java.util.function.LongConsumer;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/// Makes one copy of a set from another. Memory use does not grow with the size.
final class Copying {

    private static final Logger LOG = LoggerFactory.getLogger(Copying.class);

    private final Reader reader;
    private final Watch watch;

    Copying(Reader reader, Watch watch) {
        this.reader = reader;
        this.watch = watch;
    }

    /// Writes every file, reads every file back, and only then makes it a set.
    ///
    /// @throws Unusable when it is the source that does not do
    /// @throws IOException when it is the target; nothing half is left there, as far as it can still be reached
    void copy(Location from, Location to, String set, String manifestDigest)
            throws Unusable, IOException, InterruptedException {
        Reader.Signed signed = signed(from, set, manifestDigest);
        Location.Draft draft = to.draft(set);
        try (Watch.Work written = watch.begun(set, "copying to", to.uri(set))) {
            for (Manifest.Listed each : signed.manifest().files()) {
                write(from, set, each, draft, written);
            }
            finish(draft, signed, to);
        } catch (Unusable | IOException | RuntimeException e) {
            discard(to, set, e);
            throw e;
        }
        try {
            reader.manifest(Reader.in(to, set), manifestDigest);
        } catch (Corrupt e) {
            throw differs(to, e);
        }
    }

    /// The manifest goes in, all is read back, and it becomes a set.
    void finish(Location.Draft draft, Reader.Signed signed, Location to) throws IOException, InterruptedException {
        byte[] canonical = signed.canonical();
        String set = signed.manifest().set();
        draft.write(Sets.MANIFEST, canonical.length, new ByteArrayInputStream(canonical));
        try (Watch.Work read = watch.begun(set, "reading back", to.uri(set))) {
            try (InputStream in = draft.read(Sets.MANIFEST)) {
                if (!Digest.of(in).equals(Digest.of(canonical))) {
                    throw new Corrupt(Sets.MANIFEST + " is another one");
                }
            }
            reader.files(new Reader.Files(set, draft::read).counted(read), signed.manifest());
        } catch (Corrupt e) {
            throw differs(to, e);
        }
        draft.publish(signed.signature());
    }

    private static IOException differs(Location to, Corrupt e) {
        return new IOException(to + " gives back something else than was written: " + e.getMessage(), e);
    }

    private Reader.Signed signed(Location from, String set, String manifestDigest)
            throws Unusable, InterruptedException {
        try {
            return reader.manifest(Reader.in(from, set), manifestDigest);
        } catch (Corrupt | IOException e) {
            Interruption.passOn(e);
            throw new Unusable(from + ": " + e.getMessage());
        }
    }

    private static void write(Location from, String set, Manifest.Listed listed, Location.Draft draft, LongConsumer written)
            throws Unusable, IOException, InterruptedException {
        MessageDigest digest = Digest.sha256();
        try (Source source = new Source(open(from, set, listed), digest, written)) {
            try {
                draft.write(listed.file(), listed.bytes(), source);
                // Whoever does not take all of it is found when it is read back: it is no fault of the source.
                source.transferTo(OutputStream.nullOutputStream());
            } catch (IOException e) {
                Interruption.passOn(e);
                if (source.failure != null) {
                    throw new Unusable(from + ": " + source.failure.getMessage());
                }
                throw e;
            }
        }
        if (!Digest.hex(digest.digest()).equals(listed.sha256())) {
            throw new Unusable(from + ": " + listed.file() + " has another hash than was sealed");
        }
    }

    private static InputStream open(Location from, String set, Manifest.Listed listed)
            throws Unusable, InterruptedException {
        try {
            return from.read(set, Sets.name(listed.file()));
        } catch (IOException e) {
            Interruption.passOn(e);
            throw new Unusable(from + ": " + listed.file() + " cannot be read: " + e.getMessage());
        }
    }

    /// As far as it can be reached.
    static void discard(Location to, String set, Exception why) throws InterruptedException {
        try {
            to.discard(set);
        } catch (IOException e) {
            Interruption.passOn(e);
            LOG.warn("backup set {}: something half stays in {}: {}", set, to, e.getMessage());
            why.addSuppressed(e);
        }
    }

    /// The copy that was to be copied cannot be.
    static final class Unusable extends Exception {
        Unusable(String reason) {
            super(reason);
        }
    }

    /// Remembers that it was reading that failed.
    private static final class Source extends Tapped {
        private @Nullable IOException failure;

        Source(InputStream in, MessageDigest digest, LongConsumer read) {
            super(in, (bytes, offset, length) -> {
                digest.update(bytes, offset, length);
                read.accept(length);
            });
        }

        @Override
        public int read(byte[] bytes, int offset, int length) throws IOException {
            try {
                return super.read(bytes, offset, length);
            } catch (IOException e) {
                failure = e;
                throw e;
            }
        }
    }
}
