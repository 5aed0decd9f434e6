package slipway.backup.vault;

import java.io.FilterInputStream;
import java.io.IOException;
import java.io.InputStream;

/// Shows to somebody else what is read, in whichever way that is.
class Tapped extends FilterInputStream {

    private static final int SKIPPED_AT_ONCE = 1 << 16;

    private final Tap tap;

    Tapped(InputStream in, Tap tap) {
        super(in);
        this.tap = tap;
    }

    @FunctionalInterface
    interface Tap {
        void read(byte[] bytes, int offset, int length) throws IOException;
    }

    @Override
    public int read() throws IOException {
        byte[] one = new byte[1];
        return read(one, 0, 1) < 0 ? -1 : one[0] & 0xff;
    }

    @Override
    public int read(byte[] bytes, int offset, int length) throws IOException {
        int read = in.read(bytes, offset, length);
        if (read > 0) {
            tap.read(bytes, offset, read);
        }
        return read;
    }

    @Override
    public long skip(long n) throws IOException {
        return readNBytes((int) Math.min(n, SKIPPED_AT_ONCE)).length;
    }

    @Override
    public boolean markSupported() {
        return false;
    }
}
